"""Cline: the windows of ClinePass, or prepaid credit."""

from typing import Any, Final

from balance_cli.provider import Api, Balances, balance, provider, segment
from balance_cli.providers._window import HOUR, WEEK, percent

_WINDOWS: Final = {"monthly": ("monthly", None), "weekly": ("weekly", WEEK), "five_hour": ("5 hours", 5 * HOUR)}


def _payload(answer: Any) -> Any:
    return answer["data"]


@provider(
    name="Cline",
    group="plan",
    docs="https://docs.cline.bot",
    env=("CLINE_API_KEY",),
    base="https://api.cline.bot",
    balances={"monthly": "percent", "weekly": "percent", "5 hours": "percent", "credits": "USD"},
    key_page="https://app.cline.bot/settings/api-keys",
    envelope=_payload,
    top_up="https://app.cline.bot/credits",
    published=False,
)
def cline(api: Api) -> Balances:
    """The windows of ClinePass, in percent, or the credit of an account without this plan."""
    answer = api.get("/api/v1/users/me/plan/usage-limits", missing_ok=True)
    if answer is None:
        user = segment(api.get("/api/v1/users/me")["id"])
        yield balance("credits", "USD", remaining=api.get(f"/api/v1/users/{user}/balance")["balance"], per=10**6)
        return
    limits = {limit["type"]: limit for limit in answer["limits"]}
    for kind, (name, length) in _WINDOWS.items():
        if kind in limits:
            limit = limits[kind]
            yield percent(name, limit["percentUsed"], resets_at=limit.get("resetsAt"), window=length)
