"""Straico: the coins of an account."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="Straico",
    group="gateway",
    docs="https://straico.com",
    env=("STRAICO_API_KEY",),
    base="https://api.straico.com",
    balances={"balance": "coins"},
    top_up="https://platform.straico.com",
)
def straico(api: Api) -> Balances:
    """The coins of the account."""
    user = api.get("/v0/user")["data"]
    yield plan(user["plan"])
    yield balance("balance", "coins", remaining=user["coins"])
