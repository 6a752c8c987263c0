"""Zhipu BigModel: the windows of a coding plan, and cash."""

from balance_cli.provider import Api, Balances, balance, first, provider
from balance_cli.providers._coding_plan import payload, windows


@provider(
    name="Zhipu BigModel",
    group="plan",
    docs="https://open.bigmodel.cn",
    env=("ZHIPUAI_API_KEY", "ZHIPU_API_KEY", "BIGMODEL_API_KEY", "GLM_API_KEY"),
    base="https://open.bigmodel.cn",
    balances={"weekly": "percent", "LENGTH hours": "percent", "tools": "requests", "cash": "CNY"},
    key="coding plan key",
    options={"organization": "the organization of a team plan", "project": "the project of a team plan"},
    envelope=payload,
    top_up="https://open.bigmodel.cn/finance/pay",
    published=False,
)
def zhipu(api: Api) -> Balances:
    """The windows of a coding plan, in percent, its tool calls, and the account's cash if the key may read it.

    The routes are those of the vendor's own tools; they have no public reference.
    """
    team = {name: api.options[name] for name in ("organization", "project") if name in api.options}
    headers = {f"bigmodel-{name}": value for name, value in team.items()}
    cash = api.soon("https://www.bigmodel.cn/api/biz/account/query-customer-account-report", optional=True)
    yield from windows(api, params={"type": "2"} if team else None, headers=headers)
    if (account := cash()) is not None:
        yield balance("cash", "CNY", remaining=first(account, "availableBalance", "balance"), gates=False)
