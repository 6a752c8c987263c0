"""The worlds of the backtest: every one is drawn anew from a seed, and none is made for a method."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from simulation import (
    AHEAD,
    CELL,
    DAY,
    HOUR,
    RUNAWAY,
    Account,
    Cell,
    Look,
    Looks,
    Rates,
    Setting,
    Show,
    TopUps,
    Use,
    book_late,
    draw_between,
    look_every,
    look_later_each_day,
    look_only_when,
    look_with_outages,
    make_cells,
    round_down_to,
    show_exactly,
    show_with_holds,
    top_up_automatically,
    top_up_by_hand,
)

CITIES: Final = ("America/Los_Angeles", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo")
OFFICE_DAYS: Final = range(5)
"""Monday to Friday."""


def burn_constantly(setting: Setting) -> list[float]:
    """Return the same rate throughout."""
    return [1.0 for _ in setting.cells]


def vary(setting: Setting, shape: Callable[[Cell], float], *, by_day: float = 0.2) -> list[float]:
    """Return a shape over time, busier on some days and in some hours than in others, at random."""
    dice = setting.dice
    days: dict[int, float] = {}
    hours: dict[int, float] = {}
    return [
        shape(cell)
        * (days.get(cell.day) or days.setdefault(cell.day, dice.lognormvariate(0, by_day)))
        * (hours.get(cell.at // HOUR) or hours.setdefault(cell.at // HOUR, dice.lognormvariate(0, 0.3)))
        for cell in setting.cells
    ]


def burn_around_the_clock(setting: Setting) -> list[float]:
    """Return use around the clock."""
    return vary(setting, lambda _: 1)


def burn_in_office_hours(setting: Setting) -> list[float]:
    """Return use from Monday to Friday, 8:00 to 18:00, and a little at other times."""
    idle = setting.dice.uniform(0, 0.03)
    return vary(setting, lambda cell: 1 if cell.weekday in OFFICE_DAYS and 8 <= cell.hour < 18 else idle)


def burn_around_lunch(setting: Setting) -> list[float]:
    """Return use in an office with a lunch break, and Fridays that are quieter and end at 15:00."""

    def shape(cell: Cell) -> float:
        ends = 15 if cell.weekday == OFFICE_DAYS[-1] else 18
        if cell.weekday not in OFFICE_DAYS or not 8 <= cell.hour < ends:
            return 0
        return (0.2 if 12 <= cell.hour < 13 else 1) * (0.6 if cell.weekday == OFFICE_DAYS[-1] else 1)

    return vary(setting, shape)


def burn_nightly(setting: Setting) -> list[float]:
    """Return the use of jobs that run every night for some hours."""
    begin, hours = setting.dice.uniform(0, 3), setting.dice.uniform(1, 5)
    return vary(setting, lambda cell: 1 if begin <= cell.hour < begin + hours else 0.01)


def burn_weekly(setting: Setting) -> list[float]:
    """Return the use of a batch on one evening a week, and a little every day."""
    day, hours, share = setting.dice.randrange(7), setting.dice.uniform(2, 6), setting.dice.uniform(0.1, 0.4)
    batch = (1 - share) * 7 * 24 / hours
    return vary(setting, lambda cell: batch if cell.weekday == day and 18 <= cell.hour < 18 + hours else share)


def burn_monthly(setting: Setting) -> list[float]:
    """Return the use of a batch on one day a month, worth some days, and of every day."""
    day, worth = setting.dice.randint(1, 28), setting.dice.uniform(3, 10)
    return vary(setting, lambda cell: 1 + (2 * worth if cell.date == day and cell.hour < 12 else 0))


def burn_changing(per_day: float) -> Rates:
    """Return use that grows or falls by a factor every day."""
    return lambda setting: vary(setting, lambda cell: per_day**cell.day)


def burn_turning(factor: float) -> Rates:
    """Return use that changes once by a factor."""
    return lambda setting: vary(setting, lambda cell: factor if cell.at >= setting.event else 1)


def burn_running_away(*, idle: bool = False) -> Rates:
    """Return use that is twenty times as high for six hours, perhaps after some idle days."""

    def rates(setting: Setting) -> list[float]:
        idle_since = setting.event - (setting.dice.uniform(3, 6) * DAY if idle else 0)
        usual = vary(setting, lambda cell: 0 if idle_since <= cell.at < setting.event else 1)
        return [
            20 if setting.event <= cell.at < setting.event + RUNAWAY else rate
            for cell, rate in zip(setting.cells, usual, strict=True)
        ]

    return rates


def burn_in_bursts(setting: Setting) -> list[float]:
    """Return the use of jobs that start at random and differ much in size."""
    dice, cells = setting.dice, setting.cells
    rates, at, gap = [0.0] * len(cells), 0.0, DAY / draw_between(dice, 3, 24)
    while (at := at + dice.expovariate(1 / gap)) < len(cells) * CELL:
        length, size = max(int(draw_between(dice, 1, 24)), 1), dice.lognormvariate(0, 1)
        for place in range(int(at) // CELL, min(int(at) // CELL + length, len(cells))):
            rates[place] += size / length
    return rates


def burn_by_agents(setting: Setting) -> list[float]:
    """Return the use of agents that work in some nights, for some hours."""
    dice = setting.dice
    nights: dict[int, tuple[float, float, float]] = {}

    def shape(cell: Cell) -> float:
        night = cell.day if cell.hour >= 12 else cell.day - 1
        if night not in nights:
            size = dice.lognormvariate(0, 0.5) if dice.random() < 2 / 3 else 0
            nights[night] = dice.uniform(0, 4), dice.uniform(2, 9), size
        begin, hours, size = nights[night]
        since_eight_pm = (cell.hour - 20) % 24
        return size if begin <= since_eight_pm < begin + hours else 0

    return vary(setting, shape)


class World(NamedTuple):
    """How one world is made; ``per_day`` bounds the mean use, and moments of evaluation start after ``first`` days.

    ``change`` is a date that falls into the evaluation. ``calendar`` worlds have a weekly shape.
    """

    name: str
    rates: Rates = burn_around_the_clock
    top_ups: TopUps = top_up_by_hand()
    show: Show = show_exactly
    looks: Looks = look_every(CELL)
    zones: Sequence[str] = ("UTC",)
    per_day: tuple[float, float] = (1, 200)
    days: int = 42
    first: float = 14
    change: date | None = None
    calendar: bool = False
    runaway: bool = False
    used: bool = False


class Story(NamedTuple):
    """A world drawn from a seed; ``moments`` are when it may be evaluated, in one or two parts.

    In a world with a ``runaway``, that is its begin and when nothing remains.
    """

    zone: str
    account: Account
    looks: Sequence[Look]
    moments: Sequence[Sequence[float]]
    runaway: tuple[float, float] | None


def draw_story(world: World, dice: Random) -> Story:
    """Draw a world."""
    zone = dice.choice(world.zones)
    day = world.change or date(2026, 1, 1) + timedelta(days=dice.randrange(365))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    begin = noon - timedelta(days=dice.uniform(20, 36) if world.change else dice.uniform(0, 1))
    start = int(begin.timestamp()) // HOUR * HOUR
    event = start + int(dice.uniform(26, 36) * DAY) // CELL * CELL
    setting = Setting(dice, make_cells(start, world.days + AHEAD, zone), start + world.days * DAY, event)
    rates = world.rates(setting)
    counted = rates[: max(world.days, 28) * DAY // CELL]
    scale = draw_between(dice, *world.per_day) * len(counted) / sum(counted)
    use = Use(start, [rate * scale for rate in rates])
    account = Account(use, world.top_ups(setting, use))
    looks = world.looks(setting)
    if not world.runaway:
        return Story(zone, account, looks, [_find_moments(looks, start + world.first * DAY, setting.until)], None)
    end = event + account.runway(event) * DAY
    moments = [
        _find_moments(looks, start + world.first * DAY, account.top_ups[-1][0]),
        _find_moments(looks, event + CELL, end),
    ]
    return Story(zone, account, looks, moments, (event, end))


def _find_moments(looks: Sequence[Look], since: float, until: float) -> list[float]:
    """Return the times shortly after looks of the right clock."""
    return [look.at + 20 for look in looks if since <= look.at < until - 20 and not look.skew]


WORLDS: Final = (
    World("constant", burn_constantly),
    World("even"),
    World("office", burn_in_office_hours, zones=CITIES, calendar=True),
    World(
        "office, autumn change",
        burn_in_office_hours,
        zones=("America/New_York",),
        change=date(2026, 11, 1),
        calendar=True,
    ),
    World(
        "office, spring change", burn_in_office_hours, zones=("Europe/Berlin",), change=date(2026, 3, 29), calendar=True
    ),
    World("lunch and Fridays", burn_around_lunch, zones=CITIES, calendar=True),
    World("weekly batch", burn_weekly, zones=CITIES, calendar=True),
    World("first week", burn_in_office_hours, zones=CITIES, days=7, first=0.5, calendar=True),
    World("monthly batch", burn_monthly),
    World("night jobs", burn_nightly, zones=CITIES),
    World("agents at night", burn_by_agents, zones=CITIES),
    World("bursts", burn_in_bursts),
    World("growth", burn_changing(1.02)),
    World("decline", burn_changing(0.98)),
    World("doubled", burn_turning(2)),
    World("halved", burn_turning(0.5)),
    World("runaway", burn_running_away(), top_up_by_hand(1, 6, runaway=True), first=7, runaway=True),
    World(
        "runaway, idle before", burn_running_away(idle=True), top_up_by_hand(1, 6, runaway=True), first=7, runaway=True
    ),
    World("small top-ups", top_ups=top_up_by_hand(0.5, 3)),
    World("automatic top-ups", top_ups=top_up_automatically(1, 8)),
    World("automatic, hourly looks", top_ups=top_up_automatically(0.5, 4), looks=look_every(HOUR)),
    World("automatic, looks every 6 h", top_ups=top_up_automatically(0.5, 4), looks=look_every(6 * HOUR)),
    World("booked every 6 h", show=book_late(6 * HOUR)),
    World("booked daily", show=book_late(DAY, HOUR // 2)),
    World("whole dollars", show=round_down_to(1), per_day=(1, 30)),
    World("cents", show=round_down_to(0.01), per_day=(0.02, 0.5)),
    World("looks on weekdays", looks=look_only_when(lambda cell: cell.weekday in OFFICE_DAYS), zones=CITIES),
    World("off at night", looks=look_only_when(lambda cell: 8 <= cell.hour < 22), zones=CITIES),
    World("outages", looks=look_with_outages),
    World("two clocks", looks=look_every(CELL, skewed=HOUR // 2)),
    World("daily looks", looks=look_later_each_day),
    World("weekly looks", top_ups=top_up_by_hand(8, 40), looks=look_every(7 * DAY, late=300), days=154, first=28),
    World("holds", show=show_with_holds, per_day=(1, 20)),
    World("used and a budget", burn_in_office_hours, zones=CITIES, used=True, calendar=True),
)
