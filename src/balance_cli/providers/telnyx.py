"""Telnyx: the available credit, with and without the credit line."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Telnyx",
    group="message",
    docs="https://developers.telnyx.com/docs/development/api-fundamentals/first-api-request",
    env=("TELNYX_API_KEY",),
    base="https://api.telnyx.com",
    balances={"available credit": "its currency", "balance": "its currency"},
    top_up="https://portal.telnyx.com/#/app/billing",
)
def telnyx(api: Api) -> Balances:
    """The available credit, including the credit line, and the prepaid balance alone."""
    account = api.get("/v2/balance")["data"]
    yield balance("available credit", account["currency"], remaining=account["available_credit"])
    if account.get("balance") is not None:
        yield balance("balance", account["currency"], remaining=account["balance"], gates=False)
