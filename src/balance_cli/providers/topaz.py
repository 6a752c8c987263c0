"""Topaz Labs: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Topaz Labs",
    group="media",
    docs="https://developer.topazlabs.com/reference/account/credits",
    env=("TOPAZ_API_KEY",),
    base="https://api.topazlabs.com",
    balances={"credits": "credits"},
    auth="X-API-Key: {key}",
    top_up="https://developer.topazlabs.com",
)
def topaz(api: Api) -> Balances:
    """Available credits, without those reserved for running jobs."""
    yield balance("credits", "credits", remaining=api.get("/account/v1/credits/balance")["available_credits"])
