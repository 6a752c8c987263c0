"""SerpApi: the remaining searches of the month."""

from balance_cli.provider import Api, Balances, balance, nullable, plan, provider


@provider(
    name="SerpApi",
    group="tool",
    docs="https://serpapi.com/account-api",
    env=("SERPAPI_API_KEY", "SERPAPI_KEY"),
    base="https://serpapi.com",
    balances={"searches": "searches"},
    auth="?api_key={key}",
    top_up="https://serpapi.com/change-plan",
)
def serpapi(api: Api) -> Balances:
    """The remaining searches: those of the plan plus extra credits; the request itself is free."""
    account = api.get("/account.json")
    yield plan(account["plan_name"])
    yield balance(
        "searches",
        "searches",
        remaining=account["total_searches_left"],
        used=account["this_month_usage"],
        limit=nullable(account["searches_per_month"], zero=True),
    )
