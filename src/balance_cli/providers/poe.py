"""Poe: the points of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Poe",
    group="gateway",
    docs="https://creator.poe.com/docs/resources/usage-api",
    env=("POE_API_KEY",),
    base="https://api.poe.com",
    balances={"points": "points"},
    top_up="https://poe.com/api/keys",
)
def poe(api: Api) -> Balances:
    """The points of the account, from the plan and bought."""
    yield balance("points", "points", remaining=api.get("/usage/current_balance")["current_point_balance"])
