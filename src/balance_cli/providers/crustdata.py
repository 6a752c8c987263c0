"""Crustdata: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Crustdata",
    group="tool",
    docs="https://docs.crustdata.com/general/credits",
    env=("CRUSTDATA_API_KEY",),
    base="https://api.crustdata.com",
    balances={"credits": "credits"},
    top_up="https://crustdata.com",
)
def crustdata(api: Api) -> Balances:
    """The remaining credits; asking is free."""
    yield balance("credits", "credits", remaining=api.get("/user/credits")["credits"])
