"""Scrape.do: the credits of a plan."""

from balance_cli.provider import Api, Balances, balance, flag, provider


@provider(
    name="Scrape.do",
    group="web",
    docs="https://scrape.do/documentation/",
    env=("SCRAPEDO_TOKEN", "SCRAPE_DO_TOKEN"),
    base="https://api.scrape.do",
    balances={"credits": "credits"},
    key="token",
    auth="?token={key}",
    top_up="https://dashboard.scrape.do",
)
def scrape_do(api: Api) -> Balances:
    """The remaining credits of the month; an inactive plan cannot be used."""
    account = api.get("/info")
    remaining, limit = account["RemainingMonthlyRequest"], account["MaxMonthlyRequest"]
    blocked = None if flag(account["IsActive"], "IsActive") else "the plan is not active"
    yield balance("credits", "credits", remaining=remaining, limit=limit, blocked=blocked)
