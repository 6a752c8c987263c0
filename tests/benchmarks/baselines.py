"""What a user might calculate instead, from the same looks: falls of what remains, over the time between them."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from math import inf, nan
from typing import Final

from simulation import DAY, HOUR

Reading = tuple[float, float]
"""A time, and what remained then."""


def make_mean(days: float) -> Callable[[Sequence[Reading]], float]:
    """Return a method: the mean use of the last days, as far back as the last reading before them."""

    def calculate(readings: Sequence[Reading]) -> float:
        recent = _take_recent(readings, days)
        seconds = recent[-1][0] - recent[0][0]
        return _sum_falls(recent)[-1] / seconds * DAY if seconds >= HOUR else nan

    return calculate


def regress(readings: Sequence[Reading]) -> float:
    """Return the slope of a line through the use of the last seven days, by least squares."""
    recent = _take_recent(readings, 7)
    if recent[-1][0] - recent[0][0] < HOUR:
        return nan
    times, amounts = [at for at, _ in recent], _sum_falls(recent)
    middle, mean = sum(times) / len(times), sum(amounts) / len(amounts)
    spread = sum((at - middle) ** 2 for at in times)
    return sum((at - middle) * (amount - mean) for at, amount in zip(times, amounts, strict=True)) / spread * DAY


BASELINES: Final[Mapping[str, Callable[[Sequence[Reading]], float]]] = {
    "last day": make_mean(1),
    "7-day mean": make_mean(7),
    "regression": regress,
}
"""Methods that return a burn rate per day; nan if there is not enough history."""


def divide(remaining: float, rate: float) -> float:
    """Return a runway in days; infinity if it never runs out, nan if that is not known."""
    if remaining <= 0:
        return 0.0
    return remaining / rate if rate else inf


def _take_recent(readings: Sequence[Reading], days: float) -> Sequence[Reading]:
    first = bisect_right(readings, readings[-1][0] - days * DAY, key=lambda reading: reading[0])
    return readings[max(first - 1, 0) :]


def _sum_falls(readings: Sequence[Reading]) -> list[float]:
    """Return what was used until each reading; a rise is a top-up."""
    return list(accumulate((max(one - other, 0) for (_, one), (_, other) in pairwise(readings)), initial=0.0))
