"""ZenMux: credit, and the windows of a subscription."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="ZenMux",
    group="gateway",
    docs="https://docs.zenmux.ai/api/platform/",
    env=("ZENMUX_MANAGEMENT_API_KEY",),
    base="https://zenmux.ai",
    balances={"payg": "USD", "five hours": "flows", "seven days": "flows"},
    key="management key",
    unfit={"ZENMUX_API_KEY": "reading credit needs a management key"},
    codes={422: 429},
    top_up="https://zenmux.ai/platform/pay-as-you-go",
)
def zenmux(api: Api) -> Balances:
    """Credit in USD, and the flows of a subscription if there is one; needs a management key."""
    subscription = api.soon("/api/v1/management/subscription/detail", optional=True)
    payg = api.get("/api/v1/management/payg/balance")["data"]
    answer = subscription()
    status = "healthy" if answer is None else answer["data"]["account_status"]
    blocked = None if status in {"healthy", "monitored"} else f"the account is {status}"
    yield balance("payg", payg["currency"].upper(), remaining=payg["total_credits"], blocked=blocked)
    if answer is not None:
        yield plan(answer["data"]["plan"]["tier"])
        for name, field in (("five hours", "quota_5_hour"), ("seven days", "quota_7_day")):
            window = answer["data"][field]
            yield balance(
                name,
                "flows",
                remaining=window["remaining_flows"],
                used=window["used_flows"],
                limit=window["max_flows"],
                resets_at=window["resets_at"],
                gates=False,
            )
