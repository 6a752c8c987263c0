"""Novita: what an account has, with and without its credit line."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Novita",
    group="gateway",
    docs="https://novita.ai/docs/api-reference/basic-get-user-balance",
    env=("NOVITA_API_KEY",),
    base="https://api.novita.ai",
    balances={"available": "USD", "cash": "USD"},
)
def novita(api: Api) -> Balances:
    """What is available, seemingly with the credit line, and the cash alone.

    That the credit line is in the available balance follows from the vendor's example alone.
    """
    account = api.get("/openapi/v1/billing/balance/detail")
    yield balance("available", "USD", remaining=account["availableBalance"], per=10_000)
    yield balance("cash", "USD", remaining=account["cashBalance"], gates=False, per=10_000)
