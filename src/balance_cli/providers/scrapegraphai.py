"""ScrapeGraphAI: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, first, plan, provider


@provider(
    name="ScrapeGraphAI",
    group="web",
    docs="https://docs.scrapegraphai.com",
    env=("SGAI_API_KEY",),
    base="https://v2-api.scrapegraphai.com",
    balances={"credits": "credits"},
    auth="SGAI-APIKEY: {key}",
    top_up="https://dashboard.scrapegraphai.com",
)
def scrapegraphai(api: Api) -> Balances:
    """The remaining credits; keys of the older interface are asked for there."""
    account = api.get("/api/credits", missing_ok=True)
    if account is None:
        account = api.get("https://api.scrapegraphai.com/v1/credits")
    remaining = first(account, "remaining", "remaining_credits")
    used = first(account, "used", "total_credits_used")
    yield plan(account.get("plan"))
    yield balance("credits", "credits", remaining=remaining, used=used)
