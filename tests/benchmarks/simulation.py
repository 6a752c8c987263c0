"""Simulate one balance with a known future: its use, its top-ups, what a provider shows, and the looks at it.

Times are seconds since 1970, rates are amounts per day. Lengths of time are seconds, or days where the name says so.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import accumulate
from math import floor, inf, log10
from random import Random
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

CELL: Final = 300
"""The length of a cell: use is even within it."""
HOUR: Final = 3600
DAY: Final = 86_400
AHEAD: Final = 60
"""Days that are simulated after the last look, so that the runway is known there too."""
RUNAWAY: Final = 6 * HOUR
"""How long a runaway lasts before nothing remains."""


class Cell(NamedTuple):
    """When a cell begins: the time, and in the zone of the world the day since the start, the weekday and the hour."""

    at: int
    day: int
    date: int
    weekday: int
    hour: float


class Setting(NamedTuple):
    """What a world is made from: its dice, its cells, when looks end, and when the use changes, if it does."""

    dice: Random
    cells: Sequence[Cell]
    until: int
    event: int

    @property
    def start(self) -> int:
        """When the world begins."""
        return self.cells[0].at

    def cell(self, at: float) -> Cell:
        """Return the cell of a time."""
        return self.cells[int(at - self.start) // CELL]


class Use:
    """The use over time, from the rates of all cells."""

    def __init__(self, start: int, rates: Sequence[float]) -> None:
        self._start = start
        self._totals = list(accumulate((rate * CELL / DAY for rate in rates), initial=0.0))

    def until(self, at: float) -> float:
        """Return what was used from the start until a time."""
        place = (at - self._start) / CELL
        cell = min(int(place), len(self._totals) - 2)
        before, after = self._totals[cell : cell + 2]
        return before + (after - before) * (place - cell)

    def when(self, total: float) -> float:
        """Return when this much has been used, infinity if that is after the last cell."""
        after = bisect_left(self._totals, total)
        if after == len(self._totals):
            return inf
        if after == 0:
            return self._start
        low, high = self._totals[after - 1 : after + 1]
        return self._start + (after - 1 + (total - low) / (high - low)) * CELL


TopUp = tuple[float, float]
"""A time and an amount."""


class Account(NamedTuple):
    """What was used of what was paid, in order of time."""

    use: Use
    top_ups: Sequence[TopUp]

    def paid(self, at: float) -> float:
        """Return the total of the top-ups until a time."""
        return sum(amount for when, amount in self.top_ups if when <= at)

    def runway(self, at: float) -> float:
        """Return in how many days the money present at a time is used up, infinity if that is not simulated."""
        return (self.use.when(self.paid(at)) - at) / DAY


class Look(NamedTuple):
    """A look at the balance, at a time, with a clock that is wrong by ``skew``."""

    at: float
    skew: int = 0


Rates = Callable[[Setting], list[float]]
"""Returns the rate of every cell, in proportion to the others."""
TopUps = Callable[[Setting, Use], list[TopUp]]
Show = Callable[[Account, float], float]
"""Returns what a provider shows as remaining at a time."""
Looks = Callable[[Setting], list[Look]]
"""Returns the looks in the order of recording."""


def make_cells(start: int, days: int, zone: str) -> list[Cell]:
    """Return the cells of a world."""
    where, cells = ZoneInfo(zone), []
    first = datetime.fromtimestamp(start, where).toordinal()
    for at in range(start, start + days * DAY, CELL):
        local = datetime.fromtimestamp(at, where)
        hour = local.hour + local.minute / 60
        cells.append(Cell(at, local.toordinal() - first, local.day, local.weekday(), hour))
    return cells


def draw_between(dice: Random, low: float, high: float) -> float:
    """Return a random number; each doubling is as likely as any other."""
    return float(low * (high / low) ** dice.random())


# Top-ups


def top_up_by_hand(smallest: float = 1, largest: float = 16, *, runaway: bool = False) -> TopUps:
    """Return top-ups by a user shortly before nothing remains, each of an amount that is this many days of mean use.

    The last one before a ``runaway`` pays for exactly its first six hours.
    """

    def plan(setting: Setting, use: Use) -> list[TopUp]:
        top_ups, paid, at, mean = list[TopUp](), 0.0, float(setting.start), _find_mean(setting, use)
        while at < setting.until:
            amount = _round_up(mean * draw_between(setting.dice, smallest, largest))
            if runaway and use.when(paid + amount) > setting.event - DAY / 4:
                return [*top_ups, (at, use.until(setting.event + RUNAWAY) - paid)]
            top_ups.append((at, amount))
            paid += amount
            at = max(at + CELL, use.when(paid) - draw_between(setting.dice, 1, 24) * HOUR)
        return top_ups

    return plan


def top_up_automatically(smallest: float, largest: float) -> TopUps:
    """Return top-ups of an amount that is this many days of use, whenever less than another amount remains."""

    def plan(setting: Setting, use: Use) -> list[TopUp]:
        mean = _find_mean(setting, use)
        below = mean * draw_between(setting.dice, 0.25, 1.5)
        amount = mean * draw_between(setting.dice, smallest, largest)
        top_ups, paid = [(float(setting.start), below + amount)], below + amount
        while (at := use.when(paid - below)) < setting.until:
            top_ups.append((at, amount))
            paid += amount
        return top_ups

    return plan


def _find_mean(setting: Setting, use: Use) -> float:
    """Return the mean use per day until the last look."""
    return use.until(setting.until) / (setting.until - setting.start) * DAY


def _round_up(amount: float) -> float:
    """Round up to two digits, like the amounts that people pay."""
    size = 10.0 ** (floor(log10(amount)) - 1)
    return (floor(amount / size) + 1) * size


# What is shown


def show_exactly(account: Account, at: float) -> float:
    """Return what remains."""
    return account.paid(at) - account.use.until(at)


def round_down_to(step: float) -> Show:
    """Return what remains in whole steps, rounded down."""
    return lambda account, at: floor(show_exactly(account, at) / step) * step


def book_late(period: int, phase: int = 0) -> Show:
    """Return what remains where the provider books use only every ``period`` seconds."""
    return lambda account, at: (
        account.paid(at) - account.use.until(max((at - phase) // period * period + phase, account.top_ups[0][0]))
    )


def show_with_holds(account: Account, at: float) -> float:
    """Return what remains less a hold in the second quarter of every hour, fifty times what is then booked."""
    hour = at // HOUR * HOUR
    held = at - hour >= HOUR / 4 and at - hour < HOUR / 2
    return show_exactly(account, at) - (49 * (account.use.until(hour + HOUR) - account.use.until(hour)) if held else 0)


# Looks


def look_every(period: int, *, late: int = 5, skewed: int = 0) -> Looks:
    """Return looks every ``period`` seconds, up to ``late`` seconds late, every other one with a skewed clock."""

    def plan(setting: Setting) -> list[Look]:
        dice, phase = setting.dice, setting.dice.randrange(CELL)
        skew = dice.choice([-skewed, skewed])
        times = range(setting.start + phase, setting.until - late, period)
        return [Look(at + dice.uniform(0, late), skew * (index % 2)) for index, at in enumerate(times)]

    return plan


def look_later_each_day(setting: Setting) -> list[Look]:
    """Return looks once a day, each a minute later than the one before."""
    first = setting.start + setting.dice.randrange(DAY // 2)
    return [Look(at) for at in range(first, setting.until, DAY + 60)]


def look_only_when(wanted: Callable[[Cell], bool]) -> Looks:
    """Return looks every five minutes at the times that are wanted."""
    return lambda setting: [look for look in look_every(CELL)(setting) if wanted(setting.cell(look.at))]


def look_with_outages(setting: Setting) -> list[Look]:
    """Return looks every five minutes, except for three days in every two weeks."""
    first = setting.start + setting.dice.uniform(0, 11) * DAY
    return [look for look in look_every(CELL)(setting) if (look.at - first) % (14 * DAY) >= 3 * DAY]
