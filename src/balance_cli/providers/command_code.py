"""Command Code: the month's credits and the windows of a plan."""

from collections.abc import Iterator
from typing import Any, Final

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, amount, balance, flag, plan, provider
from balance_cli.providers._window import HOUR, WEEK

_WINDOWS: Final = {"weekly": ("weekly", WEEK), "fiveHour": ("5 hours", 5 * HOUR)}


@provider(
    name="Command Code",
    group="plan",
    docs="https://commandcode.ai/docs",
    env=("COMMAND_CODE_API_KEY", "COMMANDCODE_API_KEY"),
    base="https://api.commandcode.ai",
    balances=dict.fromkeys(("monthly", "weekly", "5 hours", "purchased", "free"), "USD"),
    files={"${COMMANDCODE_HOME:-~/.commandcode}/auth.json": "apiKey"},
    top_up="https://commandcode.ai/studio",
    published=False,
)
def command_code(api: Api) -> Balances:
    """What remains of the month, and the windows of a plan; without a plan, the purchased credits.

    The route is that of the vendor's own command-line tool. The month's limit is not reported.
    """
    subscription = api.soon("/alpha/billing/subscriptions", optional=True)
    answer = api.get("/alpha/billing/credits")
    found, terms = answer["credits"], subscription()
    terms = None if terms is None else terms["data"]
    ends = None if terms is None else terms.get("currentPeriodEnd")
    limits: Any = next((holder["windowLimits"] for holder in (answer, found) if "windowLimits" in holder), None)
    planned = limits is None or flag(limits.get("limited", True), "limited")
    yield plan(found.get("planId"))
    monthly = balance("monthly", "USD", remaining=found["monthlyCredits"], resets_at=ends, gates=planned)
    if planned:
        yield monthly
        yield from _windows(limits)
    yield balance("purchased", "USD", remaining=found["purchasedCredits"], gates=not planned)
    if not planned:
        yield monthly
    if found.get("freeCredits") is not None:
        yield balance("free", "USD", remaining=found["freeCredits"], gates=False)


def _windows(limits: Any) -> Iterator[Balance]:
    """Yield the windows that are in force."""
    if limits is None:
        return
    for field, (name, length) in _WINDOWS.items():
        window = limits[field]
        if window is not None and amount(window["cap"]) > 0:
            blocked = "the provider says that it is used up" if window.get("exceeded") is True else None
            used, cap, resets = window["used"], window["cap"], window["resetAt"]
            yield balance(name, "USD", used=used, limit=cap, resets_at=resets, window=length, blocked=blocked)
