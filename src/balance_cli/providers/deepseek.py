"""DeepSeek: one wallet per currency."""

from balance_cli.provider import Api, Balances, balance, flag, provider


@provider(
    name="DeepSeek",
    group="model",
    docs="https://api-docs.deepseek.com/api/get-user-balance",
    env=("DEEPSEEK_API_KEY", "DEEPSEEK_KEY"),
    base="https://api.deepseek.com",
    balances={"total": "CNY or USD", "granted": "CNY or USD", "topped up": "CNY or USD"},
    top_up="https://platform.deepseek.com/top_up",
)
def deepseek(api: Api) -> Balances:
    """One wallet per currency; granted credit is used before topped-up credit."""
    account = api.get("/user/balance")
    blocked = None if flag(account["is_available"], "is_available") else "the account is not available for calls"
    for wallet in account["balance_infos"]:
        unit = wallet["currency"]
        yield balance("total", unit, remaining=wallet["total_balance"], blocked=blocked)
        yield balance("granted", unit, remaining=wallet["granted_balance"], gates=False)
        yield balance("topped up", unit, remaining=wallet["topped_up_balance"], gates=False)
