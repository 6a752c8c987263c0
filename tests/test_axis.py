"""The ticks of a chart: round amounts, and local times that stay round when the clock changes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_cli.trends.axis import Localize, choose_amounts, choose_times, format_amounts


def in_zone(name: str) -> Localize:
    """Return a function that converts times to this zone."""
    return lambda moment: moment.astimezone(ZoneInfo(name))


def labels(begin: datetime, hours: float, columns: int = 70, zone: str = "Europe/Berlin") -> list[tuple[str, str]]:
    """Return the labels of an axis of times."""
    until = begin + timedelta(hours=hours)
    ticks = choose_times(begin.timestamp(), until.timestamp(), in_zone(zone), columns)
    assert all(begin.timestamp() <= tick.at <= until.timestamp() for tick in ticks)
    return [(tick.label, tick.group) for tick in ticks]


@pytest.mark.parametrize(
    ("lowest", "highest", "shown"),
    [
        (0, 49.9, "0 10 20 30 40 50"),
        (0, 50, "0 10 20 30 40 50"),
        (0, 55, "0 10 20 30 40 50 60"),
        (0, 25, "0 5 10 15 20 25"),
        (0, 1, "0 0.2 0.4 0.6 0.8 1"),
        (0, 0, "0 1"),
        (-20, 19.5, "-20 -10 0 10 20"),
        (-3.2, 0, "-4 -3 -2 -1 0"),
        (0, 99_999, "0 20k 40k 60k 80k 100k"),
        (0, 123_456, "0 50k 100k 150k"),
        (0, 1_400_000, "0 0.5M 1M 1.5M"),
        (0, 9e14, "0 200T 400T 600T 800T 1000T"),
        (0, 0.00098, "0 0.0002 0.0004 0.0006 0.0008 0.001"),
        (0, 2e-8, "0 5e-9 1e-8 1.5e-8 2e-8"),
    ],
)
def test_the_ticks_of_amounts_are_round(lowest: float, highest: float, shown: str) -> None:
    assert format_amounts(choose_amounts(lowest, highest)) == shown.split()


@given(st.floats(-1e15, 0), st.floats(0, 1e15))
def test_the_ticks_cover_all_amounts_in_few_even_steps_of_1_2_or_5(lowest: float, highest: float) -> None:
    ticks = choose_amounts(lowest, highest)
    assert ticks[0] <= Decimal(str(lowest))
    assert ticks[-1] >= Decimal(str(highest))
    assert 0 in ticks
    [step] = {after - before for before, after in pairwise(ticks)}
    assert step.normalize().as_tuple().digits in {(1,), (2,), (5,)}
    assert 1 <= len(ticks) - 1 <= 7
    assert len(set(format_amounts(ticks))) == len(ticks)


@pytest.mark.parametrize(
    ("hours", "columns", "shown"),
    [
        (1, 70, "14:10 14:20 14:30 14:40 14:50 15:00"),
        (1, 30, "14:15 14:30 14:45 15:00"),
        (24, 70, "15:00 18:00 21:00 00:00 03:00 06:00 09:00 12:00"),
        (24, 30, "18:00 00:00 06:00 12:00"),
        (72, 70, "00:00 12:00 00:00 12:00 00:00 12:00"),
        (7 * 24, 70, "11 Nov 12 Nov 13 Nov 14 Nov 15 Nov 16 Nov 17 Nov"),
        (7 * 24, 30, "11 Nov 13 Nov 15 Nov 17 Nov"),
        (90 * 24, 70, "23 Nov 7 Dec 21 Dec 4 Jan 18 Jan 1 Feb"),
        (90 * 24, 40, "Dec Jan Feb"),
        (400 * 24, 70, "Jan Mar May Jul Sep Nov"),
        (4000 * 24, 40, "Jan Jan Jan Jan Jan"),
    ],
)
def test_the_ticks_of_times_are_round_and_as_many_as_fit(hours: float, columns: int, shown: str) -> None:
    begin = datetime(2026, 11, 10, 13, 4, tzinfo=UTC)
    assert " ".join(label for label, _ in labels(begin, hours, columns)) == shown


def test_hours_belong_to_days_and_months_to_years() -> None:
    evening = labels(datetime(2026, 12, 31, 18, tzinfo=UTC), 10)
    assert ("22:00", "31 Dec") in evening
    assert ("00:00", "1 Jan") in evening
    assert {group for _, group in labels(datetime(2026, 9, 1, tzinfo=UTC), 24 * 300)} == {"2026", "2027"}
    assert {group for _, group in labels(datetime(2026, 9, 1, tzinfo=UTC), 24 * 8)} == {""}


def test_ticks_stay_round_when_the_clock_changes() -> None:
    spring = labels(datetime(2026, 3, 28, 20, tzinfo=UTC), 12)
    assert [label for label, _ in spring] == ["22:00", "00:00", "04:00", "06:00", "08:00", "10:00"]
    autumn = labels(datetime(2026, 10, 24, 21, tzinfo=UTC), 6)
    assert [label for label, _ in autumn] == ["23:00", "00:00", "01:00", "02:00", "02:00", "03:00", "04:00"]
    days = labels(datetime(2026, 10, 22, tzinfo=UTC), 24 * 7)
    assert [label for label, _ in days] == ["23 Oct", "24 Oct", "25 Oct", "26 Oct", "27 Oct", "28 Oct", "29 Oct"]
    at = [tick.at for tick in choose_times(1774400000, 1774400000 + 7 * 86_400, in_zone("Europe/Berlin"), 70)]
    assert sorted({after - before for before, after in pairwise(at)}) == [23 * 3600, 24 * 3600]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo"])
@pytest.mark.parametrize("hours", [1, 24, 24 * 7, 24 * 90, 24 * 900])
def test_every_zone_has_its_own_midnight(zone: str, hours: float) -> None:
    begin = datetime(2026, 4, 1, 9, 3, tzinfo=UTC)
    end = begin + timedelta(hours=hours)
    ticks = choose_times(begin.timestamp(), end.timestamp(), in_zone(zone), 70)
    assert len(ticks) >= 3
    assert [tick.at for tick in ticks] == sorted({tick.at for tick in ticks})
    for tick in ticks:
        local = datetime.fromtimestamp(tick.at, ZoneInfo(zone))
        assert (local.minute % 10, local.second) == (0, 0)
        if hours > 24:
            assert local.hour in {0, 1}  # in some zones the clock is put forward at midnight
