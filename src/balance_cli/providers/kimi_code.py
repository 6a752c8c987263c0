"""Kimi Code: the windows of a coding subscription."""

from collections.abc import Iterator
from typing import Any, Final

from balance_cli.model import Balance
from balance_cli.provider import UNSAID, Api, Balances, amount, balance, first, provider

SECONDS: Final = {
    "TIME_UNIT_SECOND": 1,
    "TIME_UNIT_MINUTE": 60,
    "TIME_UNIT_HOUR": 3_600,
    "TIME_UNIT_DAY": 86_400,
    "TIME_UNIT_WEEK": 604_800,
}
RATIOS: Final = {
    "monthly": ("limit_month_total", "limit_month"),
    "weekly": ("limit_7d",),
    "5 hours": ("limit_5h",),
}
"""The names of the windows in responses that report only shares of use, the longest first."""


@provider(
    name="Kimi Code",
    group="plan",
    docs="https://www.kimi.com/code/console",
    env=("KIMI_CODE_API_KEY", "KIMI_API_KEY"),
    base="https://api.kimi.com",
    balances={"monthly": "percent", "weekly": "percent", "LENGTH": "requests", "booster": "CNY or USD"},
    key="Kimi Code key",
    key_page="https://www.kimi.com/code/console",
    unit="",
    top_up="https://www.kimi.com/membership/subscription?tab=quota",
    published=False,
)
def kimi_code(api: Api) -> Balances:
    """The windows of a subscription, and its booster; for keys of the open platform, use moonshot.

    The route is that of the vendor's own command-line tool; its responses have changed several times. Global accounts
    are at https://api.kimi.ai.
    """
    answer = api.get("/coding/v1/usages")
    shares = list(_shares(answer.get("usages")))
    yield from shares or _counts(answer)
    yield from _booster(answer.get("boosterWallet"), api.unit)


def _shares(usages: Any) -> Iterator[Balance]:
    """Yield the windows that are reported as shares, without the monthly share of a single product."""
    for name, fields in RATIOS.items():
        window: Any = None if usages is None else first(usages, *fields)
        if window is not None:
            used = amount(window["used_ratio"]) * 100
            yield balance(name, "percent", used=used, limit=100, resets_at=window.get("reset_time"))


def _counts(answer: Any) -> Iterator[Balance]:
    """Yield the windows that are counted in requests."""
    yield _window("weekly", answer["usage"])
    for limit in () if answer.get("limits") is None else answer["limits"]:
        yield _window(_length(limit["window"]), limit["detail"])


def _window(name: str, detail: Any) -> Balance:
    """Return a window; this is proto3 JSON, which omits zeros, and newer responses never say what remains."""
    used, remaining = first(detail, "used"), first(detail, "remaining")
    return balance(
        name,
        "requests",
        remaining=UNSAID if remaining is None else remaining,
        used=used if used is not None else 0 if remaining is None else UNSAID,
        limit=detail["limit"],
        resets_at=first(detail, "resetTime", "resetAt", "reset_at", "reset_time"),
    )


def _length(window: Any) -> str:
    """Return the length of a window in the largest unit that divides it."""
    unit, count = SECONDS[window["timeUnit"]], int(amount(window["duration"]))
    for name, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if count * unit % length == 0:
            return f"{count * unit // length} {name}"
    return f"{count * unit} seconds"


def _booster(wallet: Any, unit: str) -> Iterator[Balance]:
    """Yield the extra credit used after the windows, in 1e-8 of the currency of its limits."""
    pool = None if wallet is None else wallet.get("balance")
    if pool is None or pool.get("type") != "BOOSTER" or amount(pool.get("amount", 0)) <= 0:
        return
    limits = [wallet[name] for name in ("monthlyChargeLimit", "monthlyUsed") if wallet.get(name) is not None]
    currency = next((limit["currency"] for limit in limits if limit.get("currency", "") != ""), unit)
    amounts = {"remaining": pool.get("amountLeft", 0), "limit": pool["amount"]}
    yield balance("booster", UNSAID if currency == "" else currency, **amounts, per=10**8, gates=False)
