"""Infobip: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Infobip",
    group="message",
    docs="https://www.infobip.com/docs/api",
    env=("INFOBIP_API_KEY",),
    base="",
    balances={"balance": "its currency"},
    auth="Authorization: App {key}",
    says="requestError.serviceException.text",
    top_up="https://portal.infobip.com",
)
def infobip(api: Api) -> Balances:
    """The balance of the account; each account has an address of its own, like https://xxxxx.api.infobip.com."""
    account = api.get("/account/1/balance")
    yield balance("balance", account["currency"], remaining=account["balance"])
