"""SMSAPI: the points of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="SMSAPI",
    group="message",
    docs="https://www.smsapi.com/docs",
    env=("SMSAPI_ACCESS_TOKEN",),
    base="https://api.smsapi.com",
    balances={"points": "points"},
    key="access token",
    top_up="https://ssl.smsapi.com",
)
def smsapi(api: Api) -> Balances:
    """Prepaid points; for accounts of Poland, Sweden or Bulgaria, set base_url."""
    account = api.get("/user.do", params={"credits": "1", "details": "1", "format": "json"})
    yield balance("points", "points", remaining=account["points"])
