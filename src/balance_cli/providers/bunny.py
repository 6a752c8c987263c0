"""bunny.net: the prepaid balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="bunny.net",
    group="compute",
    docs="https://docs.bunny.net/reference/billingpublic_index",
    env=("BUNNY_API_KEY", "BUNNY_ACCOUNT_API_KEY"),
    base="https://api.bunny.net",
    balances={"balance": "USD"},
    key="API key of the account",
    auth="AccessKey: {key}",
    top_up="https://dash.bunny.net/account/billing",
)
def bunny(api: Api) -> Balances:
    """The prepaid balance of the account; the keys of libraries and storage zones cannot read it."""
    billing = api.get("/billing")
    yield balance("balance", "USD", remaining=billing["Balance"], used=billing["ThisMonthCharges"])
