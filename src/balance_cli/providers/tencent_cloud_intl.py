"""Tencent Cloud's international site, which has its own accounts."""

from balance_cli.providers.tencent_cloud import tencent_cloud

tencent_cloud_intl = tencent_cloud._replace(
    id="tencent-cloud-intl",
    name="Tencent Cloud (international)",
    docs="https://www.tencentcloud.com/document/product/555",
    base="https://billing.intl.tencentcloudapi.com",
    balances={"balance": "USD", "credit": "USD"},
    unit="USD",
    note="The balance of an account of the international site, without and with its credit line; amounts are in cents.",
    top_up="https://console.tencentcloud.com/expense/overview",
)
