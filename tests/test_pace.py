"""Burn rate and runway of histories with a known burn rate, and of histories with gaps, resets and clock jumps."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balance_cli.foresight.forecast import Forecaster
from balance_cli.foresight.pace import WINDOW, calculate_burn_rate
from balance_cli.foresight.steps import Past, Step, choose_steps
from balance_cli.times import DAY
from balance_cli.trends.trend import shape
from balance_cli.verdict import Outlook

NOW: Final = 1_795_262_400
CENTS: Final = Decimal("0.0001")
rates = st.floats(0.5, 5000)
"""Amounts per day."""


class Sample(NamedTuple):
    """A sample with named fields."""

    at: int
    remaining: Decimal | None
    used: Decimal | None = None


def steps(samples: Sequence[Sample]) -> list[Step]:
    """Return the steps between samples, given in the order of recording."""
    return choose_steps(Past(points=samples).measure())


def outlook(samples: Sequence[Sample]) -> Outlook:
    """Return the outlook for the newest of these samples."""
    newest = max(samples, key=lambda sample: sample.at)
    return Forecaster(datetime.fromtimestamp(NOW, UTC)).foresee(steps(samples), newest.at, newest.remaining)


def history(
    per_day: float, seconds: int, days: float = 7, *, start: float = 100_000, used: bool = False, now: int = NOW
) -> list[Sample]:
    """Return samples of a balance with a steady burn rate, in exact amounts."""
    count = int(days * DAY / seconds)
    found = []
    for step in range(count + 1):
        burned = Decimal(per_day * step * seconds / DAY).quantize(CENTS)
        remaining = Decimal(start) - burned
        found.append(Sample(now - (count - step) * seconds, remaining, burned if used else None))
    return found


def pace(samples: list[Sample], window: float = WINDOW) -> float:
    """Return the burn rate of a history; assert that there is one."""
    found = calculate_burn_rate(steps(samples), NOW, window)
    assert found is not None
    return found


def topped_up(samples: list[Sample], every: int, amount: int) -> list[Sample]:
    """Return a history with a top-up every ``every`` samples."""
    return [
        one._replace(remaining=one.remaining + amount * (index // every))
        for index, one in enumerate(samples)
        if one.remaining is not None
    ]


@given(rates, st.sampled_from([60, 300, 900, 3600, 6 * 3600, DAY]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_steady_burn_rate_is_measured(per_day: float, seconds: int, used: bool) -> None:
    assert pace(history(per_day, seconds, used=used)) == pytest.approx(per_day, rel=0.005)


@given(rates, st.lists(st.integers(30, 7200), min_size=200, max_size=300))
@settings(max_examples=40, deadline=None)
def test_uneven_intervals_do_not_change_the_burn_rate(per_day: float, between: list[int]) -> None:
    at, samples = NOW - sum(between), []
    for seconds in (0, *between):
        at += seconds
        samples.append(Sample(at, Decimal(10**6) - Decimal(per_day * (at - NOW) / DAY).quantize(CENTS)))
    assert pace(samples) == pytest.approx(per_day, rel=0.05)


@given(rates, st.integers(3, 400), st.integers(1, 50), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_top_up_is_not_negative_burn(per_day: float, every: int, times: int, used: bool) -> None:
    amount = int(per_day * every * 300 / DAY * times) + 1
    plain = history(per_day, 300, used=used)
    samples = topped_up(plain, every, amount)
    assert pace(samples) == pytest.approx(per_day, rel=0.05)
    burned = sum(step.burned for step in steps(samples))
    added = sum(step.topped_up for step in steps(samples))
    assert added <= amount * (len(samples) // every)
    assert burned >= 0
    if used:
        assert (burned, added) == (plain[0].remaining - plain[-1].remaining, amount * ((len(samples) - 1) // every))  # type: ignore[operator]


@given(rates, st.integers(2, 40))
@settings(max_examples=40, deadline=None)
def test_a_small_top_up_between_samples_is_derived_from_the_used_amount(per_day: float, every: int) -> None:
    samples = topped_up(history(per_day, 3600, used=True), every, max(int(per_day / 48), 1))
    assert pace(samples) == pytest.approx(per_day, rel=0.05)


@given(rates, st.integers(4, 48))
@settings(max_examples=40, deadline=None)
def test_late_bookings_are_not_counted_twice(per_day: float, every: int) -> None:
    samples = history(per_day, 300, used=True)
    late = [one._replace(used=samples[index - index % every].used) for index, one in enumerate(samples)]
    assert pace(late) == pytest.approx(per_day, rel=0.05)


@given(rates, st.integers(6, 48), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_reset_is_not_negative_burn(per_day: float, hours: int, with_remaining: bool) -> None:
    limit = Decimal(per_day * 4)
    samples = []
    for at in range(NOW - 7 * DAY, NOW + 1, 300):
        used = Decimal(per_day * (at % (hours * 3600)) / DAY).quantize(CENTS)
        samples.append(Sample(at, limit - used if with_remaining else None, used))
    assert pace(samples) == pytest.approx(per_day, rel=0.05)


@given(rates, st.integers(1, 6), st.integers(10, 100))
@settings(max_examples=60, deadline=None)
def test_bursts_are_averaged(per_day: float, hours: int, share: int) -> None:
    left, samples = Decimal(10**6), []
    for at in range(NOW - 7 * DAY, NOW + 1, 300):
        if (at // 300) % (hours * 12) < max(hours * 12 * share // 100, 1):
            left -= Decimal(per_day * hours * 12 / max(hours * 12 * share // 100, 1) * 300 / DAY).quantize(CENTS)
        samples.append(Sample(at, left))
    assert pace(samples) == pytest.approx(per_day, rel=0.05)


@given(rates, st.floats(0, 6), st.floats(0.1, 4), st.integers(0, 500))
@settings(max_examples=60, deadline=None)
def test_gaps_and_top_ups_within_them_do_not_change_the_burn_rate(
    per_day: float, begin: float, length: float, more: int
) -> None:
    samples = history(per_day, 300)
    since, until = NOW - begin * DAY - length * DAY, NOW - begin * DAY
    hidden = more if more > per_day * length else 0  # a smaller one cannot be told from less use
    visible = [one._replace(remaining=one.remaining + (hidden if one.at >= until else 0)) for one in samples
            if one.remaining is not None and not since < one.at < until]  # fmt: skip
    found = calculate_burn_rate(steps(visible), NOW)
    if found is not None:
        assert found == pytest.approx(per_day, rel=0.05)
    assert found is not None or len(visible) < 14


@given(rates, st.lists(st.tuples(st.integers(0, 2016), st.integers(-2 * 3600, 2 * 3600)), max_size=2))
@settings(max_examples=60, deadline=None)
def test_a_clock_jump_does_not_change_the_burn_rate(per_day: float, jumps: list[tuple[int, int]]) -> None:
    samples = history(per_day, 300)
    moved = [
        one._replace(at=one.at + sum(by for after, by in jumps if index >= after)) for index, one in enumerate(samples)
    ]
    back = moved[-1].at - NOW
    moved = [one._replace(at=one.at - back) for one in moved]
    assert pace(moved) == pytest.approx(per_day, rel=0.05)


def test_the_remaining_amount_counts_if_the_used_amount_never_changes() -> None:
    assert pace([one._replace(used=Decimal(0)) for one in history(10, 300)]) == pytest.approx(10, rel=0.005)


def test_a_gap_with_a_top_up_that_hides_its_use_is_ignored() -> None:
    samples = history(10, 300)
    hidden = [one._replace(remaining=one.remaining + 40) if one.at > NOW - 2 * DAY and one.remaining else one
              for one in samples if not NOW - 5 * DAY < one.at < NOW - 2 * DAY]  # fmt: skip
    assert pace(hidden) == pytest.approx(10, rel=0.005)


def test_a_temporarily_wrong_clock_does_not_change_the_burn_rate() -> None:
    samples = history(24, 300)
    for far in (-20 * 365 * DAY, 9 * 365 * DAY):
        wrong = [one._replace(at=one.at + far) if 500 <= index < 520 else one for index, one in enumerate(samples)]
        assert pace(wrong) == pytest.approx(24, rel=0.05)


def test_simultaneous_runs_are_put_in_sequence() -> None:
    samples = history(24, 300)
    both = [copy for one in samples for copy in (one._replace(at=one.at + 7), one)]
    assert pace(both[1:]) == pytest.approx(24, rel=0.05)
    assert len(steps(both[1:])) == len(samples) - 1


def test_older_logs_may_be_imported_later() -> None:
    samples = history(24, 300)
    assert pace([*samples[1000:], *samples[:1000]]) == pytest.approx(24, rel=0.001)
    assert len(steps([*samples[1000:], *samples[:1000]])) == len(steps(samples))


@pytest.mark.parametrize(
    ("samples", "enough"),
    [
        ([], False),
        ([(0, 5)], False),
        ([(3599, 5), (0, 4)], False),
        ([(3600, 5), (0, 4)], True),
        ([(3600, 4), (0, 5)], False),
        ([(9 * DAY, 5), (8 * DAY, 4)], False),
        ([(3 * DAY, 5), (0, 4)], True),
        ([(3 * DAY, 5), (3 * DAY - 300, 5), (0, 4)], True),
        ([(7200, None), (0, None)], False),
        ([(0, 5), (0, 5), (0, 5)], False),
    ],
)
def test_at_least_an_hour_of_history_is_needed(samples: list[tuple[int, int | None]], enough: bool) -> None:
    made = [Sample(NOW - ago, None if amount is None else Decimal(amount)) for ago, amount in samples]
    assert (calculate_burn_rate(steps(made), NOW) is not None) == enough


def test_a_shorter_window_follows_a_new_burn_rate_faster() -> None:
    slow, fast = history(10, 300, 4, now=NOW - 3 * DAY), history(100, 300, 3, start=99_960)
    assert (10 * 4 + 100 * 3) / 7 < pace([*slow, *fast]) < 100
    assert pace([*slow, *fast], window=2 * DAY) == pytest.approx(100, rel=0.01)


def test_without_use_a_balance_lasts_forever_and_an_empty_one_lasts_zero_days() -> None:
    still = outlook([Sample(NOW - 7200, Decimal(5)), Sample(NOW, Decimal(5))])
    assert still.burn_per_day == 0
    assert still.runway_days is None
    assert still.runs_out_at is None
    assert outlook([Sample(NOW, Decimal(0))]).runway_days == outlook([Sample(NOW, Decimal(-3))]).runway_days == 0
    far = outlook([Sample(NOW - 7200, Decimal("1e6")), Sample(NOW, Decimal("999999.999999999"))])
    assert far.runway_days is not None
    assert far.runs_out_at is None


def test_the_runway_is_computed_from_the_newest_sample() -> None:
    now = datetime.fromtimestamp(NOW, UTC)
    samples = history(24, 300, start=1000)
    assert samples[-1].remaining is not None
    found = outlook([*samples[1000:], *samples[:1000]])
    assert found.runway_days is not None
    assert float(found.runway_days) == pytest.approx(float(samples[-1].remaining) / 24, rel=0.01)
    assert found.runs_out_at is not None
    assert (found.runs_out_at - now).total_seconds() / DAY == pytest.approx(float(found.runway_days), rel=1e-4)


def test_a_sparkline_keeps_its_gaps() -> None:
    samples = [Sample(at, Decimal(at)) for at in (0, 10, 90)]
    assert list(shape(samples, 0, 100, 10)) == [0, 10, *[None] * 7, 90]
    assert list(shape(samples, 200, 300, 3)) == [None] * 3
