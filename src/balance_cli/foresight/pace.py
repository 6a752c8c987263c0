"""Calculate burn rates from steps."""

from collections.abc import Iterable, Iterator
from math import exp2
from typing import Final

from balance_cli.foresight.steps import AnyStep
from balance_cli.times import DAY, HOUR

WINDOW: Final = 7.0 * DAY
"""Default window of a burn rate, in seconds back from now."""


Piece = tuple[float, float, float, float]
"""A step or a part of it: start, end, amount burned, and for how many seconds that is known."""


def cut_steps(steps: Iterable[AnyStep], since: float, until: float) -> Iterator[Piece]:
    """Yield what lies between two times, of steps with a known amount; a step burns evenly."""
    for start, end, burned, _, seconds in steps:
        if seconds and end > since and start < until:
            if since <= start and end <= until:
                yield start, end, float(burned), seconds
            else:
                first, last = max(start, since), min(end, until)
                share = (last - first) / (end - start)
                yield first, last, float(burned) * share, seconds * share


def calculate_burn_rate(steps: Iterable[AnyStep], now: float, window: float = WINDOW) -> float | None:
    """Return the amount used per day, ``None`` if there is not enough history.

    This is the exponentially weighted mean of the steps' rates, each also weighted by its duration. The weight is
    ``2 ** -(age / window)``, where age is that of the step's midpoint: use ``window`` seconds ago counts half as much
    as use now. This is the usual average for unevenly spaced observations (Eckner, "Algorithms for Unevenly Spaced Time
    Series: Moving Averages and Other Rolling Operators", 2012). Such a mild weight adapts to a new rate within days,
    and does not depend on the hour when use comes in daily bursts. Of a step that began before the window, the part
    within it counts. Steps with an unknown amount are ignored. Together they must cover at least an hour.
    """
    amounts = seconds = covered = 0.0
    for start, end, burned, known in cut_steps(steps, now - window, now):
        weight = exp2(((start + end) / 2 - now) / window)
        amounts += burned * weight
        seconds += known * weight
        covered += known
    return max(amounts / seconds, 0.0) * DAY if covered >= min(HOUR, window / 2) else None
