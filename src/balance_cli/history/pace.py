"""How fast a balance is used, from samples of it, and for how long it will last. No storage, no printing."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from math import exp2, log
from statistics import median
from typing import Final, NamedTuple

from balance_cli.amount import EXACT

DAY: Final = 86_400
WINDOW: Final = 7.0 * DAY
"""The seconds back from the newest sample that a burn rate is made of, where nobody says otherwise."""
LEAST: Final = 3600
"""The seconds that must have been seen before there is a burn rate."""
_LONG: Final = DAY
"""Nothing shorter is a gap: a balance that is looked at once a day, or only while agents run, is seen often enough."""
_SLIP: Final = 60
"""By how many seconds a sample may be older than one that was recorded before it: two runs at once."""
_NOTHING: Final = Decimal(0)


class Sample(NamedTuple):
    """What a balance was at a time, in seconds since 1970; of its amounts ``None`` is not known."""

    at: int
    remaining: Decimal | None
    used: Decimal | None = None
    limit: Decimal | None = None
    unlimited: bool = False


class Step(NamedTuple):
    """What happened between two consecutive samples; ``burned`` is ``None`` where nobody knows."""

    start: int
    end: int
    burned: Decimal | None
    topped_up: Decimal


_Pair = tuple[int, int, Decimal | None, Decimal | None]
"""Two times, by how much ``remaining`` fell between them, and by how much ``used`` rose."""


def steps(samples: Iterable[Sample]) -> list[Step]:
    """Return what happened between consecutive samples, which come in the order in which they were recorded.

    A clock that was set back begins a new run of samples; two runs that do not overlap are one after the other, and
    nothing is known of the time between two that do.

    Both the falls of ``remaining`` and the rises of ``used`` are what was burned. A top-up hides some of the first, and
    a provider may book the second late, so the history is read by that of both which comes to more over all of it.
    Where that one went the other way (a top-up, a reset) the other one counts; where both did it is not known.
    """
    pairs = list(_pairs(samples))
    falls = [_forward(fell, rose) for _, _, fell, rose in pairs]
    rises = [_forward(rose, fell) for _, _, fell, rose in pairs]
    burned = falls if _sum(falls) >= _sum(rises) else rises
    return [
        Step(start, end, amount, _topped_up(fell, amount))
        for (start, end, fell, _), amount in zip(pairs, burned, strict=True)
    ]


def _forward(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    """Return the change that goes forward: the first, else the second where it goes anywhere."""
    if first is not None and first >= 0:
        return first
    return second if second is not None and (second > 0 or (first is None and second == 0)) else None


def _topped_up(fell: Decimal | None, burned: Decimal | None) -> Decimal:
    return max(EXACT.subtract(burned or _NOTHING, fell), _NOTHING) if fell is not None else _NOTHING


def _sum(changes: Iterable[Decimal | None]) -> Decimal:
    total = _NOTHING
    for change in changes:
        total = EXACT.add(total, change or _NOTHING)
    return total


def _pairs(samples: Iterable[Sample]) -> Iterator[_Pair]:
    before: Sample | None = None
    for run in sorted(_runs(samples), key=lambda run: run[0].at):
        if before and before.at <= run[0].at:
            yield _pair(before, run[0])
        yield from map(_pair, run, run[1:])
        before = run[-1] if before is None or run[-1].at > before.at else before


def _runs(samples: Iterable[Sample]) -> list[list[Sample]]:
    """Return the samples in runs of which no clock goes back; of several in one second the last counts."""
    runs: list[list[Sample]] = []
    for sample in samples:
        last = runs[-1][-1] if runs else None
        if last and last.at - _SLIP <= sample.at <= last.at:
            runs[-1][-1] = sample._replace(at=last.at)
        elif last and sample.at > last.at:
            runs[-1].append(sample)
        else:
            runs.append([sample])
    return runs


def _pair(one: Sample, two: Sample) -> _Pair:
    fell = None if one.remaining is None or two.remaining is None else EXACT.subtract(one.remaining, two.remaining)
    rose = None if one.used is None or two.used is None else EXACT.subtract(two.used, one.used)
    return one.at, two.at, fell, rose


def burn_per_day(found: Sequence[Step], now: float, window: float = WINDOW) -> float | None:
    """Return the amount that is used in a day, ``None`` where there is not enough history.

    It is the exponentially weighted mean of the steps' rates: one of ``window`` seconds ago weighs half of one of now,
    and in between the weight falls as ``2 ** -(age / window)``, integrated over each step, which is how samples at
    uneven distances are averaged (Eckner, "Algorithms for Unevenly Spaced Time Series: Moving Averages and Other
    Rolling Operators", 2012). So mild a weight follows a new pace within days and is the same at any hour of a day of
    bursts. Steps of which it is not known what was burned count neither as use nor as time; neither do gaps, which are
    longer than a day and than three of the usual steps, unless there is nothing else. At least an hour must be seen.
    """
    known = [step for step in found if step.burned is not None and now - window <= step.start <= step.end <= now]
    usual = median([step.end - step.start for step in known]) if known else 0
    seen = [step for step in known if step.end - step.start <= max(_LONG, 3 * usual)]
    for chosen in (seen, known):
        if sum(step.end - step.start for step in chosen) >= LEAST:
            return _mean(chosen, now, window) * DAY
    return None


def _mean(found: Iterable[Step], now: float, window: float) -> float:
    """Return the weighted rate in amounts a second."""
    amounts = seconds = 0.0
    for step in found:
        newer, older = exp2((step.end - now) / window), exp2((step.start - now) / window)
        length = step.end - step.start
        weight = (newer - older) * window / log(2) / length if length else newer
        amounts += float(step.burned or 0) * weight
        seconds += length * weight
    return amounts / seconds


def runway_days(remaining: Decimal | None, rate: float | None) -> float | None:
    """Return for how many days ``remaining`` lasts at ``rate`` a day; ``None`` where that is not known or for ever."""
    if remaining is None:
        return None
    if remaining <= 0:
        return 0.0
    return float(remaining) / rate if rate else None


def totals(found: Sequence[Step]) -> tuple[Decimal, Decimal]:
    """Return what was burned and what was topped_up, as far as it is known."""
    return _sum(step.burned for step in found), _sum(step.topped_up for step in found)


def shape(samples: Sequence[Sample], since: float, until: float, places: int) -> Iterator[float | None]:
    """Yield what remained in each of so many equal parts of a time, ``None`` where nothing was seen: gaps are gaps."""
    found: dict[int, Decimal] = {}
    for sample in samples:
        if sample.remaining is not None and since <= sample.at <= until:
            place = int((sample.at - since) / max(until - since, 1) * places)
            found[min(place, places - 1)] = sample.remaining
    yield from (float(found[place]) if place in found else None for place in range(places))
