"""Summarize each balance over a time: the values that `balance history` shows."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import Final, NamedTuple

from balance_cli.amount import EXACT
from balance_cli.history.model import Row, Series
from balance_cli.history.outlook import outlook, points
from balance_cli.history.pace import Point, Step, shape, steps, sum_steps
from balance_cli.minimum import Minimum
from balance_cli.verdict import Outlook

PLACES: Final = 40
"""Number of parts of the time in a sparkline."""


class Trend(NamedTuple):
    """One balance: its samples in the requested time, the totals, and how long it will last.

    ``shape`` is what remained in equal parts of the time since the first sample, ``None`` for a gap. ``points``, oldest
    first, and ``steps`` are set only for a chart: a year of samples takes much memory. ``minimum`` is that of its
    profile, if it is an amount in the unit of the balance.
    """

    series: Series
    samples: int
    first: Point[Decimal]
    last: Point[Decimal]
    burned: Decimal
    topped_up: Decimal
    unlimited: bool
    outlook: Outlook
    shape: Sequence[float | None] = ()
    points: Sequence[Point[Decimal]] = ()
    steps: Sequence[Step[Decimal]] = ()
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


def trends(
    past: Iterable[tuple[Series, Sequence[Row]]],
    since: datetime,
    until: datetime,
    window: float,
    *,
    chart: bool = False,
) -> Trends:
    """Return the trends of recorded samples, which may begin before ``since`` to cover ``window``."""
    empty = Trends(since, until, window, [])
    with localcontext(EXACT):
        summaries = [_summarize(series, rows, empty, chart=chart) for series, rows in past]
    return empty._replace(trends=[trend for trend in summaries if trend])


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


def _summarize(series: Series, rows: Sequence[Row], period: Trends, *, chart: bool) -> Trend | None:
    """Return the trend of one series, ``None`` if it has no sample in the period."""
    since, until = period.since.timestamp(), period.until.timestamp()
    seen = [
        (at, Decimal(remaining) if remaining else None, Decimal(used) if used else None)
        for _, at, remaining, used, _ in rows
        if at >= since
    ]
    if not seen:
        return None
    changes = steps(seen)
    burned, topped_up = sum_steps(changes)
    seen.sort(key=lambda point: point[0])
    unlimited = bool(max(reversed(rows), key=lambda row: row[1])[4])
    recent = points(row for row in rows if row[1] >= until - period.window)
    return Trend(
        series=series,
        samples=len(seen),
        first=seen[0],
        last=seen[-1],
        burned=burned,
        topped_up=topped_up,
        unlimited=unlimited,
        outlook=outlook(recent, period.until, period.window, unlimited=unlimited) if recent else Outlook(),
        shape=list(shape(seen, seen[0][0], until, min(PLACES, len(seen)))),
        points=seen if chart else (),
        steps=changes if chart else (),
    )
