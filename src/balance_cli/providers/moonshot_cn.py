"""Moonshot's site in China, which has its own keys."""

from balance_cli.providers.moonshot import moonshot

moonshot_cn = moonshot._replace(
    id="moonshot-cn",
    name="Moonshot (China)",
    docs="https://platform.moonshot.cn/docs/api/balance",
    env=("MOONSHOT_CN_API_KEY", "MOONSHOT_API_KEY"),
    base="https://api.moonshot.cn",
    balances={"available": "CNY", "cash": "CNY", "voucher": "CNY"},
    unit="CNY",
    top_up="https://platform.moonshot.cn/console/pay",
    note="Cash and vouchers, together and separately; for keys of the international site, use moonshot.",
)
