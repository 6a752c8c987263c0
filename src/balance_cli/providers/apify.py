"""Apify: the platform usage of a month, against the limit of the account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Apify",
    group="tool",
    docs="https://github.com/apify/apify-docs",
    env=("APIFY_TOKEN",),
    base="https://api.apify.com",
    balances={"month": "USD"},
    key="API token",
    top_up="https://console.apify.com/billing",
)
def apify(api: Api) -> Balances:
    """Usage of the month against the limit set by the user, which may exceed the credit of the plan."""
    account = api.get("/v2/users/me/limits")["data"]
    yield balance(
        "month",
        "USD",
        used=account["current"]["monthlyUsageUsd"],
        limit=account["limits"]["maxMonthlyUsageUsd"],
        resets_at=account["monthlyUsageCycle"]["endAt"],
    )
