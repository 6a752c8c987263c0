"""Providers that report only costs: compute the use in the period that the profile sets."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, Unexpected, amount, balance, next_reset, nullable

OPTIONS: Final = {
    "budget_period": 'the period of budget, in UTC: "month" (the default), "day", "week" or "total"',
    "budget_since": 'the first day of a "total" budget, like 2026-11-01',
}
PERIODS: Final = ("day", "week", "month", "total")

Costs = Callable[[datetime], Iterable[tuple[object, str]]]
"""Return every cost since a moment, with its currency."""


def verify(table: Mapping[str, Any]) -> Iterable[str]:
    """Yield the problems with the period of a profile."""
    period, since = table.get("budget_period", "month"), table.get("budget_since")
    if period not in PERIODS:
        yield f"budget_period must be one of {', '.join(PERIODS)}"
    if (period == "total") != (since is not None):
        yield 'budget_period = "total" and budget_since require each other'
    elif since is not None and _day(since) is None:
        yield "budget_since must be a day, like 2026-11-01"


def name(api: Api) -> str:
    """Return the name of the period, which is also that of the balance."""
    return api.options.get("budget_period", "month")


def start(api: Api, period: str | None = None) -> datetime:
    """Return when a period began, in UTC; by default the period of the profile."""
    midnight = api.now.replace(hour=0, minute=0, second=0, microsecond=0)
    match period or name(api):
        case "day":
            return midnight
        case "week":
            return midnight - timedelta(days=midnight.weekday())
        case "month":
            return midnight.replace(day=1)
    since = _day(api.options["budget_since"])
    if since is None:
        raise ValueError("verified when the config was read")
    return since


def end(api: Api) -> datetime | None:
    """Return when the period ends, or ``None`` for a total."""
    return next_reset(name(api), api.now)


def spent(api: Api, costs: Iterable[tuple[object, str]], *, limit: Decimal | None = None, per: int = 1) -> Balance:
    """Return the balance of the period from its costs, which must be in USD."""
    return balance(name(api), "USD", used=_sum(costs, per), limit=nullable(limit), resets_at=end(api))


def against(api: Api, costs: Costs, limit: Callable[[], Decimal | None], *, per: int = 1) -> Balances:
    """Yield the balance of the period against the vendor's own limit, which is monthly; ``limit`` waits for it.

    If the period is not a month, that limit is a second balance, which gates too.
    """
    found, monthly_limit, monthly = list(costs(start(api))), limit(), name(api) == "month"
    yield spent(api, found, limit=monthly_limit if monthly else None, per=per)
    if monthly_limit is not None and not monthly:
        yield month(api, "month", costs, monthly_limit, per=per)


def month(api: Api, called: str, costs: Costs, limit: Decimal, *, per: int = 1) -> Balance:
    """Return the balance of a month's costs against the vendor's own limit."""
    used = _sum(costs(start(api, "month")), per)
    return balance(called, "USD", used=used, limit=limit, resets_at=next_reset("month", api.now))


def _sum(costs: Iterable[tuple[object, str]], per: int) -> Decimal:
    total = amount(0)
    for cost, currency in costs:
        if currency.upper() != "USD":
            raise Unexpected("the costs are not in USD")
        total += amount(cost, per=per)
    return total


def _day(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
