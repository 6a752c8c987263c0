"""Put a trend into words for people: short, in local time, and rounded down."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from balance_cli.amount import format_amount
from balance_cli.history.model import NOT_YET
from balance_cli.render import View
from balance_cli.render._runway import describe_surge, format_days, format_range
from balance_cli.times import Clock, format_relative
from balance_cli.trends.trend import Trend, Trends

_STALE: Final = timedelta(hours=2)
"""From this age on, people are told when a balance was last seen."""


def describe(trend: Trend, history: Trends, view: View) -> Iterator[str]:
    """Yield facts about a balance: what remains, how fast it is used, and until when it lasts."""
    yield f"{trend.series.profile}, {trend.series.name}: {format_last(trend)}"
    yield from _describe_use(trend)
    yield from _describe_end(trend, history, view)


def _describe_use(trend: Trend) -> Iterator[str]:
    burned = trend.outlook.burn_per_day
    if burned is None:
        if not trend.unlimited:
            yield NOT_YET
    elif burned == 0:
        yield "no recent use"
    else:
        yield f"burns {format_amount(burned, trend.series.unit)} per day"


def _describe_end(trend: Trend, history: Trends, view: View) -> Iterator[str]:
    days = trend.outlook.runway_days
    if _is_used_up(trend):
        yield "used up"
    elif days is not None:
        yield f"lasts {format_days(days)}{_format_end(trend, history, view)}" if days > 0 else "was due to run out"
    if ends := format_ends(trend):
        yield f"range: {ends}"
    if surge := note_surge(trend, history, view):
        yield surge
    if seen := format_age(trend, history):
        yield f"last seen {seen}"
    if trend.minimum is not None:
        yield f"minimum {format_amount(trend.minimum, trend.series.unit)}"


def _format_end(trend: Trend, history: Trends, view: View) -> str:
    end = trend.outlook.runs_out_at
    return f" (until {_format_date(view.localize(end), view.localize(history.until))})" if end else ""


def format_last(trend: Trend) -> str:
    """Return what remained in the newest sample, with its unit."""
    amount = trend.last[1]
    if trend.unlimited:
        return "unlimited"
    return f"{format_amount(amount, trend.series.unit)} {trend.series.unit}".rstrip() if amount is not None else "?"


def format_runway(trend: Trend) -> str:
    """Return how long a balance lasts from now on, or in few words why that is not a number."""
    if trend.unlimited or _is_used_up(trend):
        return "unlimited" if trend.unlimited else "used up"
    days = trend.outlook.runway_days
    if days is not None:
        return format_days(days) if days > 0 else "overdue"
    if trend.outlook.burn_per_day is None:
        return NOT_YET
    return "" if trend.outlook.burn_per_day else "no recent use"


def format_ends(trend: Trend) -> str:
    """Return the range of how long a balance lasts, "" without one, or if it is used up or was due to be."""
    over = trend.unlimited or _is_used_up(trend) or trend.outlook.runway_days == 0
    return "" if over else format_range(trend.outlook)


def note_surge(trend: Trend, history: Trends, view: View) -> str:
    """Return how long a balance lasts at the burn rate of a surge, "" without one."""
    surge = trend.outlook.surge
    return describe_surge(surge, Clock(history.until, view.localize)) if surge else ""


def format_age(trend: Trend, history: Trends) -> str:
    """Return how long ago a balance was last seen, "" if that was recently."""
    seen = trend.last_at
    return format_relative(seen, history.until) if history.until - seen > _STALE else ""


def _is_used_up(trend: Trend) -> bool:
    return trend.last[1] is not None and trend.last[1] <= 0


def _format_date(moment: datetime, now: datetime) -> str:
    """Format a time for a person, the shorter the farther away: ``Mon 14:00``, ``9 Dec``, ``Dec 2031``."""
    away = abs(moment - now)
    if away < timedelta(days=6):
        return f"{moment:%a %H:%M}"
    return f"{moment.day} {moment:%b}" if away < timedelta(days=300) else f"{moment:%b %Y}"
