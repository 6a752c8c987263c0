"""Round ticks for the axes of a chart: amounts like 0, 5, 10, and times like 06:00, 12:00 or 14 Nov."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from math import ceil, floor, gcd
from typing import Final, NamedTuple

from balance_cli.amount import EXACT, format_exact
from balance_cli.times import DAY

_STEPS: Final = 6
"""Maximum number of steps between the ticks of amounts, plus one where they reach below zero."""
_SHORT: Final = Decimal(100_000)
"""From this amount on, labels are abbreviated: 100k, 2.5M."""
_LETTERS: Final = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))
_TINY: Final = Decimal("0.00001")
_MINUTES: Final = (1, 5, 10, 15, 30, 60, 120, 180, 360, 720)
_DAYS: Final = (1, 2, 7, 14)
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 1200)

Localize = Callable[[datetime], datetime]


class Tick(NamedTuple):
    """A time on the axis; ``group`` is the day or year that it belongs to, "" if the label says it all."""

    at: float
    label: str
    group: str


def choose_amounts(lowest: float, highest: float) -> list[Decimal]:
    """Return evenly spaced round amounts from at most ``lowest`` to at least ``highest``."""
    with localcontext(EXACT):
        low, high = Decimal(str(lowest)), Decimal(str(highest))
        smallest = (high - low) / _STEPS or Decimal(1)
        steps = (Decimal(digit).scaleb(smallest.adjusted()) for digit in (1, 2, 5, 10))
        step = next(step for step in steps if step >= smallest)
        first, last = low // step - (low % step < 0), -(-high // step) + (high % step > 0)
        return [step * count for count in range(int(first), max(int(last), int(first) + 1) + 1)]


def format_amounts(ticks: Sequence[Decimal]) -> list[str]:
    """Return short labels of amounts, all in the same size: thousands, millions and so on."""
    highest = max(map(abs, ticks))
    size, letter = 1, ""
    if highest >= _SHORT:
        size, letter = next(one for one in _LETTERS if highest >= one[0])
    if highest < _TINY:
        return [f"{tick.normalize():e}" if tick else "0" for tick in ticks]
    return [f"{format_exact(tick / size)}{letter}" if tick else "0" for tick in ticks]


def choose_times(begin: float, end: float, localize: Localize, columns: int) -> list[Tick]:
    """Return ticks at round local times, as many as fit with their labels into that many columns."""
    days = (end - begin) / DAY
    for minutes in _MINUTES:
        if days * 1440 / minutes * len("00:00  ") <= columns:
            return list(_mark_minutes(begin, end, localize, minutes))
    midnights = _find_midnights(begin, end, localize)
    for step in _DAYS:
        if days / step * len("31 Dec ") <= columns:
            return [Tick(at, _format_day(day), "") for at, day in midnights if (day.toordinal() - 1) % step == 0]
    fitting = (step for step in _MONTHS if days / 30.4 / step * len("2000  ") <= columns)
    months = next(fitting, _MONTHS[-1])
    return [
        Tick(at, f"{day:%b}", f"{day:%Y}")
        for at, day in midnights
        if day.day == 1 and (12 * day.year + day.month - 1) % months == 0
    ]


def _mark_minutes(begin: float, end: float, localize: Localize, minutes: int) -> Iterator[Tick]:
    """Yield the times at which the local clock shows a multiple of these minutes since midnight.

    A change of the clock skips or repeats such times. Everywhere, local time differs from UTC by a multiple of 15
    minutes.
    """
    seconds = 60 * gcd(minutes, 15)
    for number in range(ceil(begin / seconds), floor(end / seconds) + 1):
        moment = localize(datetime.fromtimestamp(number * seconds, UTC))
        if (60 * moment.hour + moment.minute) % minutes == 0:
            yield Tick(number * seconds, f"{moment:%H:%M}", _format_day(moment))


def _find_midnights(begin: float, end: float, localize: Localize) -> Iterator[tuple[float, datetime]]:
    """Yield the start of each local day, and the moment as the local clock shows it."""
    at = begin
    while at <= end + DAY:
        noon = localize(datetime.fromtimestamp(at, UTC)).replace(hour=12, minute=0, second=0, microsecond=0)
        start = localize(noon - timedelta(hours=12))
        start = localize(start - timedelta(hours=(start.hour + 12) % 24 - 12, minutes=start.minute))
        if begin <= start.timestamp() <= end:
            yield start.timestamp(), start
        at = noon.timestamp() + DAY


def _format_day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b}"
