"""Cursor: what a plan includes."""

from typing import Any

from balance_cli.provider import Api, Balances, amount, balance, first, provider
from balance_cli.providers._window import percent


@provider(
    name="Cursor",
    group="plan",
    docs="https://cursor.com/docs/account/pricing",
    env=("CURSOR_ACCESS_TOKEN",),
    base="https://api2.cursor.sh",
    balances={"included": "percent or USD", "auto": "percent", "api": "percent", "on demand": "USD"},
    key="access token of a Cursor login",
    wrong_keys={"^(key_|crsr_)": "an API key, which cannot read this"},
    files={"~/.config/cursor/auth.json": "accessToken"},
    tool="cursor-agent",
    top_up="https://cursor.com/dashboard",
    published=False,
)
def cursor(api: Api) -> Balances:
    """What a plan includes, in percent or in USD; what is billed on demand is spent after it.

    The route is that of the vendor's editor. An enterprise's plan has no such response.
    """
    headers = {"Connect-Protocol-Version": "1"}
    answer = api.post("/aiserver.v1.DashboardService/GetCurrentPeriodUsage", json={}, headers=headers)
    usage, begin, end = answer["planUsage"], _time(answer, "billingCycleStart"), _time(answer, "billingCycleEnd")
    length = None if begin is None or end is None else (end - begin) / 1000
    if "totalPercentUsed" in usage:
        yield percent("included", usage["totalPercentUsed"], resets_at=end, window=length)
    else:
        spent = {"used": usage["totalSpend"]} if "totalSpend" in usage else {"remaining": usage["remaining"]}
        yield balance("included", "USD", **spent, limit=usage["limit"], resets_at=end, window=length, per=100)
    for name in ("auto", "api"):
        if f"{name}PercentUsed" in usage:
            yield percent(name, usage[f"{name}PercentUsed"], resets_at=end, window=length, gates=False)
    extra = answer.get("spendLimitUsage")
    if extra is not None and amount(extra.get("individualLimit", 0)) > 0:
        used = {} if "individualUsed" not in extra else {"used": extra["individualUsed"]}
        left = {} if "individualRemaining" not in extra else {"remaining": extra["individualRemaining"]}
        yield balance("on demand", "USD", **used, **left, limit=extra["individualLimit"], per=100, gates=False)


def _time(answer: Any, name: str) -> Any:
    """Return a time in milliseconds, which is a number or text."""
    value = first(answer, name)
    return None if value is None else amount(value)
