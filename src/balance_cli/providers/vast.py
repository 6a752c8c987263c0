"""Vast.ai: prepaid credit."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Vast.ai",
    group="compute",
    docs="https://github.com/vast-ai/vast-cli",
    env=("VAST_API_KEY",),
    base="https://console.vast.ai",
    balances={"credit": "USD"},
    key="API key with user_read",
    top_up="https://cloud.vast.ai/billing/",
)
def vast(api: Api) -> Balances:
    """Prepaid credit; the fields are those that the vendor's own command-line tool reads."""
    yield balance("credit", "USD", remaining=api.get("/api/v0/users/current")["credit"])
