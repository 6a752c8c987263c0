"""Dune: the credits of a billing period."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Dune",
    group="tool",
    docs="https://docs.dune.com",
    env=("DUNE_API_KEY",),
    base="https://api.dune.com",
    balances={"credits": "credits"},
    auth="X-Dune-API-Key: {key}",
    top_up="https://dune.com/pricing",
)
def dune(api: Api) -> Balances:
    """The remaining credits of the current billing period."""
    periods = api.post("/api/v1/usage", json={})["billing_periods"]
    today = f"{api.now:%Y-%m-%d}"
    current = [period for period in periods if period["start_date"] <= today < period["end_date"]]
    period = [*current, *periods][0]
    used, limit, resets_at = period["credits_used"], period["credits_included"], period["end_date"]
    yield balance("credits", "credits", used=used, limit=limit, resets_at=resets_at)
