"""Chutes: the windows of a subscription, or a balance."""

from balance_cli.provider import Api, Balances, balance, flag, provider


@provider(
    name="Chutes",
    group="gateway",
    docs="https://chutes.ai",
    env=("CHUTES_API_KEY",),
    base="https://api.chutes.ai",
    balances={"monthly": "USD", "four hours": "USD", "balance": "USD"},
    top_up="https://chutes.ai/app/api/billing-balance",
)
def chutes(api: Api) -> Balances:
    """Monthly and four-hour caps of a subscription at list prices, or without one the pay-as-you-go balance.

    The fields come from public code; the vendor documents none.
    """
    usage = api.get("/users/me/subscription_usage")
    if not flag(usage["subscription"], "subscription"):
        yield balance("balance", "USD", remaining=api.get("/users/me")["balance"])
        return
    for name, field in (("monthly", "monthly"), ("four hours", "four_hour")):
        window = usage[field]
        yield balance(name, "USD", used=window["usage"], limit=window["cap"], resets_at=window.get("reset_at"))
