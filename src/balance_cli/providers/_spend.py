"""Providers that say only what was spent: the period whose spending counts, as the profile says."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, Unexpected, amount, balance, next_reset, nullable

OPTIONS: Final = {
    "budget_period": 'what budget is for: "month" (the default), "day", "week" or "total", in UTC',
    "budget_since": 'from which day on a "total" budget counts, like 2026-11-01',
}
PERIODS: Final = ("day", "week", "month", "total")

Costs = Callable[[datetime], Iterable[tuple[object, str]]]
"""What was spent since a moment: every cost with its currency."""


def verify(table: Mapping[str, Any]) -> Iterable[str]:
    """Find what is wrong with the period of a profile."""
    period, since = table.get("budget_period", "month"), table.get("budget_since")
    if period not in PERIODS:
        yield f"budget_period is one of {', '.join(PERIODS)}"
    if (period == "total") != (since is not None):
        yield 'budget_period = "total" and budget_since go together'
    elif since is not None and _day(since) is None:
        yield "budget_since is a day, like 2026-11-01"


def name(api: Api) -> str:
    """Return the name of the period, which is the balance's."""
    return api.options.get("budget_period", "month")


def start(api: Api, period: str | None = None) -> datetime:
    """Return when a period began, in UTC; the profile's where none is named."""
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
    """Return when the period is over; a total never is."""
    return next_reset(name(api), api.now)


def spent(api: Api, costs: Iterable[tuple[object, str]], *, limit: Decimal | None = None, per: int = 1) -> Balance:
    """Return what costs in USD, each with its currency, come to in the period."""
    return balance(name(api), "USD", used=_sum(costs, per), limit=nullable(limit), resets_at=end(api))


def against(api: Api, costs: Costs, limit: Callable[[], Decimal | None], *, per: int = 1) -> Balances:
    """Yield what the period's costs come to, against a limit of the vendor's own, which is for a month.

    In another period that limit gates beside what the profile's budget is for.
    """
    found, most, monthly = list(costs(start(api))), limit(), name(api) == "month"
    yield spent(api, found, limit=most if monthly else None, per=per)
    if most is not None and not monthly:
        yield month(api, "month", costs, most, per=per)


def month(api: Api, called: str, costs: Costs, limit: Decimal, *, per: int = 1) -> Balance:
    """Return what a month's costs come to, against a limit of the vendor's own."""
    used = _sum(costs(start(api, "month")), per)
    return balance(called, "USD", used=used, limit=limit, resets_at=next_reset("month", api.now))


def _sum(costs: Iterable[tuple[object, str]], per: int) -> Decimal:
    total = amount(0)
    for cost, currency in costs:
        if currency.upper() != "USD":
            raise Unexpected("the costs are in another currency than USD")
        total += amount(cost, per=per)
    return total


def _day(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
