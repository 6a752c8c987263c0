"""Apertis: prepaid credit, and the cycle quota of a subscription."""

from balance_cli.provider import Api, Balances, balance, flag, next_day_of_month, plan, provider


@provider(
    name="Apertis",
    group="gateway",
    docs="https://docs.apertis.ai/api/utilities/billing-credits",
    env=("APERTIS_API_KEY", "APERTIS_KEY"),
    base="https://api.apertis.ai",
    balances={"payg": "USD", "cycle quota": "quota", "payg fallback": "USD", "monthly limit": "USD"},
    top_up="https://apertis.ai/setting?tab=credits",
)
def apertis(api: Api) -> Balances:
    """Prepaid credit; a subscription's cycle quota is used first, and may fall back to the credit.

    A subscription with a status other than ``active`` is treated as blocked: no other status is documented.
    """
    account = api.get("/v1/dashboard/billing/credits")
    payg, subscribed = account["payg"], flag(account["is_subscriber"], "is_subscriber")
    if subscribed:
        subscription = account["subscription"]
        status = subscription["status"]
        yield plan(subscription["plan_type"])
        yield balance(
            "cycle quota",
            "quota",
            remaining=subscription["cycle_quota_remaining"],
            used=subscription["cycle_quota_used"],
            limit=subscription["cycle_quota_limit"],
            resets_at=subscription["cycle_end"],
            blocked=None if status == "active" else f"the subscription is {status}",
        )
    yield balance(
        "payg",
        "USD",
        remaining=payg["remaining_usd"],
        used=payg["used_usd"],
        limit=payg["total_usd"],
        unlimited=payg["is_unlimited"],
        gates=not subscribed,
    )
    if subscribed and subscription["payg_fallback_enabled"]:
        spent, limit = subscription["payg_spent_usd"], subscription["payg_limit_usd"]
        yield balance("payg fallback", "USD", used=spent, limit=limit, gates=False)
    if not subscribed and payg.get("monthly_limit_usd") is not None:
        resets = next_day_of_month(payg.get("monthly_reset_day"), api.now)
        used, limit = payg["monthly_used_usd"], payg["monthly_limit_usd"]
        yield balance("monthly limit", "USD", used=used, limit=limit, resets_at=resets)
