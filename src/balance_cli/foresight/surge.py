"""Notice a burn rate that the last two weeks have not seen, before it shows in their mean."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import sub
from typing import Final, NamedTuple

from balance_cli.foresight.hours import WEEK, WEEKS, Hours
from balance_cli.foresight.pace import cut_steps
from balance_cli.foresight.steps import AnyStep
from balance_cli.times import DAY, HOUR

WINDOWS: Final = (1, 3, 6, 12, 24)
"""Hours over which the current burn rate is compared with the earlier ones."""
_PAST: Final = 14 * 24
"""Hours of history with which it is compared."""
_ABOVE: Final = 1.25
"""A surge is more than this many times the highest earlier rate."""
_UNUSUAL: Final = 2
"""A surge is also more than this many times what was burned in the same hours of the last weeks."""
_SOON: Final = 4
"""It counts if the amount lasts less than this many times its window."""


class Surging(NamedTuple):
    """A surge: when it began, in seconds since 1970, its rate per hour, and the mean rate of the two weeks before."""

    since: float
    rate: float
    usual: float


def find_surge(steps: Iterable[AnyStep], hours: Hours, remaining: float) -> Surging | None:
    """Return the surge that uses up what remains, if there is one."""
    recent = [step for step in steps if step[1] > hours.now - DAY]
    if remaining >= _SOON * sum(max(burned, 0.0) for _, _, burned, _ in cut_steps(recent, hours.now - DAY, hours.now)):
        return None
    rates = [(rate, window) for window in WINDOWS if (rate := _measure(recent, hours.now, window)) is not None]
    found = [
        rate
        for rate, window in rates
        if remaining < _SOON * window * rate
        and _is_new(rate, hours, window)
        and rate * window > _UNUSUAL * _recall(hours, window)
    ]
    return _describe(recent, hours, max(found)) if found else None


def _measure(recent: Iterable[AnyStep], now: float, window: float) -> float | None:
    """Return the burn per hour over the last hours, ``None`` if most of them are unknown."""
    burned = known = 0.0
    for _, _, amount, seconds in cut_steps(recent, now - window * HOUR, now):
        burned += amount
        known += seconds
    return burned / known * HOUR if known * 2 >= window * HOUR else None


def _is_new(rate: float, hours: Hours, window: int) -> bool:
    """Return whether a rate is far above all earlier ones over as many hours."""
    earlier = slice(-_PAST - 1, -1 - window)
    burned, known = hours.burned[earlier], hours.known[earlier]
    mean = sum(burned) / (sum(known) or 1)
    filled = (amount + (1 - part) * mean for amount, part in zip(burned, known, strict=True))
    sums = list(accumulate(filled, initial=0.0))
    comparable = hours.cover(2 * window) and sum(known) * 2 >= window
    return comparable and rate * window > _ABOVE * max(map(sub, sums[window:], sums))


def _recall(hours: Hours, window: int) -> float:
    """Return the mean of what was burned around the same hours of the last weeks: a weekly job is no surge."""
    ends = [len(hours.burned) - weeks * WEEK + 1 for weeks in range(1, WEEKS) if hours.cover(weeks * WEEK + window)]
    return sum(sum(hours.burned[end - window - 3 : end]) for end in ends) / len(ends) if ends else 0.0


def _describe(recent: Sequence[AnyStep], hours: Hours, rate: float) -> Surging:
    """Return the surge, from when on it has lasted."""
    place = last = len(hours.burned) - 1
    while last - place < WINDOWS[-1] and hours.burned[place - 1] >= hours.known[place - 1] * rate / 2:
        place -= 1
    before = slice(max(0, last - _PAST), place - 1)
    known = sum(hours.known[before])
    usual = sum(hours.burned[before]) / known if known else 0.0
    place = min(place + 1, last)  # it began within one of these two hours
    part = sum(max(burned - usual, 0.0) for burned in hours.burned[place - 2 : place]) / max(rate - usual, rate / 5)
    since = (hours.first + place - min(part, 2.0)) * HOUR
    now = _measure(recent, hours.now, (hours.now - since) / HOUR)
    return Surging(since, max(now or rate, rate), usual)
