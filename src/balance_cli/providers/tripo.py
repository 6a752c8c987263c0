"""Tripo: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, coded, provider


@provider(
    name="Tripo",
    group="media",
    docs="https://platform.tripo3d.ai/docs",
    env=("TRIPO_API_KEY",),
    base="https://openapi.tripo3d.ai",
    balances={"credits": "credits"},
    envelope=coded(0),
    top_up="https://platform.tripo3d.ai",
)
def tripo(api: Api) -> Balances:
    """Prepaid credits, without those frozen for running tasks; for keys of China, set base_url to https://openapi.tripo3d.com."""
    yield balance("credits", "credits", remaining=api.get("/v3/account/balance")["balance"])
