"""Turn the samples of a balance into steps: what was burned, and what was topped up, from one time to the next."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from itertools import groupby, pairwise
from math import inf
from operator import gt, lt
from typing import Final, NamedTuple

from balance_cli.amount import EXACT

Point = tuple[int, Decimal | None, Decimal | None]
"""One reading of a balance: time in seconds since 1970, remaining, used; ``None`` is not known."""

ZERO: Final = Decimal(0)
_APART: Final = 7200
"""Seconds by which clocks may disagree: logs of the same hours by different clocks are never mixed more finely."""
_MAX_LOGS: Final = 8
"""With more logs than this, the order of recording says nothing, and samples are sorted by time."""
HOLD: Final = 7200
"""Maximum seconds from a hold to its return."""
AROUND: Final = 86_400
"""Seconds before and after a return in which others show that holds are usual."""
_OFTEN: Final = 4
"""Number of returns that are usual."""
_NEARLY: Final = Decimal("0.9")
"""Part of a hold that is nearly all of it."""
_LEAST_STEPS: Final = 4
"""A hold shows only among at least this many other steps."""
_OUTSTANDING: Final = 4
"""A hold is at least this many times the usual step, and what is returned at most this part of what remains."""


class Measured(NamedTuple):
    """The amounts burned and topped up; the amount burned is known for this many seconds."""

    burned: Decimal = ZERO
    topped_up: Decimal = ZERO
    seconds: int = 0

    def add(self, burned: Decimal | None, topped_up: Decimal | None, seconds: int) -> "Measured":
        """Return the sum with a step of this many seconds; an amount of ``None`` is not known."""
        return Measured(
            self.burned if burned is None else self.burned + burned,
            self.topped_up if topped_up is None else self.topped_up + topped_up,
            self.seconds if burned is None else self.seconds + seconds,
        )


class Change(NamedTuple):
    """How a balance changed over one or more consecutive samples, measured in two ways.

    ``start`` is the time of the sample before, ``end`` that of the last one, with its ``remaining`` and ``used``.
    ``falls`` is the sum of the falls of remaining, ``rises`` that of the rises of used.
    """

    start: int
    end: int
    samples: int
    remaining: Decimal | None
    used: Decimal | None
    falls: Decimal
    rises: Decimal
    by_remaining: Measured
    by_used: Measured


class Step(NamedTuple):
    """What was burned and topped up between two times; the amount burned is known for ``seconds`` of them."""

    start: int
    end: int
    burned: Decimal
    topped_up: Decimal
    seconds: int


def choose_steps(changes: Sequence[Change]) -> list[Step]:
    """Return the steps of consecutive changes, all measured in the same way.

    Use shows both as a fall of ``remaining`` and as a rise of ``used``. A top-up hides some of the falls, and a
    provider may update ``used`` late, so whichever comes to more over all changes is used throughout.
    """
    if sum(change.rises for change in changes) > sum(change.falls for change in changes):
        return [Step(change.start, change.end, *change.by_used) for change in changes]
    return [Step(change.start, change.end, *change.by_remaining) for change in changes]


def measure_changes(
    points: Sequence[Point], *, since: float = 0, until: float = inf, span: int = 0
) -> Iterator[Change]:
    """Yield the changes between consecutive points (see ``sort_points``) that end between two times.

    With a ``span``, merge those that end in the same span of this many seconds. When ``remaining`` rises, that is a
    top-up, and the amount burned is unknown, unless it is the return of a hold, of which only the rest was burned. When
    ``used`` falls (a reset), the fall of ``remaining`` counts.
    """
    if len(points) > 1:
        track = _Track(points)
        first, end_of_all = max(bisect_left(track.times, since), 1), bisect_left(track.times, until)
        while first < end_of_all:
            end = (track.times[first] // span + 1) * span if span else 0
            last = bisect_left(track.times, end, first) if span else first + 1
            yield track.sum_up(first, last)
            first = last


def merge_changes(changes: Iterable[Change], span: int) -> Iterator[Change]:
    """Yield the sums of consecutive changes that end in the same span of this many seconds."""
    for _, group in groupby(changes, key=lambda change: change.end // span):
        parts = list(group)
        first, last = parts[0], parts[-1]
        if len(parts) == 1:
            yield first
            continue
        by_remaining = by_used = Measured()
        for part in parts:
            by_remaining, by_used = by_remaining.add(*part.by_remaining), by_used.add(*part.by_used)
        falls, rises = sum((part.falls for part in parts), ZERO), sum((part.rises for part in parts), ZERO)
        by_used = by_remaining if by_used == by_remaining else by_used
        samples = sum(part.samples for part in parts)
        yield Change(first.start, last.end, samples, last.remaining, last.used, falls, rises, by_remaining, by_used)


class Past(NamedTuple):
    """The past of a balance: changes, and the samples after them, in the order of recording.

    Of those before ``since``, the changes are known already.
    """

    changes: Sequence[Change] = ()
    points: Sequence[Point] = ()
    since: float = 0

    def measure(self, *more: Point) -> list[Change]:
        """Return all changes, up to those of ``more`` points."""
        with localcontext(EXACT):
            latest = measure_changes(sort_points([*self.points, *more]), since=self.since)
            return [*self.changes, *latest]


class _Track:
    """The columns of a sequence of points; rough are the places where amounts do not simply go on."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.times = [point[0] for point in points]
        self._remaining = [point[1] for point in points]
        self._used = [point[2] for point in points]
        rises, resets = _find_rough(self._remaining, lt), _find_rough(self._used, gt)
        self._rough = [rise or reset for rise, reset in zip(rises, resets, strict=True)] if any(resets) else rises
        self._burned = _settle_holds(self.times, self._remaining) if any(rises) else dict[int, Decimal]()
        for place in self._burned:
            self._rough[place] = True

    def sum_up(self, first: int, last: int) -> Change:
        """Return the change from the point before ``first`` to the one before ``last``."""
        before, end = first - 1, last - 1
        head = (self.times[before], self.times[end], last - first, self._remaining[end], self._used[end])
        fell, rose = self._compare(before, end)
        if fell is not None and (rose is None or rose == fell) and True not in self._rough[first:last]:
            measured = Measured(fell, ZERO, self.times[end] - self.times[before])
            return Change(*head, fell, rose or ZERO, measured, measured)
        falls = rises = ZERO
        by_remaining = by_used = Measured()
        for place in range(first, last):
            seconds = self.times[place] - self.times[place - 1]
            fell, rose = self._compare(place - 1, place)
            falls += fell if fell and fell > 0 else ZERO
            rises += rose if rose and rose > 0 else ZERO
            plain = _measure_remaining(self._burned.get(place, fell), rose)
            by_remaining = by_remaining.add(*plain, seconds)
            by_used = by_used.add(*(plain if rose is None or rose < 0 else _measure_used(fell, rose)), seconds)
        return Change(*head, falls, rises, by_remaining, by_remaining if by_used == by_remaining else by_used)

    def _compare(self, before: int, end: int) -> tuple[Decimal | None, Decimal | None]:
        """Return by how much remaining fell, and used rose."""
        remaining, remaining_before = self._remaining[end], self._remaining[before]
        used, used_before = self._used[end], self._used[before]
        return (
            None if remaining is None or remaining_before is None else remaining_before - remaining,
            None if used is None or used_before is None else used - used_before,
        )


