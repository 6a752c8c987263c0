"""Manus: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._window import DAY


@provider(
    name="Manus",
    group="plan",
    docs="https://open.manus.ai/docs/v2/usage.availableCredits",
    env=("MANUS_API_KEY",),
    base="https://api.manus.ai",
    balances={"credits": "credits", "daily": "credits"},
    auth="x-manus-api-key: {key}",
    top_up="https://manus.ai/app",
)
def manus(api: Api) -> Balances:
    """What may be spent, of a person or of a team, and the part of it that is renewed every day."""
    found = api.get("/v2/usage.availableCredits")["data"]
    yield balance("credits", "credits", remaining=found["total_credits"])
    if found.get("refresh_credits") is not None and found.get("max_refresh_credits") is not None:
        left, limit, resets = found["refresh_credits"], found["max_refresh_credits"], found.get("next_refresh_time")
        yield balance("daily", "credits", remaining=left, limit=limit, resets_at=resets, window=DAY, gates=False)
