"""Moonshot's site in China, with keys of its own."""

from balance_cli.providers.moonshot import moonshot

moonshot_cn = moonshot._replace(
    id="moonshot-cn",
    name="Moonshot (China)",
    docs="https://platform.moonshot.cn/docs/api/balance",
    env=("MOONSHOT_CN_API_KEY", "MOONSHOT_API_KEY"),
    base="https://api.moonshot.cn",
    balances={"available": "CNY", "cash": "CNY", "voucher": "CNY"},
    unit="CNY",
    note="Cash and vouchers together, and each alone; keys of the international site are moonshot's.",
)
