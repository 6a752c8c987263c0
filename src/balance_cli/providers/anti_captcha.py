"""Anti-Captcha: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._captcha import AUTH, envelope, read_account


@provider(
    name="Anti-Captcha",
    group="web",
    docs="https://anti-captcha.com/apidoc/methods/getBalance",
    env=("ANTICAPTCHA_API_KEY", "ANTI_CAPTCHA_API_KEY"),
    base="https://api.anti-captcha.com",
    balances={"balance": "USD", "captchas": "captchas"},
    auth=AUTH,
    envelope=envelope,
    top_up="https://anti-captcha.com/clients",
)
def anti_captcha(api: Api) -> Balances:
    """The prepaid balance of the account, and credits of a subscription."""
    account = read_account(api)
    yield balance("balance", "USD", remaining=account["balance"])
    if "captchaCredits" in account:
        yield balance("captchas", "captchas", remaining=account["captchaCredits"], gates=False)
