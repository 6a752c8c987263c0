"""SiliconFlow's site in China, which has its own keys."""

from balance_cli.providers.siliconflow import siliconflow

siliconflow_cn = siliconflow._replace(
    id="siliconflow-cn",
    name="SiliconFlow (China)",
    env=("SILICONFLOW_CN_API_KEY", "SILICONFLOW_API_KEY"),
    base="https://api.siliconflow.cn",
    balances={"total": "CNY", "granted": "CNY", "charged": "CNY"},
    unit="CNY",
    top_up="https://cloud.siliconflow.cn/expensebill",
    note="Granted and charged credit, together and separately; for keys of the international site, use siliconflow.",
)
