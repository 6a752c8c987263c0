"""PPQ.ai: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="PPQ.ai",
    group="gateway",
    docs="https://ppq.ai",
    env=("PPQ_API_KEY",),
    base="https://api.ppq.ai",
    balances={"balance": "USD"},
    top_up="https://ppq.ai",
)
def ppq(api: Api) -> Balances:
    """The balance of the account, which may be negative.

    The route comes from public code, not from the vendor's documentation.
    """
    yield balance("balance", "USD", remaining=api.post("/credits/balance", json={})["balance"])
