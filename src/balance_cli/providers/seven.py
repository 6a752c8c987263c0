"""seven.io: the balance of an account."""

from typing import Final

from balance_cli.provider import Api, Balances, Rejected, balance, provider

WRONG_KEY: Final = 900


@provider(
    name="seven.io",
    group="message",
    docs="https://docs.seven.io/en/rest-api/endpoints/account#balance",
    env=("SEVEN_API_KEY",),
    base="https://gateway.seven.io",
    balances={"balance": "its currency"},
    auth="X-Api-Key: {key}",
    sells=("sms77",),
    top_up="https://app.seven.io",
)
def seven(api: Api) -> Balances:
    """The prepaid balance of the account.

    The number 900 alone means that the key is wrong.
    """
    account = api.get("/api/balance")
    if account == WRONG_KEY:
        raise Rejected(f"the provider returned the code {WRONG_KEY}, which means a wrong key")
    yield balance("balance", account["currency"], remaining=account["amount"])
