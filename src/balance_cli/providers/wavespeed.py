"""WaveSpeedAI: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, coded, provider


@provider(
    name="WaveSpeedAI",
    group="media",
    docs="https://wavespeed.ai/docs/docs-common-api/balance",
    env=("WAVESPEED_API_KEY",),
    base="https://api.wavespeed.ai",
    balances={"balance": "USD"},
    envelope=coded(200),
    top_up="https://wavespeed.ai/top-up",
)
def wavespeed(api: Api) -> Balances:
    """The prepaid balance of the account."""
    yield balance("balance", "USD", remaining=api.get("/api/v3/balance")["balance"])
