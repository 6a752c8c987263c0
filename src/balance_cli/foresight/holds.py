"""Tell the returns of holds from top-ups.

Some providers hold an amount when a request begins, and return what it did not need when it ends.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from balance_cli.times import DAY

HOLD: Final = 7200
"""Maximum seconds from a hold to its return."""
AROUND: Final = DAY
"""Seconds before and after a return in which others show that holds are usual."""
_OFTEN: Final = 4
"""Number of returns that are usual."""
_NEARLY: Final = Decimal("0.9")
"""Part of a hold that is nearly all of it."""
_LEAST_STEPS: Final = 4
"""A hold shows only among at least this many other steps."""
_OUTSTANDING: Final = 4
"""A hold is at least this many times the usual step, and what is returned at most this part of what remains."""
_ZERO: Final = Decimal(0)


def settle_holds(times: Sequence[int], remaining: Sequence[Decimal | None]) -> dict[int, Decimal]:
    """Return what was burned in the steps that held an amount, and in those that returned it.

    A hold is a single fall, not long before, that stands out, and nearly all of it is returned. A top-up rarely looks
    like that: it is larger than a step, or large beside what remained. Such a large return counts only time and again.
    """
    falls = [None if old is None or new is None else old - new for old, new in pairwise(remaining)]
    holds, taken, small, large = dict[int, int](), set[int](), list[int](), list[int]()
    for place, fell in enumerate(falls, 1):
        before = remaining[place - 1]
        if fell is None or fell >= 0 or before is None:
            continue
        begin = max(bisect_left(times, times[place] - HOLD), 1)
        end = place if begin > 1 else min(max(place, _LEAST_STEPS + 2), len(times))  # the first has none before it
        near = range(begin, end)
        hold = _find_hold(-fell, place, {one: fall for one in near if one not in taken and (fall := falls[one - 1])})
        if hold is None or len(near) < _LEAST_STEPS or hold[1] * len(near) <= _OUTSTANDING * hold[2]:
            continue
        (small if -fell * _OUTSTANDING <= before else large).append(place)
        holds[place] = hold[0]
        taken.add(hold[0])
    burned = dict[int, Decimal]()
    for place in [*small, *_find_usual(times, large)]:
        returned, held = falls[place - 1] or _ZERO, falls[holds[place] - 1] or _ZERO
        burned[holds[place]], burned[place] = held + returned, _ZERO
    return burned


def _find_usual(times: Sequence[int], places: Sequence[int]) -> Iterator[int]:
    """Yield the places that have enough others near them in time."""
    moments = [times[place] for place in places]
    for place, at in zip(places, moments, strict=True):
        if bisect_right(moments, at + AROUND) - bisect_left(moments, at - AROUND) >= _OFTEN:
            yield place


def _find_hold(rise: Decimal, at: int, steps: Mapping[int, Decimal]) -> tuple[int, Decimal, Decimal] | None:
    """Return the newest fall of which nearly all was returned: its place, its amount, and the sum of the others."""
    falls = {place: fall for place, fall in steps.items() if fall > 0}
    place = next(
        (place for place in reversed(falls) if place < at and _NEARLY * falls[place] <= rise < falls[place]), None
    )
    return None if place is None else (place, falls[place], sum(falls.values(), _ZERO) - falls[place])
