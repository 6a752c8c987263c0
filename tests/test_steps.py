"""The steps between samples of a balance, the burn rate they give, and the runway."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Final

import pytest

from balance_cli.amount import EXACT, balance
from balance_cli.check.judge import judge_days
from balance_cli.foresight.pace import WINDOW, calculate_burn_rate
from balance_cli.foresight.steps import Past, Step, Sum, choose_steps, measure_changes, merge_changes
from balance_cli.history.model import Series
from balance_cli.history.outlook import add_outlooks
from balance_cli.times import DAY
from balance_cli.trends.trend import shape
from balance_cli.verdict import JudgedBalance, Report, Status, Verdict

NOW: Final = 1_795_262_400
HOUR: Final = 3600

Amounts = tuple[int, int | None, int | None]
Found = tuple[int, int, int | None, int | None]


def between(*points: Amounts) -> list[Found]:
    """Return the steps between samples, in whole numbers; ``None`` for an unknown burn, and without a top-up."""
    exact = [
        (at, None if left is None else Decimal(left), None if used is None else Decimal(used))
        for at, left, used in points
    ]
    return [
        (step.start, step.end, int(step.burned) if step.seconds else None, int(step.topped_up) or None)
        for step in choose_steps(Past(points=exact).measure())
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


def test_samples_are_put_in_the_order_of_time() -> None:
    assert between((0, 9, None), (0, 8, None), (5, 6, None)) == [(0, 5, 2, None)]
    assert between((0, 9, None), (5, 8, None), (5, 7, None), (9, 6, None)) == [(0, 5, 2, None), (5, 9, 1, None)]
    after = [(20, 5, None), (25, 4, None), (0, 9, None), (7, 8, None)]
    assert between(*after) == [(0, 7, 1, None), (7, 20, 3, None), (20, 25, 1, None)]
    touching = [(7, 5, None), (9, 3, None), (0, 9, None), (7, 8, None)]
    assert between(*touching) == [(0, 7, 4, None), (7, 9, 2, None)]
    backwards = [(60 * at, 100 - at, None) for at in range(50, -1, -1)]
    assert between(*backwards) == [(60 * at, 60 * at + 60, 1, None) for at in range(50)]


def test_of_two_logs_of_the_same_hours_one_counts() -> None:
    overlapping = [(5, 9, None), (20, 8, None), (10, 7, None), (15, 5, None)]
    assert between(*overlapping) == [(5, 20, 1, None)]
    assert between(*overlapping, (30, 1, None)) == [(5, 20, 1, None), (20, 30, 7, None)]
    assert between(*overlapping, (12, 4, None), (13, 3, None)) == [(5, 20, 1, None)]
    around = [(5, 9, None), (20, 8, None), (3, 10, None), (10, 7, None), (25, 6, None)]
    assert between(*around) == [(3, 5, 1, None), (5, 20, 1, None), (20, 25, 2, None)]
    gap = [(0, 90, None), (7201, 80, None), (600, 88, None), (7200, 81, None)]
    assert between(*gap) == [(0, 600, 2, None), (600, 7200, 7, None), (7200, 7201, 1, None)]
    same = [(0, 90, None), (9000, 80, None), (0, 70, None)]
    assert between(*same) == [(0, 9000, 10, None)]
    latest = [(50, 9, None), (90, 7, None), (40, 8, None), (45, 2, None), (60, 1, None), (95, 6, None)]
    assert between(*latest) == [(40, 45, 6, None), (45, 50, None, 7), (50, 90, 2, None), (90, 95, 1, None)]
    short = [(0, 90, None), (7200, 80, None), (600, 88, None), (7100, 81, None)]
    assert between(*short) == [(0, 7200, 10, None)]


def held(every: int, cycle: int, *, fall: int = 500, back: int = 490, level: int = 100_000) -> list[Amounts]:
    """Return samples of a balance of which ``fall`` is held, and ``back`` returned after one sample, in each cycle."""
    points: list[Amounts] = []
    for number in range(4 * cycle):
        points.append((number * every, level, None))
        level += {6: -fall, 7: back}.get(number % cycle, 0)
    return points


@pytest.mark.parametrize("level", [100_000, 2000])
def test_the_return_of_a_hold_is_no_top_up(level: int) -> None:
    known = between(*held(300, 12, level=level))
    assert sum(burned for _, _, burned, _ in known if burned) == 40
    assert not any(topped_up for *_, topped_up in known)
    assert all(burned is not None for _, _, burned, _ in known)


@pytest.mark.parametrize(
    "points",
    [
        held(300, 12, fall=500, back=500),
        held(300, 12, fall=500, back=600),
        held(300, 12, fall=500, back=449),
        held(300, 12, level=2000)[:36],
        held(300, 12, level=2000, back=440),
        held(3600, 12),
        [(300 * number, 100_000 - 500 * number + 900 * (number // 6), None) for number in range(48)],
    ],
    ids=["all of it", "more", "too little", "much of what remained", "not nearly all", "rare samples", "steady use"],
)
def test_what_looks_like_a_top_up_is_one(points: list[Amounts]) -> None:
    assert any(topped_up for *_, topped_up in between(*points))


def changing(*amounts: int, every: int = 600) -> list[Amounts]:
    """Return samples at regular times."""
    return [(number * every, amount, None) for number, amount in enumerate(amounts)]


FLAT: Final = [9000] * 6


@pytest.mark.parametrize(
    ("points", "topped_up"),
    [
        (changing(*FLAT, 8500, 8950, *[8950] * 5), None),
        (changing(*FLAT, 8500, 8949, *[8949] * 5), 449),
        (changing(*FLAT, *[8500] * 12, 8990), None),
        (changing(*FLAT, *[8500] * 13, 8990), 490),
        (changing(*[2460] * 6, 1960, 2450), None),
        (changing(*[2459] * 6, 1959, 2449), 490),
        (changing(9000, 8500, 8990, *[8990] * 5), None),
        (changing(9000, 8500, 8990, 8990), 490),
        (changing(9000, 8500, *[8500] * 3, 8990, *[8990] * 5), None),
        (changing(9000, *[9000] * 2, 8500, 8990), None),
        (changing(9000, *[9000] * 1, 8500, 8990), 490),
        (changing(*FLAT, 8500, 8990, 9460, *[9460] * 5), 470),
        (changing(*FLAT, 8500, 9600, 9100, 9590), 1100),
        (changing(*[9000 - 137 * n for n in range(11)], 7130, 7620), None),
        (changing(*[9000 - 138 * n for n in range(11)], 7120, 7610), 490),
        (changing(*FLAT, 8500, 8000, 8490, *[8490] * 3), None),
        (changing(*FLAT, 8500, 8500, 8500, 8990, 9000, *[9000] * 5), 10),
    ],
)
def test_the_return_of_a_hold_is_told_from_a_top_up(points: list[Amounts], topped_up: int | None) -> None:
    assert sum(added or 0 for *_, added in between(*points)) == (topped_up or 0)


@pytest.mark.parametrize(("hours", "taken"), [(8, 0), (12, 2), (16, 5), (30, 5)])
def test_large_returns_are_usual_if_four_are_within_a_day(hours: int, taken: int) -> None:
    """Of what remains, a third is held, and nearly all of it returned."""
    cycle = [*[1500] * (hours * 6 - 2), 1000, 1490]
    points = changing(*[amount - 10 * number for number in range(5) for amount in cycle])
    assert sum(added or 0 for *_, added in between(*points)) == taken * 490


@pytest.mark.parametrize("span", [600, 3600, 86_400])
def test_merged_changes_are_those_of_longer_spans(span: int) -> None:
    """Amounts with top-ups, resets, late bookings and unknown ones."""
    points = [
        (
            1_000_000 + 250 * number,
            None if number % 41 == 7 else Decimal(900 - number % 90 * 7 + number % 5),
            None if number % 53 == 9 else Decimal(number % 120 * 7 // 3),
        )
        for number in range(1200)
    ]
    with localcontext(EXACT):
        merged = list(merge_changes(measure_changes(points), span))
        assert merged == list(measure_changes(points, span=span))
        again = list(merge_changes(merge_changes(measure_changes(points), 1200), 86_400))
        assert again == list(measure_changes(points, span=86_400))
    assert sum(change.samples for change in merged) == 1199
    assert len(merged) > 3


@pytest.mark.parametrize(("rises", "used"), [(5.0, False), (5.5, False), (5.6, True)])
def test_sums_of_plain_numbers_come_before_changes(rises: float, used: bool) -> None:
    """The changes fell by one, and used rose by half of that; whichever is more over all counts."""
    one: Sum = (0, 10, 5.0, 2.0, 9, 4.0, 1.0, 8, 5.0, rises)
    points = [(10, Decimal(9), Decimal(1)), (20, Decimal(8), Decimal("1.5"))]
    known = Past(points=points, sums=[one]).list_steps()
    assert known[0] == ((0, 10, 4.0, 1.0, 8) if used else (0, 10, 5.0, 2.0, 9))
    assert known[1][:3] == (10, 20, Decimal("0.5") if used else 1)


def burned(*pieces: tuple[int, int, int | None]) -> list[Step]:
    """Return steps that began and ended this many seconds ago, with the amounts burned."""
    return [
        Step(NOW - began, NOW - ended, Decimal(amount or 0), Decimal(0), 0 if amount is None else began - ended)
        for began, ended, amount in pieces
    ]


def test_burn_one_window_ago_has_half_the_weight() -> None:
    window = 2 * HOUR
    late, early = 2**-0.25, 2**-0.75
    rate = calculate_burn_rate(burned((2 * HOUR, HOUR, 6), (HOUR, 0, 2)), NOW, window)
    assert rate == pytest.approx(24 * (6 * early + 2 * late) / (early + late), rel=1e-12)
    assert calculate_burn_rate(burned((HOUR, 0, 2)), NOW, window) == pytest.approx(48, rel=1e-12)


def test_of_a_step_the_part_within_the_window_counts() -> None:
    steady = burned((2 * HOUR, HOUR, 5), (HOUR, 0, 5))
    assert calculate_burn_rate(steady, NOW, 2 * HOUR) == pytest.approx(120)
    assert calculate_burn_rate(steady, NOW, HOUR) == pytest.approx(120)
    before = burned((9 * DAY, 2 * HOUR, 99_999))
    assert calculate_burn_rate([*before, *steady], NOW, 2 * HOUR) == pytest.approx(120)
    after = [Step(NOW - HOUR, NOW + HOUR, Decimal(10), Decimal(0), 2 * HOUR)]
    assert calculate_burn_rate(after, NOW, 2 * HOUR) == pytest.approx(120)
    assert calculate_burn_rate(burned((2 * HOUR, HOUR, 5), (HOUR, 0, None)), NOW) == pytest.approx(120)
    assert calculate_burn_rate(burned((8 * DAY, 7 * DAY, 5)), NOW) is None
    assert calculate_burn_rate(burned((14 * DAY, 0, 140)), NOW) == pytest.approx(10)
    assert (DAY, WINDOW) == (86_400, 604_800)


def test_one_hour_of_history_is_enough() -> None:
    assert calculate_burn_rate(burned((HOUR, 0, 1)), NOW) == pytest.approx(24)
    assert calculate_burn_rate(burned((HOUR - 1, 0, 1)), NOW) is None
    assert calculate_burn_rate([], NOW) is None
    assert calculate_burn_rate(burned((HOUR, 0, 0)), NOW) == 0
    assert calculate_burn_rate(burned((HOUR // 2, 0, 1)), NOW, HOUR) == pytest.approx(48)
    assert calculate_burn_rate(burned((HOUR // 2 - 1, 0, 1)), NOW, HOUR) is None


def test_what_is_burned_in_a_gap_counts() -> None:
    assert calculate_burn_rate(burned((HOUR, 0, 1), (3 * DAY + HOUR, HOUR, 72)), NOW) == pytest.approx(24)
    idle = calculate_burn_rate(burned((HOUR, 0, 0), (3 * DAY + HOUR, HOUR, 120)), NOW)
    assert idle == pytest.approx(40, rel=0.05)


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
    past = {Series("p", "q", "main", "USD"): Past(points=[(NOW - DAY, Decimal(20), None)])}
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
