"""ProxyAPI: the balance of an account, or of a key with a budget."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="ProxyAPI",
    group="gateway",
    docs="https://proxyapi.ru",
    env=("PROXYAPI_API_KEY",),
    base="https://api.proxyapi.ru",
    balances={"balance": "RUB"},
    key="API key with permission to read the balance",
    top_up="https://console.proxyapi.ru/billing",
)
def proxyapi(api: Api) -> Balances:
    """The balance in roubles; the key needs permission to read it, which is off by default."""
    answer = api.get("/proxyapi/balance")
    budget = answer.get("budget")
    if budget is None:
        yield balance("balance", "RUB", remaining=answer["balance"])
    else:
        yield balance("balance", "RUB", remaining=answer["balance"], used=budget["used"], limit=budget["limit"])
