"""Meshy: the remaining credits."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Meshy",
    group="media",
    docs="https://docs.meshy.ai/api/balance",
    env=("MESHY_API_KEY",),
    base="https://api.meshy.ai",
    balances={"credits": "credits"},
    top_up="https://www.meshy.ai/settings/subscription",
)
def meshy(api: Api) -> Balances:
    """The remaining credits."""
    yield balance("credits", "credits", remaining=api.get("/openapi/v1/balance")["balance"])
