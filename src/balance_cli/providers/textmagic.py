"""Textmagic: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Textmagic",
    group="message",
    docs="https://docs.textmagic.com/#tag/User",
    env=("TEXTMAGIC_USERNAME+TEXTMAGIC_API_KEY",),
    base="https://rest.textmagic.com",
    balances={"balance": "its currency"},
    key="username:api_key",
    auth="Authorization: Basic {basic}",
    top_up="https://my.textmagic.com",
)
def textmagic(api: Api) -> Balances:
    """The prepaid balance of the account."""
    account = api.get("/api/v2/user")
    yield balance("balance", account["currency"]["id"], remaining=account["balance"])
