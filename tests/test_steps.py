"""The steps between samples of a balance, the burn rate they give, and the runway."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest

from balance_cli.amount import balance
from balance_cli.check.judge import judge_days
from balance_cli.history.model import Series
from balance_cli.history.outlook import add_outlooks
from balance_cli.history.pace import DAY, LEAST, WINDOW, calculate_burn_rate, calculate_runway, shape, steps, sum_steps
from balance_cli.verdict import JudgedBalance, Report, Status, Verdict

NOW: Final = 1_795_262_400
HOUR: Final = 3600

Amounts = tuple[int, int | None, int | None]
Found = tuple[int, int, int | None, int | None]


def between(*points: Amounts) -> list[Found]:
    """Return the steps between samples, in whole numbers."""
    exact = [
        (at, None if left is None else Decimal(left), None if used is None else Decimal(used))
        for at, left, used in points
    ]
    return [
        (start, end, None if burned is None else int(burned), None if added is None else int(added))
        for start, end, burned, added in steps(exact)
    ]


@pytest.mark.parametrize(
    ("points", "found"),
    [
        ([], []),
        ([(0, 9, None)], []),
        ([(0, 9, None), (5, 7, None)], [(0, 5, 2, None)]),
        ([(0, 9, None), (5, 9, None)], [(0, 5, 0, None)]),
        ([(0, 9, None), (5, 12, None)], [(0, 5, None, 3)]),
        ([(0, None, 3), (5, None, 7)], [(0, 5, 4, None)]),
        ([(0, None, 3), (5, None, 3)], [(0, 5, 0, None)]),
        ([(0, None, 7), (5, None, 3)], [(0, 5, None, None)]),
        ([(0, None, None), (5, None, None)], [(0, 5, None, None)]),
        ([(0, 9, None), (5, None, 4)], [(0, 5, None, None)]),
        ([(0, 9, 0), (5, 7, 2)], [(0, 5, 2, None)]),
        ([(0, 9, 0), (5, 8, 3)], [(0, 5, 3, 2)]),
        ([(0, 9, 0), (5, 12, 4)], [(0, 5, 4, 7)]),
        ([(0, 9, 0), (5, 5, 1)], [(0, 5, 4, None)]),
        ([(0, 9, 0), (5, 12, 0)], [(0, 5, None, 3)]),
        ([(0, 9, 5), (5, 7, 0)], [(0, 5, 2, None)]),
        ([(0, 9, 5), (5, 12, 0)], [(0, 5, None, 3)]),
        ([(0, 20, 0), (5, 15, 6), (9, 9, 5)], [(0, 5, 5, None), (5, 9, 6, None)]),
        ([(0, 20, 0), (5, 15, 9), (9, 12, 5)], [(0, 5, 9, 4), (5, 9, 3, None)]),
        ([(0, 20, 0), (5, 15, 9), (9, None, 5)], [(0, 5, 9, 4), (5, 9, None, None)]),
        ([(0, 9, 9), (5, 8, None), (9, 8, 8)], [(0, 5, 1, None), (5, 9, 0, None)]),
        ([(0, None, 1), (5, 8, 3), (9, 9, 3)], [(0, 5, 2, None), (5, 9, 0, 1)]),
        ([(0, 20, 0), (5, 15, 5), (9, 14, 9)], [(0, 5, 5, None), (5, 9, 4, 3)]),
        ([(0, 9, 0), (5, 8, 0), (9, 9, 1)], [(0, 5, 1, None), (5, 9, None, 1)]),
        ([(0, 9, 0), (5, 10, 1)], [(0, 5, 1, 2)]),
        ([(0, None, 1), (5, 8, 3), (9, 1, 4)], [(0, 5, 2, None), (5, 9, 7, None)]),
    ],
)
def test_each_step_is_split_into_burned_and_topped_up_amounts(points: list[Amounts], found: list[Found]) -> None:
    assert between(*points) == found


def test_samples_are_ordered_by_run() -> None:
    assert between((0, 9, None), (0, 8, None), (5, 6, None)) == [(0, 5, 2, None)]
    assert between((0, 9, None), (5, 8, None), (5, 7, None), (9, 6, None)) == [(0, 5, 2, None), (5, 9, 1, None)]
    after = [(20, 5, None), (25, 4, None), (0, 9, None), (7, 8, None)]
    assert between(*after) == [(0, 7, 1, None), (7, 20, 3, None), (20, 25, 1, None)]
    touching = [(7, 5, None), (9, 3, None), (0, 9, None), (7, 8, None)]
    assert between(*touching) == [(0, 7, 1, None), (7, 7, 3, None), (7, 9, 2, None)]
    overlapping = [(5, 9, None), (20, 8, None), (10, 7, None), (15, 5, None)]
    assert between(*overlapping) == [(5, 20, 1, None), (10, 15, 2, None)]
    inside = [(5, 9, None), (20, 8, None), (10, 7, None), (15, 5, None), (30, 1, None)]
    assert between(*inside) == [(5, 20, 1, None), (10, 15, 2, None), (15, 30, 4, None)]
    shadowed = [*overlapping, (12, 4, None), (13, 3, None)]
    assert between(*shadowed) == [(5, 20, 1, None), (10, 15, 2, None), (12, 13, 1, None)]
    resumed = [(5, 9, None), (20, 8, None), (10, 7, None), (15, 5, None), (14, 4, None), (18, 3, None)]
    assert between(*resumed) == [(5, 20, 1, None), (10, 15, 2, None), (14, 18, 1, None)]
    within = [(5, 9, None), (20, 8, None), (17, 7, None), (18, 5, None), (10, 4, None), (15, 3, None)]
    assert between(*within) == [(5, 20, 1, None), (10, 15, 1, None), (17, 18, 2, None)]
    alone = [(5, 9, None), (20, 8, None), (10, 7, None), (9, 6, None), (21, 5, None)]
    assert between(*alone) == [(5, 20, 1, None), (9, 21, 1, None)]


def test_overlapping_runs_are_followed_by_the_next_run() -> None:
    later = [(30, 2, None), (31, 1, None), (5, 9, None), (20, 8, None)]
    after_second = [(5, 20, 1, None), (10, 25, 2, None), (25, 30, 3, None), (30, 31, 1, None)]
    assert between(*later, (10, 7, None), (25, 5, None)) == after_second
    longer = [(5, 20, 1, None), (10, 15, 1, None), (15, 25, 1, None), (25, 30, 3, None), (30, 31, 1, None)]
    assert between(*later, (10, 7, None), (15, 6, None), (25, 5, None)) == longer
    after_first = [(5, 20, 1, None), (10, 20, 2, None), (20, 30, 6, None), (30, 31, 1, None)]
    assert between(*later, (10, 7, None), (20, 5, None)) == after_first


def test_runs_that_start_together_keep_their_order() -> None:
    twins = [(5, None, 1), (9, None, 2), (5, 8, None), (7, 6, None)]
    assert between(*twins) == [(5, 9, 1, None), (5, 7, 2, None)]


def burned(*pieces: tuple[int, int, float | None]) -> list[tuple[int, int, float | None, float | None]]:
    """Return steps that began and ended this many seconds ago, with the amounts burned."""
    return [(NOW - began, NOW - ended, amount, None) for began, ended, amount in pieces]


def test_burn_one_window_ago_has_half_the_weight() -> None:
    window = 2 * HOUR
    late, early = 2**-0.25, 2**-0.75
    rate = calculate_burn_rate(burned((2 * HOUR, HOUR, 6), (HOUR, 0, 2)), NOW, window)
    assert rate == pytest.approx(24 * (6 * early + 2 * late) / (early + late), rel=1e-12)
    assert calculate_burn_rate(burned((HOUR, 0, 2)), NOW, window) == pytest.approx(48, rel=1e-12)


def test_only_steps_within_the_window_count() -> None:
    steady = burned((2 * HOUR, HOUR, 5), (HOUR, 0, 5))
    assert calculate_burn_rate(steady, NOW, 2 * HOUR) == pytest.approx(120)
    before, after = burned((2 * HOUR + 1, HOUR, 99)), [(NOW - HOUR, NOW + 1, 99.0, None)]
    assert calculate_burn_rate([*before, *steady, *after], NOW, 2 * HOUR) == pytest.approx(120)
    assert calculate_burn_rate(steady, NOW, 2 * HOUR - 1) == pytest.approx(120)
    assert calculate_burn_rate(burned((2 * HOUR, HOUR, 5), (HOUR, 0, None)), NOW) == pytest.approx(120)
    assert calculate_burn_rate(burned((int(WINDOW), int(WINDOW) - HOUR, 5)), NOW) == pytest.approx(120)
    assert calculate_burn_rate(burned((int(WINDOW) + 1, int(WINDOW) - HOUR, 5)), NOW) is None
    assert (DAY, WINDOW, LEAST) == (86_400, 604_800, 3600)


def test_one_hour_of_history_is_enough() -> None:
    assert calculate_burn_rate(burned((HOUR, 0, 1)), NOW) == pytest.approx(24)
    assert calculate_burn_rate(burned((HOUR - 1, 0, 1)), NOW) is None
    assert calculate_burn_rate([], NOW) is None
    assert calculate_burn_rate(burned((HOUR, 0, 0)), NOW) == 0


def test_a_gap_counts_only_without_an_hour_of_other_history() -> None:
    near = [(HOUR, 0, 1.0), (2 * HOUR, HOUR, 1.0)]
    steady = calculate_burn_rate(burned(*near), NOW)
    assert steady == pytest.approx(24)
    assert calculate_burn_rate(burned(*near, (DAY + 2 * HOUR + 1, 2 * HOUR, 500)), NOW) == pytest.approx(24)
    a_day = calculate_burn_rate(burned(*near, (DAY + 2 * HOUR, 2 * HOUR, 500)), NOW)
    assert a_day is not None
    assert a_day > 400
    alone = calculate_burn_rate(burned((3 * DAY, 0, 30)), NOW)
    assert alone == pytest.approx(10)
    most = calculate_burn_rate(burned((HOUR // 2, 0, 1), (3 * DAY, HOUR // 2, 30)), NOW)
    assert most is not None
    assert 10 < most < 12
    enough = calculate_burn_rate(burned((HOUR // 2, 0, 1), (HOUR, HOUR // 2, 1), (3 * DAY, HOUR, 30)), NOW)
    assert enough == pytest.approx(48)


def test_a_gap_is_longer_than_three_times_the_usual_interval() -> None:
    usual = [(DAY, 0, 1.0), (2 * DAY, DAY, 1.0)]
    three = calculate_burn_rate(burned(*usual, (5 * DAY, 2 * DAY, 300)), NOW)
    assert three is not None
    assert three > 40
    assert calculate_burn_rate(burned(*usual, (5 * DAY + 1, 2 * DAY, 300)), NOW) == pytest.approx(1)
    four = calculate_burn_rate(
        burned((HOUR, 0, 1), (2 * HOUR, HOUR, 1), (26 * HOUR, 2 * HOUR, 1), (98 * HOUR, 26 * HOUR, 300)), NOW
    )
    assert four is not None
    assert four > 40
    brief = [(60 * n + 60, 60 * n, 1.0) for n in range(3)]
    few = calculate_burn_rate(burned(*brief, (DAY + 180, 180, 1.0), (3 * DAY + 180, DAY + 180, 900)), NOW)
    assert few is not None
    assert few < 5
    uneven = [(HOUR, 0, 1.0), (DAY + HOUR, HOUR, 24.0)]
    far = calculate_burn_rate(burned(*uneven, (4 * DAY + HOUR, DAY + HOUR, 7200)), NOW)
    assert far is not None
    assert far > 900


def test_runway_is_remaining_divided_by_burn_rate() -> None:
    assert calculate_runway(Decimal(10), 4) == 2.5
    assert calculate_runway(5.0, 2) == 2.5
    assert calculate_runway(Decimal("0.5"), 1) == 0.5
    for nothing in (Decimal(0), Decimal(-1)):
        assert calculate_runway(nothing, 5) == calculate_runway(nothing, None) == 0
    for rate in (None, 0):
        assert calculate_runway(Decimal(5), rate) is None
    assert calculate_runway(None, 5) is None


def test_totals_are_exact_and_skip_unknown_amounts() -> None:
    tenth = Decimal("0.1")
    found = [(0, 1, tenth, None), (1, 2, tenth, Decimal(3)), (2, 3, None, Decimal(4)), (3, 4, tenth, Decimal(0))]
    assert sum_steps(found) == (Decimal("0.3"), Decimal(7))
    nothing = sum_steps([])
    assert nothing == (Decimal(0), Decimal(0))
    assert all(isinstance(number, Decimal) for number in nothing)


def test_a_sparkline_has_one_value_per_interval() -> None:
    seen = [(at, Decimal(at), None) for at in (0, 9, 10, 55, 99, 100)]
    assert list(shape(seen, 0, 100, 10)) == [9, 10, None, None, None, 55, None, None, None, 100]
    assert list(shape(seen, 10, 55, 3)) == [10, None, 55]
    assert list(shape([(5, None, None), (5, Decimal(7), None)], 5, 5, 2)) == [7, None]
    assert list(shape([(5, Decimal(8), None), (6, None, None)], 5, 6, 2)) == [8, None]
    assert list(shape([(5, Decimal(8), None), (6, Decimal(9), None)], 5, 6, 4)) == [8, None, None, 9]
    assert all(type(number) is float for number in shape([(0, Decimal(1), None)], 0, 1, 1))


def lasting(resets_at: datetime | None) -> JudgedBalance:
    """Judge a balance that lasts one day but must last two, and resets at this time."""
    row = JudgedBalance(balance=balance("main", "USD", remaining=10, resets_at=resets_at))
    verdict = Verdict(profile="p", provider="q", status=Status.OK, balances=(row,))
    report = Report(checked_at=datetime.fromtimestamp(NOW, UTC), verdicts=(verdict,))
    past = {Series("p", "q", "main", "USD"): [(NOW - DAY, 20.0, None)]}
    [made] = judge_days(add_outlooks(report, past, WINDOW), {"p": Decimal(2)}).verdicts
    return made.balances[0]


def test_a_balance_that_resets_exactly_when_it_runs_out_lasts() -> None:
    ends = lasting(None).outlook.runs_out_at
    assert ends == datetime.fromtimestamp(NOW + DAY, UTC)
    second = timedelta(seconds=1)
    assert [lasting(moment).lasts for moment in (None, ends - second, ends, ends + second)] == [
        False, True, True, False,
    ]  # fmt: skip
    now = datetime.fromtimestamp(NOW, UTC)
    assert [lasting(moment).lasts for moment in (now - second, now, now + second)] == [False, False, True]
