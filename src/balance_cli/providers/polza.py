"""Polza.ai: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Polza.ai",
    group="gateway",
    docs="https://polza.ai",
    env=("POLZA_API_KEY",),
    base="https://polza.ai",
    balances={"balance": "RUB"},
)
def polza(api: Api) -> Balances:
    """What is available in roubles, less what is reserved."""
    account = api.get("/api/v2/balance")
    yield balance("balance", "RUB", remaining=account["available"], used=account["spentAmount"])