def _measure_remaining(fell: Decimal | None, rose: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    if fell is None:
        return rose if rose is not None and rose >= 0 else None, None
    return (fell, None) if fell >= 0 else (None, -fell)


def _measure_used(fell: Decimal | None, rose: Decimal) -> tuple[Decimal | None, Decimal | None]:
    return rose, None if fell is None or fell >= rose else rose - fell


def _find_rough(values: Sequence[Decimal | None], rough: Callable[[Decimal, Decimal], bool]) -> list[bool]:
    """Return for each value whether it does not simply follow the one before; an unknown one never does."""
    known = [value for value in values if value is not None]
    if len(known) == len(values):
        return [False, *map(rough, known, known[1:])]
    if not known:
        return [False] * len(values)
    return [False, *(one is None or other is None or rough(one, other) for one, other in pairwise(values))]


def _settle_holds(times: Sequence[int], remaining: Sequence[Decimal | None]) -> dict[int, Decimal]:
    """Return what was burned in the steps in which something was held, and in those in which most of it was returned.

    A hold is a single fall, not long before, that stands out. A top-up rarely looks like its return: it is larger than
    a step, or large beside what remained. Such a large return counts if it is nearly the hold, time and again.
    """
    falls = [None if old is None or new is None else old - new for old, new in pairwise(remaining)]
    holds, small, large = dict[int, int](), list[int](), list[int]()
    for place, fell in enumerate(falls, 1):
        before = remaining[place - 1]
        if fell is None or fell >= 0 or before is None:
            continue
        begin = max(bisect_left(times, times[place] - HOLD), 1)
        end = place if begin > 1 else min(max(place, _LEAST_STEPS + 2), len(times))  # the first has none before it
        taken, near = set(holds.values()), range(begin, end)
        hold = _find_hold(-fell, place, {one: fall for one in near if one not in taken and (fall := falls[one - 1])})
        if hold is None or len(near) < _LEAST_STEPS or hold[1] * len(near) <= _OUTSTANDING * hold[2]:
            continue
        if -fell * _OUTSTANDING <= before:
            small.append(place)
        elif -fell >= _NEARLY * hold[1]:
            large.append(place)
        else:
            continue
        holds[place] = hold[0]
    burned = dict[int, Decimal]()
    for place in [*small, *_find_usual(times, large)]:
        returned, held = falls[place - 1] or ZERO, falls[holds[place] - 1] or ZERO
        burned[holds[place]], burned[place] = held + returned, ZERO
    return burned


def _find_usual(times: Sequence[int], places: Sequence[int]) -> Iterator[int]:
    """Yield the places that have enough others near them in time."""
    moments = [times[place] for place in places]
    for place, at in zip(places, moments, strict=True):
        if bisect_right(moments, at + AROUND) - bisect_left(moments, at - AROUND) >= _OFTEN:
            yield place


def _find_hold(rise: Decimal, at: int, steps: Mapping[int, Decimal]) -> tuple[int, Decimal, Decimal] | None:
    """Return the newest fall of which most was returned: its place, its amount, and the sum of the other falls."""
    falls = {place: fall for place, fall in steps.items() if fall > 0}
    place = next((place for place in reversed(falls) if place < at and rise < falls[place] <= 2 * rise), None)
    return None if place is None else (place, falls[place], sum(falls.values(), ZERO) - falls[place])


def sort_points(points: Sequence[Point]) -> Sequence[Point]:
    """Return points, given in the order of recording, in the order of time, one for each second.

    Where the clock goes back, another log begins: of another machine, or imported later. A point continues the log that
    it follows most closely. Where logs overlap, the one that was begun first counts, and the others fill its gaps:
    mixing the readings of two clocks would make up falls and rises.
    """
    times = [point[0] for point in points]
    if all(map(lt, times, times[1:])):
        return points
    logs = list[list[Point]]()
    for point in points:
        log = max((log for log in logs if log[-1][0] <= point[0]), key=_get_last, default=None)
        if log is None and len(logs) == _MAX_LOGS:
            return list({point[0]: point for point in sorted(points, key=_get_time)}.values())
        if log is None:
            logs.append([point])
        elif log[-1][0] == point[0]:
            log[-1] = point
        else:
            log.append(point)
    kept = logs[0]
    for log in logs[1:]:
        kept = _fill_gaps(kept, log)
    return kept


def _get_time(point: Point) -> int:
    return point[0]


def _get_last(log: Sequence[Point]) -> int:
    return log[-1][0]


def _fill_gaps(kept: list[Point], log: Sequence[Point]) -> list[Point]:
    """Return the points that were kept, and those of another log that fall into their gaps or outside of them."""
    times = [point[0] for point in kept]
    places = [bisect_right(times, point[0]) for point in log]
    added = [
        point
        for point, place in zip(log, places, strict=True)
        if place == 0
        or (times[place - 1] < point[0] and (place == len(times) or times[place] - times[place - 1] > _APART))
    ]
    return sorted([*kept, *added], key=_get_time)
