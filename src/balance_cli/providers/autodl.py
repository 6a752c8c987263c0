"""AutoDL: the wallet of an account."""

from balance_cli.provider import Api, Balances, balance, coded, provider


@provider(
    name="AutoDL",
    group="compute",
    docs="https://www.autodl.com/docs/common_api/",
    env=("AUTODL_TOKEN",),
    base="https://api.autodl.com",
    balances={"balance": "CNY", "voucher": "CNY"},
    key="developer token",
    auth="Authorization: {key}",
    envelope=coded("Success"),
    top_up="https://www.autodl.com/console",
)
def autodl(api: Api) -> Balances:
    """The wallet of the account, and its vouchers; amounts are in thousandths of a yuan."""
    wallet = api.post("/api/v1/dev/wallet/balance")
    yield balance("balance", "CNY", remaining=wallet["assets"], per=1000)
    yield balance("voucher", "CNY", remaining=wallet["voucher_balance"], gates=False, per=1000)
