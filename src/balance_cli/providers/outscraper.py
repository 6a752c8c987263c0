"""Outscraper: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Outscraper",
    group="web",
    docs="https://app.outscraper.com/api-docs",
    env=("OUTSCRAPER_API_KEY",),
    base="https://api.outscraper.com",
    balances={"balance": "USD"},
    auth="X-API-KEY: {key}",
    top_up="https://app.outscraper.com",
)
def outscraper(api: Api) -> Balances:
    """The balance of the account; one that is not valid cannot use it."""
    account = api.get("/profile/balance")
    status = account["account_status"]
    blocked = None if status == "valid" else f"the account is {status}"
    yield balance("balance", "USD", remaining=account["balance"], blocked=blocked)
