"""ClickSend: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="ClickSend",
    group="message",
    docs="https://developers.clicksend.com/docs",
    env=("CLICKSEND_USERNAME+CLICKSEND_API_KEY",),
    base="https://rest.clicksend.com",
    balances={"balance": "its currency"},
    key="username:api_key",
    auth="Authorization: Basic {basic}",
    unit="USD",
    says="response_msg",
    top_up="https://dashboard.clicksend.com",
)
def clicksend(api: Api) -> Balances:
    """The prepaid balance of the account; a banned account cannot use it."""
    account = api.get("/v3/account")["data"]
    currency = account.get("_currency", account.get("currency", {"currency_name_short": api.unit}))
    blocked = "the account is banned" if account["banned"] == 1 else None
    yield balance("balance", currency["currency_name_short"], remaining=account["balance"], blocked=blocked)
