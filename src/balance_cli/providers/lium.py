"""Lium: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Lium",
    group="compute",
    docs="https://docs.lium.io/",
    env=("LIUM_API_KEY",),
    base="https://lium.io",
    balances={"balance": "USD"},
    auth="X-API-KEY: {key}",
    top_up="https://lium.io",
)
def lium(api: Api) -> Balances:
    """The prepaid balance of the account."""
    yield balance("balance", "USD", remaining=api.get("/api/users/me")["balance"])
