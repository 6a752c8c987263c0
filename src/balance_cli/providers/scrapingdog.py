"""Scrapingdog: the credits of a plan."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="Scrapingdog",
    group="web",
    docs="https://docs.scrapingdog.com/account-api",
    env=("SCRAPINGDOG_API_KEY",),
    base="https://api.scrapingdog.com",
    balances={"credits": "credits"},
    auth="?api_key={key}",
    top_up="https://www.scrapingdog.com",
)
def scrapingdog(api: Api) -> Balances:
    """The remaining credits of the plan."""
    account = api.get("/account")
    yield plan(account["pack"])
    yield balance("credits", "credits", used=account["requestUsed"], limit=account["requestLimit"])
