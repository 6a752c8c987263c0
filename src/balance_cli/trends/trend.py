"""Summarize each balance over a time: the values that `balance history` shows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import Final, NamedTuple

from balance_cli.amount import EXACT
from balance_cli.foresight.forecast import Forecaster
from balance_cli.foresight.points import Point
from balance_cli.foresight.steps import ZERO, Step, choose_steps
from balance_cli.history.model import Series
from balance_cli.history.read import Period
from balance_cli.minimum import Minimum
from balance_cli.verdict import Outlook

PLACES: Final = 40
"""Number of parts of the time in a sparkline."""


class Trend(NamedTuple):
    """One balance: its samples in the requested time, the totals, and how long it will last.

    ``shape`` is what remained in equal parts of the time since the first sample, ``None`` for a gap. ``points``, oldest
    first, and ``steps`` are set only for a chart: a year of samples takes much memory. So are ``rates``, how much is
    burned in each hour of a week beside the others, from the hour of the newest sample on. ``minimum`` is that of its
    profile, if it is an amount in the unit of the balance.
    """

    series: Series
    samples: int
    first: Point
    last: Point
    burned: Decimal
    topped_up: Decimal
    unlimited: bool
    outlook: Outlook
    shape: Sequence[float | None] = ()
    points: Sequence[Point] = ()
    steps: Sequence[Step] = ()
    rates: Sequence[float] = ()
    minimum: Decimal | None = None

    @property
    def last_at(self) -> datetime:
        """The time of the newest sample."""
        return datetime.fromtimestamp(self.last[0], UTC)


class Trends(NamedTuple):
    """Every balance with a sample between two times; ``window`` is in seconds.

    ``runs`` are when the jobs of `balance run` began and ended, only for a chart.
    """

    since: datetime
    until: datetime
    window: float
    trends: Sequence[Trend]
    runs: Sequence[tuple[float, float]] = ()


def summarize(
    periods: Iterable[Period], since: datetime, until: datetime, window: float, *, chart: bool = False
) -> Trends:
    """Return the trends of what was read from the history; ``window`` is in seconds."""
    forecaster = Forecaster(until, window)
    with localcontext(EXACT):
        trends = [_make_trend(period, forecaster, until, chart=chart) for period in periods]
    return Trends(since, until, window, trends)


def add_minimums(history: Trends, minimums: Iterable[Minimum]) -> Trends:
    """Return the trends of one profile with its minimums: in each unit, that of the first balance.

    The first balance of all is the headline, whose unit is that of a minimum without one. A percentage is no amount to
    compare with: the limit may have changed over time.
    """
    highest: dict[str, Decimal] = {}
    for minimum in minimums:
        unit = history.trends[0].series.unit if minimum.unit is None and history.trends else minimum.unit or ""
        highest[unit] = max(minimum.amount, highest.get(unit, minimum.amount))
    found = [trend._replace(minimum=highest.pop(trend.series.unit, None)) for trend in history.trends]
    return history._replace(trends=found)


def _make_trend(period: Period, forecaster: Forecaster, until: datetime, *, chart: bool) -> Trend:
    changes = period.past.measure()
    steps = choose_steps(changes)
    seen = [period.first, *((change.end, change.remaining, change.used) for change in changes)]
    samples = 1 + sum(change.samples for change in changes)
    at, remaining, _ = period.last
    recent = period.recent.list_steps()
    return Trend(
        series=period.series,
        samples=samples,
        first=period.first,
        last=period.last,
        burned=sum((step.burned for step in steps), ZERO),
        topped_up=sum((step.topped_up for step in steps), ZERO),
        unlimited=period.unlimited,
        outlook=forecaster.foresee(recent, at, None if period.unlimited else remaining),
        shape=list(shape(seen, period.first[0], until.timestamp(), min(PLACES, samples))),
        points=seen if chart else (),
        steps=steps if chart else (),
        rates=forecaster.find_shape(recent, at) if chart else (),
    )


def shape(points: Iterable[Point], since: float, until: float, places: int) -> Iterator[float | None]:
    """Divide a time into equal parts and yield what remained in each, ``None`` for a part without samples."""
    latest: dict[int, Decimal] = {}
    for at, remaining, _ in points:
        if remaining is not None and since <= at <= until:
            latest[min(int((at - since) / max(until - since, 1) * places), places - 1)] = remaining
    yield from (float(latest[place]) if place in latest else None for place in range(places))
