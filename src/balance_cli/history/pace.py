"""How fast a balance is used, from what was seen of it, and for how long it will last. No storage, no printing."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from math import exp2
from operator import lt
from typing import Final, TypeVar

DAY: Final = 86_400
WINDOW: Final = 7.0 * DAY
"""The seconds back from now that a burn rate is made of, where nobody says otherwise."""
LEAST: Final = 3600
"""The seconds that must have been seen before there is a burn rate."""
_LONG: Final = DAY
"""Nothing shorter is a gap: a balance that is looked at once a day, or only while agents run, is seen often enough."""

N = TypeVar("N", Decimal, float)
"""Exact where amounts are shown (in the context ``EXACT``), binary where only a rate is made of them."""

Point = tuple[int, N | None, N | None]
"""What was seen of a balance: when, in seconds since 1970, what remained, and what was used; ``None`` is not known."""

Step = tuple[int, int, N | None, N | None]
"""Between two consecutive points: both times, what was burned and what was topped up; ``None`` is not known."""


def steps(points: Sequence[Point[N]]) -> list[Step[N]]:
    """Return what happened between consecutive points, which come in the order in which they were recorded.

    A clock that was set back begins a new run of points; two runs that do not overlap are one after the other, and
    nothing is known of the time between two that do.

    Both the falls of ``remaining`` and the rises of ``used`` are what was burned. A top-up hides some of the first, and
    a provider may book the second late, so the history is read by that of both which comes to more over all of it.
    Where ``remaining`` rose (a top-up, or a reset) and nothing else is known, it is not known what was burned; where
    ``used`` fell (a reset) what ``remaining`` fell by counts.
    """
    changes: list[Step[N]] = []
    for (start, had, spent), (end, has, now) in _pairs(points):
        fell = None if had is None or has is None else had - has
        changes.append((start, end, fell, None if spent is None or now is None else now - spent))
    falls = sum([fell for _, _, fell, _ in changes if fell is not None and fell > 0])
    rises = sum([rose for _, _, _, rose in changes if rose is not None and rose > 0])
    return list(map(_by_used if rises > falls else _by_remaining, changes))


def _by_remaining(change: Step[N]) -> Step[N]:
    start, end, fell, rose = change
    if fell is None:
        return start, end, rose if rose is not None and rose >= 0 else None, None
    if fell >= 0:
        return start, end, fell, None
    return start, end, None, -fell


def _by_used(change: Step[N]) -> Step[N]:
    start, end, fell, rose = change
    if rose is None or rose < 0:
        return _by_remaining(change)
    return start, end, rose, None if fell is None or fell >= rose else rose - fell


def _pairs(points: Sequence[Point[N]]) -> Iterator[tuple[Point[N], Point[N]]]:
    times = [point[0] for point in points]
    if all(map(lt, times, times[1:])):
        return pairwise(points)
    return _pairs_of(sorted(_runs(points), key=lambda run: run[0][0]))


def _pairs_of(runs: Iterable[Sequence[Point[N]]]) -> Iterator[tuple[Point[N], Point[N]]]:
    before: Point[N] | None = None
    for run in runs:
        if before and before[0] <= run[0][0]:
            yield before, run[0]
        yield from pairwise(run)
        before = run[-1] if before is None or run[-1][0] > before[0] else before


def _runs(points: Sequence[Point[N]]) -> list[list[Point[N]]]:
    """Return the points in runs of which no clock goes back; of several in one second the last counts."""
    runs: list[list[Point[N]]] = []
    for point in points:
        last = runs[-1][-1] if runs else None
        if last and last[0] == point[0]:
            runs[-1][-1] = point
        elif last and point[0] > last[0]:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def burn_per_day(found: Iterable[Step[N]], now: float, window: float = WINDOW) -> float | None:
    """Return the amount that is used in a day, ``None`` where there is not enough history.

    It is the exponentially weighted mean of the steps' rates, each with the time that it took: what was burned
    ``window`` seconds ago weighs half of what is burned now, and in between ``2 ** -(age / window)`` of the middle of
    its step. That is how observations at uneven distances are averaged (Eckner, "Algorithms for Unevenly Spaced Time
    Series: Moving Averages and Other Rolling Operators", 2012). So mild a weight follows a new pace within days, and is
    the same at any hour of a day of bursts. Steps of which it is not known what was burned count neither as use nor as
    time; neither do gaps, which are longer than a day and than three of the usual steps, unless there is nothing else.
    At least an hour must be seen.
    """
    since = now - window
    known = [step for step in found if step[2] is not None and step[0] >= since and step[1] <= now]
    lengths = [step[1] - step[0] for step in known]
    if lengths and max(lengths) > _LONG:
        longest = max(_LONG, 3 * sorted(lengths)[len(lengths) // 2])
        if sum(length for length in lengths if length <= longest) >= LEAST:
            known = [step for step in known if step[1] - step[0] <= longest]
    return _mean(known, now, window) * DAY if sum(lengths) >= LEAST else None


def _mean(found: Iterable[Step[N]], now: float, window: float) -> float:
    """Return the weighted rate in amounts a second."""
    amounts = seconds = 0.0
    for start, end, burned, _ in found:
        weight = exp2(((start + end) / 2 - now) / window)
        amounts += float(burned or 0) * weight
        seconds += (end - start) * weight
    return amounts / seconds


def runway_days(remaining: Decimal | float | None, rate: float | None) -> float | None:
    """Return for how many days ``remaining`` lasts at ``rate`` a day; ``None`` where that is not known or for ever."""
    if remaining is None:
        return None
    if remaining <= 0:
        return 0.0
    return float(remaining) / rate if rate else None


def totals(found: Sequence[Step[Decimal]]) -> tuple[Decimal, Decimal]:
    """Return what was burned and what was topped up, as far as it is known."""
    burned = sum((step[2] for step in found if step[2]), Decimal(0))
    return burned, sum((step[3] for step in found if step[3]), Decimal(0))


def shape(points: Iterable[Point[Decimal]], since: float, until: float, places: int) -> Iterator[float | None]:
    """Yield what remained in each of so many equal parts of a time, ``None`` where nothing was seen: gaps are gaps."""
    found: dict[int, Decimal] = {}
    for at, remaining, _ in points:
        if remaining is not None and since <= at <= until:
            found[min(int((at - since) / max(until - since, 1) * places), places - 1)] = remaining
    yield from (float(found[place]) if place in found else None for place in range(places))
