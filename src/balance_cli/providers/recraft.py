"""Recraft: the credits that are left."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Recraft",
    group="media",
    docs="https://external.api.recraft.ai",
    env=("RECRAFT_API_TOKEN",),
    base="https://external.api.recraft.ai",
    balances={"credits": "credits"},
    key="API token",
)
def recraft(api: Api) -> Balances:
    """Credits, the units of the API.

    The field was seen in several public clients, not in the vendor's own reference.
    """
    yield balance("credits", "credits", remaining=api.get("/v1/users/me")["credits"])
