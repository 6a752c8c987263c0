"""Stability AI: the remaining credits."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Stability AI",
    group="media",
    docs="https://platform.stability.ai/docs/api-reference",
    env=("STABILITY_API_KEY",),
    base="https://api.stability.ai",
    balances={"credits": "credits"},
    top_up="https://platform.stability.ai/account/credits",
)
def stability(api: Api) -> Balances:
    """The remaining credits, which may be fractional; their price is not confirmed."""
    yield balance("credits", "credits", remaining=api.get("/v1/user/balance")["credits"])
