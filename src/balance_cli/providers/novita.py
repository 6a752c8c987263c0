"""Novita: the balance of an account, with and without its credit line."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Novita",
    group="gateway",
    docs="https://novita.ai/docs/api-reference/basic-get-user-balance",
    env=("NOVITA_API_KEY",),
    base="https://api.novita.ai",
    balances={"available": "USD", "cash": "USD"},
    top_up="https://novita.ai/billing",
)
def novita(api: Api) -> Balances:
    """The available balance, apparently including the credit line, and the cash alone.

    Only the vendor's example suggests that the credit line is included.
    """
    account = api.get("/openapi/v1/billing/balance/detail")
    yield balance("available", "USD", remaining=account["availableBalance"], per=10_000)
    yield balance("cash", "USD", remaining=account["cashBalance"], gates=False, per=10_000)
