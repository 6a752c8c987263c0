"""CapMonster Cloud: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._captcha import AUTH, envelope, read_account


@provider(
    name="CapMonster Cloud",
    group="web",
    docs="https://docs.capmonster.cloud",
    env=("CAPMONSTER_API_KEY",),
    base="https://api.capmonster.cloud",
    balances={"balance": "USD"},
    auth=AUTH,
    envelope=envelope,
    top_up="https://dash.capmonster.cloud",
)
def capmonster(api: Api) -> Balances:
    """The prepaid balance of the account."""
    yield balance("balance", "USD", remaining=read_account(api)["balance"])
