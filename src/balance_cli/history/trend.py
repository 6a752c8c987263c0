"""What became of each balance over a time: the values that `balance history` shows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Final, NamedTuple

from balance_cli.amount import EXACT
from balance_cli.history.model import Row, Series
from balance_cli.history.outlook import outlook, points
from balance_cli.history.pace import Point, Step, shape, steps, totals
from balance_cli.verdict import Outlook

PLACES: Final = 20
"""Into how many parts a time is divided to show its shape."""


class Trend(NamedTuple):
    """One balance: what was seen of it in the time asked for, what came of it, and how long it lasts.

    ``shape`` is what remained in equal parts of the time since it was seen first, with gaps. ``points``, oldest first,
    and ``steps`` are there for a chart only: a year of looks is a lot to keep.
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


class Trends(NamedTuple):
    """Every balance of which something was recorded between two moments; ``window`` is in seconds."""

    since: datetime
    until: datetime
    window: float
    trends: Sequence[Trend]


def trends(
    past: Iterable[tuple[Series, Sequence[Row]]],
    since: datetime,
    until: datetime,
    window: float,
    *,
    chart: bool = False,
) -> Trends:
    """Return the trends of what was recorded, which may go back further than ``since`` where ``window`` does."""
    found = Trends(since, until, window, [])
    with localcontext(EXACT):
        made = [_trend(series, rows, found, chart=chart) for series, rows in past]
    return found._replace(trends=[trend for trend in made if trend])


def _trend(series: Series, rows: Sequence[Row], about: Trends, *, chart: bool) -> Trend | None:
    since, until = about.since.timestamp(), about.until.timestamp()
    seen = [
        (at, Decimal(left) if left else None, Decimal(used) if used else None)
        for _, at, left, used, _ in rows
        if at >= since
    ]
    if not seen:
        return None
    happened = steps(seen)
    burned, topped_up = totals(happened)
    seen.sort(key=lambda point: point[0])
    unlimited = bool(max(reversed(rows), key=lambda row: row[1])[4])
    late = points(row for row in rows if row[1] >= until - about.window)
    return Trend(
        series=series,
        samples=len(seen),
        first=seen[0],
        last=seen[-1],
        burned=burned,
        topped_up=topped_up,
        unlimited=unlimited,
        outlook=outlook(late, about.until, about.window, unlimited=unlimited) if late else Outlook(),
        shape=list(shape(seen, seen[0][0], until, min(PLACES, len(seen)))),
        points=seen if chart else (),
        steps=happened if chart else (),
    )
