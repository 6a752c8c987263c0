"""DigitalOcean: an account, which owes or has credit."""

from balance_cli.provider import Api, Balances, amount, balance, nullable, provider


@provider(
    name="DigitalOcean",
    group="compute",
    docs="https://docs.digitalocean.com/reference/pydo/reference/prepayment_config/get/",
    env=("DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"),
    base="https://api.digitalocean.com",
    balances={"account": "USD"},
    key="token with billing:read",
)
def digitalocean(api: Api) -> Balances:
    """The account with this month's usage, which is billed afterwards: what is owed is below zero, and stops nothing.

    The vendor counts the other way round: what is owed is above zero there.
    """
    account = api.get("/v2/customers/my/balance")
    left, used = -amount(account["month_to_date_balance"]), nullable(account.get("month_to_date_usage"))
    yield balance("account", "USD", remaining=left, used=used, gates=False)
