"""PPQ.ai: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="PPQ.ai",
    group="gateway",
    docs="https://ppq.ai",
    env=("PPQ_API_KEY",),
    base="https://api.ppq.ai",
    balances={"balance": "USD"},
)
def ppq(api: Api) -> Balances:
    """The account's balance, which may be below zero.

    The route was seen in public code, not in the vendor's own documentation.
    """
    yield balance("balance", "USD", remaining=api.post("/credits/balance", json={})["balance"])
