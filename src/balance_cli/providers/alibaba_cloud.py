"""Alibaba Cloud: the available amount of an account in China."""

from balance_cli.provider import Api, Balances, balance, coded, provider
from balance_cli.providers._hmac import ALIBABA


@provider(
    name="Alibaba Cloud",
    group="compute",
    docs="https://help.aliyun.com/document_detail/87997.html",
    env=("ALIBABA_CLOUD_ACCESS_KEY_ID+ALIBABA_CLOUD_ACCESS_KEY_SECRET",),
    base="https://business.aliyuncs.com",
    balances={"available": "its currency", "cash": "its currency"},
    key="AccessKeyId:AccessKeySecret",
    auth="",
    sign=ALIBABA.sign,
    sells=("Qwen", "DashScope", "Bailian", "Model Studio"),
    wrong_keys={"^sk-": "a key for models (DashScope)"},
    envelope=coded(ok=True, payload="Data", field="Success"),
    top_up="https://usercenter2.aliyun.com",
)
def alibaba_cloud(api: Api) -> Balances:
    """The available amount of the account, including its credit line; cash is a part of it.

    The key needs the permission bss:DescribeAcccount. For accounts of the international site, use alibaba-cloud-intl.
    """
    account = api.post("/", headers={"x-acs-action": "QueryAccountBalance", "x-acs-version": "2017-12-14"})
    yield balance("available", account["Currency"], remaining=account["AvailableAmount"])
    yield balance("cash", account["Currency"], remaining=account["AvailableCashAmount"], gates=False)
