"""MessageBird (Bird): the balance of an account."""

from typing import Final

from balance_cli.provider import UNSAID, Api, Balances, balance, provider

UNITS: Final = {"euros": "EUR", "pounds": "GBP", "dollars": "USD"}


@provider(
    name="MessageBird",
    group="message",
    docs="https://developers.messagebird.com/api/balance/",
    env=("MESSAGEBIRD_API_KEY",),
    base="https://rest.messagebird.com",
    balances={"balance": "its currency or credits"},
    auth="Authorization: AccessKey {key}",
    sells=("Bird",),
    top_up="https://dashboard.messagebird.com",
)
def messagebird(api: Api) -> Balances:
    """The prepaid balance of the account; that of a postpaid account is unknown.

    Keys of the newer workspaces of Bird are for another interface.
    """
    account = api.get("/balance")
    remaining = account["amount"] if account["payment"] == "prepaid" else UNSAID
    yield balance("balance", UNITS.get(account["type"], account["type"].lower()), remaining=remaining)
