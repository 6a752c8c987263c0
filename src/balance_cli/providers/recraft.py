"""Recraft: the remaining credits."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Recraft",
    group="media",
    docs="https://external.api.recraft.ai",
    env=("RECRAFT_API_TOKEN",),
    base="https://external.api.recraft.ai",
    balances={"credits": "credits"},
    key="API token",
    top_up="https://www.recraft.ai/profile/api",
)
def recraft(api: Api) -> Balances:
    """The remaining credits for the API.

    The field comes from several public clients, not from the vendor's reference.
    """
    yield balance("credits", "credits", remaining=api.get("/v1/users/me")["credits"])
