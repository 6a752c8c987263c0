"""Apify: a month's platform usage against the account's own limit."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Apify",
    group="tool",
    docs="https://github.com/apify/apify-docs",
    env=("APIFY_TOKEN",),
    base="https://api.apify.com",
    balances={"month": "USD"},
    key="API token",
)
def apify(api: Api) -> Balances:
    """Usage of the month against the limit that the user set, which may be above the plan's credit."""
    account = api.get("/v2/users/me/limits")["data"]
    yield balance(
        "month",
        "USD",
        used=account["current"]["monthlyUsageUsd"],
        limit=account["limits"]["maxMonthlyUsageUsd"],
        resets_at=account["monthlyUsageCycle"]["endAt"],
    )
