"""SiliconFlow's site in China, with keys of its own."""

from balance_cli.providers.siliconflow import siliconflow

siliconflow_cn = siliconflow._replace(
    id="siliconflow-cn",
    name="SiliconFlow (China)",
    env=("SILICONFLOW_CN_API_KEY", "SILICONFLOW_API_KEY"),
    base="https://api.siliconflow.cn",
    balances={"total": "CNY", "granted": "CNY", "charged": "CNY"},
    unit="CNY",
    note="Granted and charged credit together, and each alone; keys of the international site are siliconflow's.",
)
