"""Requesty: the credits of an organization."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Requesty",
    group="gateway",
    docs="https://docs.requesty.ai",
    env=("REQUESTY_API_KEY",),
    base="https://api-v2.requesty.ai",
    balances={"credits": "USD"},
    key="API key with manage: read",
    top_up="https://app.requesty.ai/settings",
)
def requesty(api: Api) -> Balances:
    """The credits of the organization; the key needs permission to read management data."""
    yield balance("credits", "USD", remaining=api.get("/v1/manage/org")["balance"])
