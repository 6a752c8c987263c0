"""Polza.ai: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Polza.ai",
    group="gateway",
    docs="https://polza.ai",
    env=("POLZA_API_KEY",),
    base="https://polza.ai",
    balances={"balance": "RUB"},
    top_up="https://polza.ai/dashboard/billing",
)
def polza(api: Api) -> Balances:
    """The available balance in roubles, without reserved amounts."""
    account = api.get("/api/v2/balance")
    yield balance("balance", "RUB", remaining=account["available"], used=account["spentAmount"])
