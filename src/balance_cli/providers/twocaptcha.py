"""2Captcha: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._captcha import AUTH, envelope, read_account


@provider(
    name="2Captcha",
    group="web",
    docs="https://2captcha.com/api-docs/get-balance",
    env=("TWOCAPTCHA_API_KEY", "APIKEY_2CAPTCHA"),
    base="https://api.2captcha.com",
    balances={"balance": "USD"},
    auth=AUTH,
    envelope=envelope,
    top_up="https://2captcha.com/pay",
)
def twocaptcha(api: Api) -> Balances:
    """The prepaid balance of the account."""
    yield balance("balance", "USD", remaining=read_account(api)["balance"])
