"""Linkup: the remaining credits."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Linkup",
    group="tool",
    docs="https://docs.linkup.so/pages/documentation/endpoints/account/balance",
    env=("LINKUP_API_KEY",),
    base="https://api.linkup.so",
    balances={"credits": "credits"},
    top_up="https://app.linkup.so/billing",
)
def linkup(api: Api) -> Balances:
    """The remaining credits, as the vendor calls them; that they are money, as others say, is not confirmed."""
    yield balance("credits", "credits", remaining=api.get("/v1/credits/balance")["balance"])
