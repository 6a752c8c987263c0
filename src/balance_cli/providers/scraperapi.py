"""ScraperAPI: the credits of a plan."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="ScraperAPI",
    group="web",
    docs="https://docs.scraperapi.com/python/account-information",
    env=("SCRAPERAPI_API_KEY",),
    base="https://api.scraperapi.com",
    balances={"credits": "credits"},
    auth="?api_key={key}",
    top_up="https://dashboard.scraperapi.com",
)
def scraperapi(api: Api) -> Balances:
    """The remaining credits of the plan."""
    account = api.get("/account")
    yield balance("credits", "credits", used=account["requestCount"], limit=account["requestLimit"])
