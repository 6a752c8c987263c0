"""The use of a balance hour by hour: its usual week, and how long an amount lasts."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import ceil, exp2
from time import localtime
from typing import Final, NamedTuple

from balance_cli.foresight.pace import cut_steps
from balance_cli.foresight.steps import AnyStep
from balance_cli.times import DAY, HOUR

WEEK: Final = 168
"""Hours in a week."""
WEEKS: Final = 4
"""Maximum number of past weeks that say something about the next."""
_THURSDAY: Final = 72
"""The first of January 1970 was a Thursday, which begins 72 hours after Monday."""
_HOURS: Final = tuple(range(WEEK))
_HALF_LIFE: Final = 2
"""Weeks after which a week counts half."""


class Hours:
    """What was burned in each hour of the last weeks, up to now.

    ``burned`` are amounts, ``known`` the part of each hour for which that is known. Both begin with the hour ``first``
    (in hours since 1970) and end with the current one. ``begin`` is when the first known step begins.
    """

    def __init__(self, steps: Iterable[AnyStep], now: float) -> None:
        self.now, self.current = now, int(now) // HOUR
        self.first = self.current - WEEKS * WEEK
        self.burned = [0.0] * (WEEKS * WEEK + 1)
        self.known = [0.0] * (WEEKS * WEEK + 1)
        self.begin = now
        for start, end, burned, seconds in cut_steps(steps, self.first * HOUR, now):
            self.begin = min(self.begin, start)
            self._spread(start, end, burned, seconds)

    def _spread(self, start: float, end: float, burned: float, seconds: float) -> None:
        """Divide what was burned evenly among the hours from ``start`` to ``end``."""
        rate, known = burned / (end - start), seconds / (end - start) / HOUR
        place = int(start) // HOUR - self.first
        stop = (self.first + place + 1) * HOUR
        while stop < end:
            self.burned[place] += rate * (stop - start)
            self.known[place] += known * (stop - start)
            start, stop, place = stop, stop + HOUR, place + 1
        self.burned[place] += rate * (end - start)
        self.known[place] += known * (end - start)

    def cover(self, hours: int) -> bool:
        """Return whether the history began this many hours ago, give or take one."""
        return self.begin <= self.now - (hours - 1) * HOUR

    def list_weeks(self, otherwise: float) -> list[list[float]]:
        """Return the amounts per hour of the last weeks, newest first, each from the hour of the week that is now.

        Where nothing is known of an hour, its amount is ``otherwise``.
        """
        weeks = [weeks for weeks in range(1, WEEKS + 1) if self.cover(weeks * WEEK)]
        return [self._get_rates((WEEKS - week) * WEEK, otherwise) for week in weeks]

    def _get_rates(self, begin: int, otherwise: float) -> list[float]:
        end = begin + WEEK
        pairs = zip(self.burned[begin:end], self.known[begin:end], strict=True)
        return [burned / known if known else otherwise for burned, known in pairs]


class Calendar:
    """The hours of the week in the user's time zone, around a time."""

    def __init__(self, now: float) -> None:
        weeks = range(-WEEKS - 1, 3)
        offsets = {localtime(now + week * WEEK * HOUR).tm_gmtoff for week in weeks}
        self._offset = offsets.pop() if len(offsets) == 1 else None

    def find(self, first: int, count: int) -> Sequence[int]:
        """Return the hours of the week, 0 to 167, of so many hours from an hour since 1970 on."""
        if self._offset is not None:  # no change of daylight saving time near
            begin = (first + self._offset // HOUR + _THURSDAY) % WEEK
            return (_HOURS * (count // WEEK + 2))[begin : begin + count]
        times = (localtime(hour * HOUR) for hour in range(first, first + count))
        return [local.tm_wday * 24 + local.tm_hour for local in times]


class Week(NamedTuple):
    """A usual week: its mean amount per hour, and the share of that mean in each hour, from Monday on."""

    mean: float
    shares: Sequence[float]


def learn_week(hours: Hours, calendar: Calendar) -> Week | None:
    """Return the usual week; ``None`` without a week of history, or without use.

    Each share is the mean of the same hour in up to four weeks, whose weights halve every two weeks. As far as the
    weeks do not agree, it is the mean of that hour of all days: what happened once is no habit.
    """
    if not hours.cover(WEEK):
        return None
    amounts, weights = [0.0] * WEEK, [0.0] * WEEK
    last = len(hours.known) - 1
    weight_of = [exp2(-age / _HALF_LIFE) for age in range(WEEKS + 1)]
    places = range(max(int(hours.begin) // HOUR - hours.first, 0), last + 1)
    for place, hour in zip(places, calendar.find(hours.first + places.start, len(places)), strict=True):
        if known := hours.known[place]:
            weight = weight_of[(last - place) // WEEK]
            amounts[hour] += hours.burned[place] * weight
            weights[hour] += known * weight
    means = [max(amount / weight, 0.0) if weight else None for amount, weight in zip(amounts, weights, strict=True)]
    found = [mean for mean in means if mean is not None]
    mean = sum(found) / len(found)
    if mean <= 0:
        return None
    week = [1.0 if mean_of is None else mean_of / mean for mean_of in means]
    day, trust = [sum(week[hour::24]) / 7 for hour in range(24)], _measure_agreement(hours.list_weeks(mean))
    return Week(mean, [day[hour % 24] + (share - day[hour % 24]) * trust for hour, share in enumerate(week)])


def _measure_agreement(weeks: Sequence[list[float]]) -> float:
    """Return to which part the mean of these weeks shows what they have in common: Cronbach's alpha, 0 to 1.

    An hour earlier or later is nearly the same. One week says nothing about this, and is trusted.
    """
    if len(weeks) == 1:
        return 1.0
    smooth = [
        [
            before + 2 * hour + after
            for before, hour, after in zip(week[-1:] + week[:-1], week, week[1:] + week[:1], strict=True)
        ]
        for week in weeks
    ]
    total = _measure_variance([sum(hours) for hours in zip(*smooth, strict=True)])
    each = sum(map(_measure_variance, smooth))
    return max(len(weeks) / (len(weeks) - 1) * (1 - each / total), 0.0) if total > 0 else 0.0


def _measure_variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values)


def measure_lasting(amount: float, now: float, rates: Sequence[float]) -> float | None:
    """Return how many days a positive amount lasts at the rates of a week, per hour and from the current hour on.

    The week repeats. ``None`` means that the amount lasts forever.
    """
    passed = now % HOUR / HOUR
    burns = [rates[0] * (1 - passed), *rates[1:], rates[0] * passed]
    week = sum(burns)
    if week <= 0:
        return None
    weeks, rest = divmod(amount, week)
    if not rest:  # it is used up before the idle hours at the end of a week
        weeks, rest = weeks - 1, week
    sums = list(accumulate(burns))
    place = min(bisect_left(sums, rest), WEEK)
    part = (rest - sums[place] + burns[place]) / burns[place] if burns[place] else 0.0
    length = 1 - passed if place == 0 else passed if place == WEEK else 1
    return weeks * 7 + (max(place - passed, 0) + part * length) * HOUR / DAY


def trace_fall(start: float, end: float, edge: float, rates: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Yield times from ``start`` to ``end``, or to ``edge`` if that is earlier, and the share of an amount left then.

    The amount is used up at ``end``, at the rates of a week that repeats, from the hour of ``start`` on.
    """
    first = int(start) // HOUR * HOUR
    sums = [0.0, *accumulate(rates)]

    def measure(at: float) -> float:
        weeks, rest = divmod((at - first) / HOUR, WEEK)
        hour = int(rest)
        return weeks * sums[-1] + sums[hour] + (rest - hour) * rates[hour]

    before, stop = measure(start), min(end, edge)
    whole = measure(end) - before
    hours = range(first + HOUR, ceil(stop), HOUR) if whole > 0 else ()
    for at in (start, *hours, stop):
        used = (measure(at) - before) / whole if whole > 0 else (at - start) / (end - start)
        yield at, 1 - used
