"""DigitalOcean: the credit or debt of an account."""

from balance_cli.provider import Api, Balances, amount, balance, nullable, provider


@provider(
    name="DigitalOcean",
    group="compute",
    docs="https://docs.digitalocean.com/reference/pydo/reference/prepayment_config/get/",
    env=("DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"),
    base="https://api.digitalocean.com",
    balances={"account": "USD"},
    key="token with billing:read",
    top_up="https://cloud.digitalocean.com/account/billing",
)
def digitalocean(api: Api) -> Balances:
    """The account including this month's usage, which is billed afterwards: debt is negative, and does not gate.

    The vendor's sign is reversed: there, debt is positive.
    """
    account = api.get("/v2/customers/my/balance")
    remaining, used = -amount(account["month_to_date_balance"]), nullable(account.get("month_to_date_usage"))
    yield balance("account", "USD", remaining=remaining, used=used, gates=False)
