"""Alibaba Cloud's international site, which has its own accounts."""

from balance_cli.providers.alibaba_cloud import alibaba_cloud

alibaba_cloud_intl = alibaba_cloud._replace(
    id="alibaba-cloud-intl",
    name="Alibaba Cloud (international)",
    docs="https://www.alibabacloud.com/help/doc-detail/87997.htm",
    base="https://business.ap-southeast-1.aliyuncs.com",
    note="The available amount of an account of the international site; cash is a part of it.",
    top_up="https://www.alibabacloud.com",
)
