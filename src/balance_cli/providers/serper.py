"""Serper: the credits that are left."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Serper",
    group="tool",
    docs="https://serper.dev",
    env=("SERPER_API_KEY",),
    base="https://google.serper.dev",
    balances={"credits": "credits"},
    auth="X-API-KEY: {key}",
)
def serper(api: Api) -> Balances:
    """Credits; bought ones last for six months.

    The vendor does not document this route; its field was seen in public code.
    """
    yield balance("credits", "credits", remaining=api.get("/account")["balance"])
