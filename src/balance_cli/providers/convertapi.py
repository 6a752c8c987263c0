"""ConvertAPI: the conversions of an account."""

from balance_cli.provider import Api, Balances, balance, flag, provider


@provider(
    name="ConvertAPI",
    group="tool",
    docs="https://docs.convertapi.com",
    env=("CONVERTAPI_API_TOKEN", "CONVERT_API_SECRET", "CONVERTAPI_SECRET"),
    base="https://v2.convertapi.com",
    balances={"conversions": "conversions"},
    key="API token",
    top_up="https://www.convertapi.com",
)
def convertapi(api: Api) -> Balances:
    """The remaining conversions; an inactive account cannot use them."""
    account = api.get("/user")
    used, limit = account["ConversionsConsumed"], account["ConversionsTotal"]
    blocked = None if flag(account["Active"], "Active") else "the account is not active"
    yield balance("conversions", "conversions", used=used, limit=limit, blocked=blocked)
