"""Moonshot, the Kimi Open Platform: the available balance of an account."""

from balance_cli.provider import Api, Balances, balance, coded, provider


@provider(
    name="Moonshot",
    group="model",
    docs="https://platform.moonshot.ai/docs/api/balance",
    env=("MOONSHOT_API_KEY", "MOONSHOT_KEY"),
    base="https://api.moonshot.ai",
    balances={"available": "USD", "cash": "USD", "voucher": "USD"},
    unit="USD",
    envelope=coded(0),
    top_up="https://platform.moonshot.ai/console/pay",
)
def moonshot(api: Api) -> Balances:
    """Cash and vouchers, together and separately; for keys of the Chinese site, use moonshot-cn."""
    account = api.get("/v1/users/me/balance")
    yield balance("available", api.unit, remaining=account["available_balance"])
    yield balance("cash", api.unit, remaining=account["cash_balance"], gates=False)
    yield balance("voucher", api.unit, remaining=account["voucher_balance"], gates=False)
