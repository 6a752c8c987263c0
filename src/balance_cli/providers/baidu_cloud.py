"""Baidu AI Cloud: the cash of an account."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._hmac import sign_baidu


@provider(
    name="Baidu AI Cloud",
    group="compute",
    docs="https://cloud.baidu.com/doc/Finance/s/Skhtyytwu",
    env=("BCE_ACCESS_KEY_ID+BCE_SECRET_ACCESS_KEY", "QIANFAN_ACCESS_KEY+QIANFAN_SECRET_KEY"),
    base="https://billing.baidubce.com",
    balances={"cash": "CNY"},
    key="AccessKeyId:SecretAccessKey",
    auth="",
    sign=sign_baidu,
    sells=("Qianfan", "ERNIE"),
    wrong_keys={"^bce-v3/": "a key for models (Qianfan)"},
    top_up="https://console.bce.baidu.com/finance/",
)
def baidu_cloud(api: Api) -> Balances:
    """The cash of the account, without vouchers."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = api.post("/v1/finance/cash/balance", json={}, headers=headers)
    yield balance("cash", "CNY", remaining=answer["cashBalance"])
