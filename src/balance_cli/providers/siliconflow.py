"""SiliconFlow: the granted and charged credit of an account."""

from balance_cli.provider import Api, Balances, balance, coded, provider


@provider(
    name="SiliconFlow",
    group="gateway",
    docs="https://docs.siliconflow.cn/cn/api-reference/userinfo/get-user-info",
    env=("SILICONFLOW_API_KEY",),
    base="https://api.siliconflow.com",
    balances={"total": "USD", "granted": "USD", "charged": "USD"},
    unit="USD",
    envelope=coded(20000),
    top_up="https://cloud.siliconflow.com/expensebill",
)
def siliconflow(api: Api) -> Balances:
    """Granted and charged credit, together and separately; for keys of the Chinese site, use siliconflow-cn."""
    account = api.get("/v1/user/info")
    yield balance("total", api.unit, remaining=account["totalBalance"])
    yield balance("granted", api.unit, remaining=account["balance"], gates=False)
    yield balance("charged", api.unit, remaining=account["chargeBalance"], gates=False)
