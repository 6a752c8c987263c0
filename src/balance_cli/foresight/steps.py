"""Turn the samples of a balance into steps: what was burned, and what was topped up, from one time to the next."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal, localcontext
from itertools import groupby, pairwise
from math import inf
from operator import gt, lt
from typing import Final, NamedTuple

from balance_cli.amount import EXACT
from balance_cli.foresight.holds import settle_holds
from balance_cli.foresight.points import Point, sort_points

ZERO: Final = Decimal(0)


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
    rises, falls = sum(change.rises for change in changes), sum(change.falls for change in changes)
    return _list_steps(changes, by_used=rises > falls)


def _list_steps(changes: Iterable[Change], *, by_used: bool) -> list[Step]:
    return [Step(change.start, change.end, *(change.by_used if by_used else change.by_remaining)) for change in changes]


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


Sum = tuple[int, int, float, float, int, float, float, int, float, float]
"""A change in plain numbers, for outlooks: start, end, measured by remaining, by used, the falls, and the rises."""
AnyStep = tuple[float, float, Decimal | float, Decimal | float, float]
"""A step, or the same in plain numbers."""


class Past(NamedTuple):
    """The past of a balance: changes, and the samples after them, in the order of recording.

    Of the samples before ``since``, the changes are known already. For an outlook, ``sums`` are the changes before all
    others.
    """

    changes: Sequence[Change] = ()
    points: Sequence[Point] = ()
    since: float = 0
    sums: Sequence[Sum] = ()

    def measure(self, *more: Point) -> list[Change]:
        """Return all changes but the sums, up to those of ``more`` points."""
        with localcontext(EXACT):
            latest = measure_changes(sort_points([*self.points, *more]), since=self.since)
            return [*self.changes, *latest]

    def list_steps(self, *more: Point) -> list[AnyStep]:
        """Return the steps of all sums and changes, up to those of ``more`` points; see ``choose_steps``."""
        changes = self.measure(*more)
        falls = float(sum(change.falls for change in changes)) + sum([one[8] for one in self.sums])
        rises = float(sum(change.rises for change in changes)) + sum([one[9] for one in self.sums])
        earlier = [(*one[:2], *one[5:8]) for one in self.sums] if rises > falls else [one[:5] for one in self.sums]
        return [*earlier, *_list_steps(changes, by_used=rises > falls)]


class _Track:
    """The columns of a sequence of points; rough are the places where amounts do not simply go on."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.times = [point[0] for point in points]
        self._remaining = [point[1] for point in points]
        self._used = [point[2] for point in points]
        rises, resets = _find_rough(self._remaining, lt), _find_rough(self._used, gt)
        self._rough = [rise or reset for rise, reset in zip(rises, resets, strict=True)] if any(resets) else rises
        self._burned = settle_holds(self.times, self._remaining) if any(rises) else dict[int, Decimal]()
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
