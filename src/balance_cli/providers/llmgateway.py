"""LLM Gateway: the credits of a plan, and the limit of a key."""

from balance_cli.provider import Api, Balances, balance, nullable, plan, provider


@provider(
    name="LLM Gateway",
    group="gateway",
    docs="https://docs.llmgateway.io/developers/devpass-usage",
    env=("LLM_GATEWAY_API_KEY", "DEVPASS_API_KEY"),
    base="https://api.llmgateway.io",
    balances={"plan": "USD", "key": "USD", "premium week": "USD"},
    top_up="https://llmgateway.io/dashboard",
)
def llmgateway(api: Api) -> Balances:
    """The credits of a plan and the limit of the key; prepaid credits of the organization are not reported."""
    key = api.get("/v1/key")["data"]
    planned = key["devPlan"] != "none"
    if planned:
        yield plan(key["devPlan"])
        yield balance(
            "plan",
            "USD",
            remaining=key["devPlanCreditsRemaining"],
            used=key["devPlanCreditsUsed"],
            limit=key["devPlanCreditsLimit"],
        )
    if key["limit"] is not None or not planned:
        yield balance("key", "USD", used=key["usage"], limit=nullable(key["limit"]))
    if planned:
        used, limit = key["devPlanPremiumCreditsUsed"], key["devPlanPremiumWeeklyLimit"]
        resets = key["devPlanPremiumWeekResetsAt"]
        yield balance("premium week", "USD", used=used, limit=limit, resets_at=resets, gates=False)
