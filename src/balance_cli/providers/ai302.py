"""302.AI: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, coded, provider


@provider(
    name="302.AI",
    group="gateway",
    docs="https://doc-en.302.ai/api-263735171",
    env=("AI_302_API_KEY",),
    base="https://api.302.ai",
    balances={"balance": "USD"},
    key="API key with permission to read the balance",
    envelope=coded(0),
    top_up="https://dash.302.ai/charge",
)
def ai302(api: Api) -> Balances:
    """The balance of the account; the key needs permission to read it. The unit USD is not documented."""
    yield balance("balance", "USD", remaining=api.get("/dashboard/balance")["balance"])
