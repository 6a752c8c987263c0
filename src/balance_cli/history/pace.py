"""Calculate burn rate and runway from samples. No storage, no printing."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from math import exp2
from operator import lt
from typing import Final, TypeVar

DAY: Final = 86_400
WINDOW: Final = 7.0 * DAY
"""Default window of a burn rate, in seconds back from now."""
LEAST: Final = 3600
"""Seconds that samples must cover before there is a burn rate."""
_MIN_GAP: Final = DAY
"""Only longer steps can be gaps, in seconds: checking once a day, or only while agents run, is often enough."""

N = TypeVar("N", Decimal, float)
"""``Decimal`` (in the context ``EXACT``) for amounts that are displayed, ``float`` for rates."""

Point = tuple[int, N | None, N | None]
"""One reading of a balance: time in seconds since 1970, remaining, used; ``None`` is not known."""

Step = tuple[int, int, N | None, N | None]
"""The change between two consecutive points: start, end, amount burned, amount topped up; ``None`` is not known."""


def steps(points: Sequence[Point[N]]) -> list[Step[N]]:
    """Return the changes between consecutive points, which must be in the order of recording.

    When the clock goes back, a new run of points starts. Runs that do not overlap are joined in order of time; nothing
    is known about the time between runs that overlap.

    Use shows both as a fall of ``remaining`` and as a rise of ``used``. A top-up hides some of the falls, and a
    provider may update ``used`` late, so whichever comes to more over the whole history is used throughout. When
    ``remaining`` rises (a top-up or reset) and nothing else is known, the amount burned is unknown. When ``used`` falls
    (a reset), the fall of ``remaining`` counts.
    """
    changes: list[Step[N]] = []
    for (start, remaining_before, used_before), (end, remaining, used) in _pair_points(points):
        fell = None if remaining_before is None or remaining is None else remaining_before - remaining
        changes.append((start, end, fell, None if used_before is None or used is None else used - used_before))
    falls = sum([fell for _, _, fell, _ in changes if fell is not None and fell > 0])
    rises = sum([rose for _, _, _, rose in changes if rose is not None and rose > 0])
    return list(map(_measure_used if rises > falls else _measure_remaining, changes))


def _measure_remaining(change: Step[N]) -> Step[N]:
    start, end, fell, rose = change
    if fell is None:
        return start, end, rose if rose is not None and rose >= 0 else None, None
    if fell >= 0:
        return start, end, fell, None
    return start, end, None, -fell


def _measure_used(change: Step[N]) -> Step[N]:
    start, end, fell, rose = change
    if rose is None or rose < 0:
        return _measure_remaining(change)
    return start, end, rose, None if fell is None or fell >= rose else rose - fell


def _pair_points(points: Sequence[Point[N]]) -> Iterator[tuple[Point[N], Point[N]]]:
    times = [point[0] for point in points]
    if all(map(lt, times, times[1:])):
        return pairwise(points)
    return _pair_runs(sorted(_split_runs(points), key=lambda run: run[0][0]))


def _pair_runs(runs: Iterable[Sequence[Point[N]]]) -> Iterator[tuple[Point[N], Point[N]]]:
    latest: Point[N] | None = None
    for run in runs:
        if latest and latest[0] <= run[0][0]:
            yield latest, run[0]
        yield from pairwise(run)
        latest = run[-1] if latest is None or run[-1][0] > latest[0] else latest


def _split_runs(points: Sequence[Point[N]]) -> list[list[Point[N]]]:
    """Split the points wherever the clock goes back; of several points in one second, keep the last."""
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


def calculate_burn_rate(changes: Iterable[Step[N]], now: float, window: float = WINDOW) -> float | None:
    """Return the amount used per day, ``None`` if there is not enough history.

    This is the exponentially weighted mean of the steps' rates, each also weighted by its duration. The weight is
    ``2 ** -(age / window)``, where age is that of the step's midpoint: use ``window`` seconds ago counts half as much
    as use now. This is the usual average for unevenly spaced observations (Eckner, "Algorithms for Unevenly Spaced Time
    Series: Moving Averages and Other Rolling Operators", 2012). Such a mild weight adapts to a new rate within days,
    and does not depend on the hour when use comes in daily bursts. Steps with an unknown amount are ignored. So are
    gaps (steps longer than a day and than three median steps), unless the other steps cover less than an hour. All
    steps together must cover at least an hour.
    """
    since = now - window
    known = [step for step in changes if step[2] is not None and step[0] >= since and step[1] <= now]
    lengths = [step[1] - step[0] for step in known]
    if lengths and max(lengths) > _MIN_GAP:
        longest = max(_MIN_GAP, 3 * sorted(lengths)[len(lengths) // 2])
        if sum(length for length in lengths if length <= longest) >= LEAST:
            known = [step for step in known if step[1] - step[0] <= longest]
    return _weigh_rates(known, now, window) * DAY if sum(lengths) >= LEAST else None


def _weigh_rates(changes: Iterable[Step[N]], now: float, window: float) -> float:
    """Return the weighted mean rate per second."""
    amounts = seconds = 0.0
    for start, end, burned, _ in changes:
        weight = exp2(((start + end) / 2 - now) / window)
        amounts += float(burned or 0) * weight
        seconds += (end - start) * weight
    return amounts / seconds


def calculate_runway(remaining: Decimal | float | None, rate: float | None) -> float | None:
    """Return how many days ``remaining`` lasts at ``rate`` per day; ``None`` if that is unknown or unlimited."""
    if remaining is None:
        return None
    if remaining <= 0:
        return 0.0
    return float(remaining) / rate if rate else None


def sum_steps(changes: Sequence[Step[Decimal]]) -> tuple[Decimal, Decimal]:
    """Return the total amounts burned and topped up, as far as they are known."""
    burned = sum((step[2] for step in changes if step[2]), Decimal(0))
    return burned, sum((step[3] for step in changes if step[3]), Decimal(0))


def shape(points: Iterable[Point[Decimal]], since: float, until: float, places: int) -> Iterator[float | None]:
    """Divide a time into equal parts and yield what remained in each, ``None`` for a part without samples."""
    latest: dict[int, Decimal] = {}
    for at, remaining, _ in points:
        if remaining is not None and since <= at <= until:
            latest[min(int((at - since) / max(until - since, 1) * places), places - 1)] = remaining
    yield from (float(latest[place]) if place in latest else None for place in range(places))
