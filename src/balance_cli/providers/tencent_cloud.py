"""Tencent Cloud: the balance of an account in China."""

from balance_cli.provider import Api, Balances, balance, flag, provider, unless
from balance_cli.providers._hmac import TENCENT


@provider(
    name="Tencent Cloud",
    group="compute",
    docs="https://cloud.tencent.com/document/product/555/20253",
    env=("TENCENTCLOUD_SECRET_ID+TENCENTCLOUD_SECRET_KEY",),
    base="https://billing.tencentcloudapi.com",
    balances={"balance": "CNY", "credit": "CNY"},
    key="SecretId:SecretKey",
    auth="",
    sign=TENCENT.sign,
    sells=("Hunyuan",),
    wrong_keys={"^sk-": "a key for models (Hunyuan)"},
    unit="CNY",
    envelope=unless("Response.Error", "Response"),
    top_up="https://console.cloud.tencent.com/expense/recharge",
)
def tencent_cloud(api: Api) -> Balances:
    """The balance of the account, without and with its credit line; amounts are in fen.

    An account that may owe, and has used up its balance, spends its credit line: then only that gates.
    """
    account = api.post("/", json={}, headers={"X-TC-Action": "DescribeAccountBalance", "X-TC-Version": "2018-07-09"})
    on_credit = account["RealBalance"] <= 0 and flag(account.get("IsAllowArrears", False), "IsAllowArrears")
    yield balance("balance", api.unit, remaining=account["RealBalance"], gates=not on_credit, per=100)
    yield balance("credit", api.unit, remaining=account["RealCreditBalance"], gates=on_credit, per=100)
