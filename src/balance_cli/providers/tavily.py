"""Tavily: the credits of a plan, and the cap of a key."""

from balance_cli.provider import Api, Balances, balance, nullable, plan, provider


@provider(
    name="Tavily",
    group="tool",
    docs="https://docs.tavily.com/documentation/api-reference/endpoint/usage",
    env=("TAVILY_API_KEY",),
    base="https://api.tavily.com",
    balances={"plan": "credits", "key": "credits", "paygo": "credits"},
    top_up="https://app.tavily.com/billing",
)
def tavily(api: Api) -> Balances:
    """The credits of the plan, the cap of the key, and pay-as-you-go credits; they may be minutes late."""
    usage = api.get("/usage")
    key, account = usage["key"], usage["account"]
    yield plan(account["current_plan"])
    yield balance("plan", "credits", used=account["plan_usage"], limit=nullable(account["plan_limit"]))
    if key["limit"] is not None:
        yield balance("key", "credits", used=key["usage"], limit=key["limit"])
    if account["paygo_limit"] is not None:
        yield balance("paygo", "credits", used=account["paygo_usage"], limit=account["paygo_limit"], gates=False)
