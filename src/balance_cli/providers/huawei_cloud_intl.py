"""Huawei Cloud's international site, which has its own accounts."""

from balance_cli.providers.huawei_cloud import huawei_cloud

huawei_cloud_intl = huawei_cloud._replace(
    id="huawei-cloud-intl",
    name="Huawei Cloud (international)",
    docs="https://support.huaweicloud.com/intl/en-us/api-oce/mac_00001.html",
    base="https://bss-intl.myhuaweicloud.com",
    note="The balance of an account of the international site; for one in Europe, set base_url to https://bss.myhuaweicloud.eu.",
    top_up="https://account-intl.huaweicloud.com/usercenter/",
)
