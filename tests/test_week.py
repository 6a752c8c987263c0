"""The use of a balance by the hour of the week: what its past says about usual weeks, ranges and surges."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balance_cli.foresight.forecast import Forecaster
from balance_cli.foresight.hours import WEEK, WEEKS, Calendar, Hours, Week, learn_week, measure_lasting, trace_fall
from balance_cli.foresight.points import Point
from balance_cli.foresight.steps import AnyStep, Past, Step, choose_steps
from balance_cli.foresight.surge import Surging, find_surge
from balance_cli.times import DAY, HOUR
from balance_cli.verdict import Outlook
from conftest import living_in

NOW: Final = 498_708 * HOUR
"""Sunday noon, UTC."""
UTC_OFFSET: Final = (datetime.fromtimestamp(NOW, UTC).weekday() * 24 + 12) % WEEK


@pytest.fixture(autouse=True)
def _utc(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put this process into UTC, unless a test asks for another time zone."""
    with contextlib.nullcontext() if "zone" in request.fixturenames else living_in("UTC"):
        yield


def step(began: float, ended: float, burned: float, known: float | None = None) -> AnyStep:
    """Return a step between two times, in hours before now; ``known`` is for how many hours its use is known."""
    return NOW - began * HOUR, NOW - ended * HOUR, burned, 0, (began - ended if known is None else known) * HOUR


def hourly(count: int, use: Callable[[int], float | None]) -> list[AnyStep]:
    """Return steps of an hour each; ``use`` is what the hour burned that ended so many hours ago."""
    rates = [(ago, use(ago)) for ago in range(count - 1, -1, -1)]
    return [step(ago + 1, ago, rate or 0, 0 if rate is None else 1) for ago, rate in rates]


# Hours


def test_a_step_is_spread_over_its_hours() -> None:
    hours = Hours([step(5, 4, 9), step(4, 3.25, 3, 0.75), step(3.25, 0.5, 11, 1.375), step(0.5, 0, 4)], NOW)
    assert (hours.first, hours.current) == (498_708 - 672, 498_708)
    assert (len(hours.burned), len(hours.known)) == (673, 673)
    assert hours.burned[-7:] == pytest.approx([0, 9, 3 + 1, 4, 4, 2 + 4, 0])
    assert hours.known[-7:] == pytest.approx([0, 1, 0.75 + 0.125, 0.5, 0.5, 0.25 + 0.5, 0])
    assert hours.begin == NOW - 5 * HOUR


def test_of_what_is_older_than_four_weeks_only_a_part_counts() -> None:
    hours = Hours([step(WEEKS * WEEK + 2, WEEKS * WEEK - 1, 6), step(2, 1, 5, 0)], NOW)
    assert hours.burned[:2] == pytest.approx([2, 0])
    assert hours.begin == NOW - WEEKS * WEEK * HOUR
    assert sum(hours.known) == pytest.approx(1)
    late = Hours([step(2, 0, 6)], NOW - HOUR / 2)
    assert late.current == 498_707
    assert late.burned[-2:] == pytest.approx([3, 1.5])


def test_a_time_is_covered_by_a_history_that_began_an_hour_later() -> None:
    hours = Hours([step(47, 46, 1), step(1, 0, 1)], NOW)
    assert [hours.cover(count) for count in (1, 47, 48, 49)] == [True, True, True, False]
    assert not Hours([], NOW).cover(2)


def test_weeks_are_listed_from_the_hour_of_now() -> None:
    hours = Hours(hourly(3 * WEEK, lambda ago: None if ago == WEEK else float(ago)), NOW)
    weeks = hours.list_weeks(7.5)
    assert len(weeks) == 3
    assert weeks[0] == pytest.approx([float(ago) for ago in range(WEEK - 1, -1, -1)])
    assert weeks[1] == pytest.approx([*[float(ago) for ago in range(2 * WEEK - 1, WEEK, -1)], 7.5])
    assert len(Hours(hourly(5 * WEEK, lambda _: 1.0), NOW).list_weeks(0)) == WEEKS
    half = Hours([step(WEEK, 0, 2.0 * WEEK, WEEK / 2)], NOW)
    assert half.list_weeks(0) == [pytest.approx([4.0] * WEEK)]


@pytest.mark.parametrize("place", ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"])
@pytest.mark.parametrize("start", ["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-07-01"])
def test_the_hours_of_a_calendar_are_those_of_the_local_clock(place: str, start: str) -> None:
    with living_in(place):
        change = int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp())
        for days in range(-40, 41, 3):
            now = change + days * DAY + 1234
            calendar, current = Calendar(now), now // HOUR
            for first, count in ((current - WEEKS * WEEK, WEEKS * WEEK + 1), (current, WEEK), (current - 24, 25)):
                times = [time.localtime(hour * HOUR) for hour in range(first, first + count)]
                assert list(calendar.find(first, count)) == [at.tm_wday * 24 + at.tm_hour for at in times], days


# An office

BUSY: Final = [day * 24 + hour for day in range(5) for hour in range(8, 18)]
"""The hours of the week of an office."""


def find_hour(at: float) -> int:
    """Return the local hour of the week."""
    local = time.localtime(at)
    return local.tm_wday * 24 + local.tm_hour


def burn_in_office(begin: float, end: float, per_hour: float) -> float:
    """Return what an office uses between two times, in steps of half an hour."""
    return sum(per_hour / 2 for at in range(int(begin), int(end), 1800) if find_hour(at) in BUSY)


def work_in_office(now: float, remaining: float, weeks: int, every: int = 1800) -> Sequence[Step]:
    """Return the steps of an office that uses one an hour, in this many weeks of looks."""
    times = range(int(now) - weeks * 7 * DAY, int(now) + 1, every)
    points: list[Point] = []
    left = 0.0
    for at in reversed(times):
        points.append((at, Decimal(remaining) + Decimal(left).quantize(Decimal("0.01")), None))
        left += burn_in_office(at - every, at, 1)
    return choose_steps(Past(points=points[::-1]).measure())


def last_in_office(now: float, remaining: float) -> float:
    """Return how many days an amount lasts in an office that uses one an hour."""
    at = now
    while remaining > 0:
        remaining -= burn_in_office(at, at + 1800, 1)
        at += 1800
    return (at + 1800 * min(remaining, 0) - now) / DAY


@pytest.mark.parametrize("weeks", [1, 3])
@pytest.mark.parametrize(
    "start",
    [
        "2026-03-06T20:00",
        "2026-03-09T06:00",
        "2026-10-30T19:30",
        "2026-11-02T09:00",
        "2026-04-06T03:00",
        "2026-07-01T12:00",
    ],
)
def test_an_office_is_foreseen_by_its_week(zone: str, start: str, weeks: int) -> None:
    now = time.mktime(time.strptime(start, "%Y-%m-%dT%H:%M"))
    for remaining in (4, 12, 33, 115):
        steps, truth = work_in_office(now, remaining, weeks), last_in_office(now, remaining)
        found = Forecaster(datetime.fromtimestamp(now, UTC)).foresee(steps, now, Decimal(remaining))
        assert found.runway_days is not None
        assert abs(float(found.runway_days) - truth) < 0.06 + 0.02 * truth, (zone, remaining)


@pytest.mark.parametrize("start", ["2026-03-06T20:00", "2026-10-30T19:30", "2026-07-01T12:45"])
def test_the_line_to_zero_follows_the_week(zone: str, start: str) -> None:
    now = time.mktime(time.strptime(start, "%Y-%m-%dT%H:%M"))
    for remaining in (4, 33, 115):
        steps, end = work_in_office(now, remaining, 3), now + last_in_office(now, remaining) * DAY
        rates = Forecaster(datetime.fromtimestamp(now, UTC)).find_shape(steps, now)
        for at, left in trace_fall(now, end, end, rates):
            truth = remaining - burn_in_office(now, at, 1)
            assert left * remaining == pytest.approx(truth, abs=1 + 0.02 * remaining), (zone, remaining, at)


@pytest.mark.parametrize("rates", [[1.0] * WEEK, [0.0] * WEEK, [*[0.0] * 6, 5.0, *[0.0] * 161]])
def test_a_line_to_zero_is_straight_where_the_week_says_nothing(rates: Sequence[float]) -> None:
    line = list(trace_fall(100_500, 106_000, 200_000, rates))
    assert (line[0], line[-1]) == ((100_500, 1), (106_000, 0))
    assert all(left == pytest.approx((106_000 - at) / 5_500) for at, left in line)


@pytest.mark.parametrize("rates", [[0.01] * WEEK, [0.0, 2.0] * (WEEK // 2), [float(n) for n in range(WEEK)]])
@pytest.mark.parametrize("weeks", [1, 3])
def test_a_line_to_zero_burns_each_week_alike(rates: Sequence[float], weeks: int) -> None:
    start, end = NOW, NOW + weeks * 7 * DAY
    left = dict(trace_fall(start, end, end, rates))
    for week in range(weeks):
        for hour in (0, 1, 100, WEEK - 1):
            burned = week * sum(rates) + sum(rates[:hour])
            assert left[start + (week * WEEK + hour) * HOUR] == pytest.approx(1 - burned / weeks / sum(rates))


@pytest.mark.parametrize(
    "rates", [[1.0] * WEEK, [0.0] * WEEK, [0.0, 2.0] * (WEEK // 2), [float(n) for n in range(WEEK)]]
)
@pytest.mark.parametrize("weeks", [0.3, 1, 2.7, 10_000])
def test_a_line_to_zero_never_rises_and_ends_at_the_edge(rates: Sequence[float], weeks: float) -> None:
    start = 1_790_000_123
    end = start + weeks * 7 * DAY
    line = list(trace_fall(start, end, start + 20 * DAY, rates))
    times, shares = [at for at, _ in line], [left for _, left in line]
    assert times == sorted(set(times))
    assert shares == sorted(shares, reverse=True)
    assert line[0] == (start, 1)
    assert line[-1][0] == min(end, start + 20 * DAY)
    assert times[1] == (start // HOUR + 1) * HOUR if any(rates) else len(times) == 2
    assert shares[-1] == pytest.approx(max(0, 1 - 20 / 7 / weeks), abs=0.02)


@pytest.mark.usefixtures("zone")
def test_without_a_week_of_history_the_mean_counts() -> None:
    now = time.mktime(time.strptime("2026-07-03T18:00", "%Y-%m-%dT%H:%M"))
    times = range(int(now) - 3 * DAY, int(now) + 1, 1800)
    points = [(at, Decimal(10) + Decimal(now - at) / DAY, None) for at in times]
    steps = choose_steps(Past(points=points).measure())
    found = Forecaster(datetime.fromtimestamp(now, UTC)).foresee(steps, now, Decimal(10))
    assert found.runway_days == pytest.approx(Decimal(10), rel=Decimal("0.001"))


# A usual week


def tell_hour(ago: int) -> int:
    """Return the hour of the week that ended so many hours ago, in UTC."""
    return (UTC_OFFSET - 1 - ago) % WEEK


def learn(weeks: Sequence[Callable[[int], float | None]]) -> Week:
    """Return the usual week after some weeks, newest first, each with the use of each hour of the week."""
    steps = hourly(len(weeks) * WEEK, lambda ago: weeks[ago // WEEK](tell_hour(ago)))
    found = learn_week(Hours(steps, NOW), Calendar(NOW))
    assert found is not None
    return found


def office(hour: int) -> float:
    """Return what an office uses."""
    return 4 + hour % 3 if hour < 120 and 9 <= hour % 24 < 17 else 0


OFFICE: Final = [office(hour) / (sum(map(office, range(WEEK))) / WEEK) for hour in range(WEEK)]


def test_one_week_is_trusted() -> None:
    found = learn([office])
    assert found.shares == pytest.approx(OFFICE)
    assert found.mean == pytest.approx(sum(map(office, range(WEEK))) / WEEK)


@pytest.mark.parametrize("weeks", [2, 3, 4, 5])
def test_weeks_that_agree_are_trusted(weeks: int) -> None:
    assert learn([office] * weeks).shares == pytest.approx(OFFICE)


def test_a_week_counts_half_after_two_weeks() -> None:
    factors = [1, 3, 7, 20]
    found = learn([lambda hour, factor=factor: factor * office(hour) for factor in factors])  # type: ignore[misc]
    weights = [2 ** (-age / 2) for age in range(4)]
    mean = sum(factor * weight for factor, weight in zip(factors, weights, strict=True)) / sum(weights)
    assert found.mean == pytest.approx(mean * sum(map(office, range(WEEK))) / WEEK)
    flat = learn([lambda hour, up=up: 1 + up * (hour == 40) for up in (0, 8)])  # type: ignore[misc]
    share = (1 + 8 * 2**-0.5 / (1 + 2**-0.5)) / flat.mean
    assert flat.shares[40] == pytest.approx(1 / flat.mean + (share - 1 / flat.mean) / 7)
    assert flat.shares[16] == flat.shares[40]
    assert flat.shares[41] == pytest.approx(1 / flat.mean)


def test_weeks_are_trusted_as_far_as_they_agree() -> None:
    """Both weeks have the peak of hour 34, and each one of its own."""
    base = 5.0
    found = learn([lambda hour: base + 3 * (hour in {34, 82}), lambda hour: base + 3 * (hour in {34, 130})])
    alone = 12 - 64 / WEEK
    trust = 2 * (1 - 2 * alone / (36 - 256 / WEEK))
    day = (base + 3 * (1 + 1 / (1 + 2**-0.5) + 2**-0.5 / (1 + 2**-0.5)) / 7) / found.mean
    assert found.shares[34] == pytest.approx(day + ((base + 3) / found.mean - day) * trust)
    assert found.shares[58] == pytest.approx(day + (base / found.mean - day) * trust)
    assert found.shares[35] == pytest.approx(base / found.mean)


def test_an_hour_of_which_nothing_is_known_is_an_average_one() -> None:
    found = learn([lambda hour: None if hour == 50 else 2.0 + (hour == 26)])
    assert found.mean == pytest.approx(2 + 1 / (WEEK - 1))
    assert found.shares[50] == pytest.approx(1)
    assert found.shares[51] == pytest.approx(2 / found.mean)


def test_without_a_week_or_use_there_is_no_usual_week() -> None:
    calendar = Calendar(NOW)
    assert learn_week(Hours(hourly(WEEK - 2, lambda _: 1.0), NOW), calendar) is None
    assert learn_week(Hours(hourly(WEEK, lambda _: 0.0), NOW), calendar) is None
    assert learn_week(Hours(hourly(WEEK - 1, lambda _: 1.0), NOW), calendar) is not None


@given(
    st.lists(st.floats(0, 50), min_size=WEEK, max_size=WEEK),
    st.floats(0.001, 20_000),
    st.floats(0, HOUR - 1),
)
@settings(max_examples=200, deadline=None)
def test_an_amount_lasts_until_the_hours_have_burned_it(rates: list[float], amount: float, passed: float) -> None:
    found = measure_lasting(amount, NOW + passed, rates)
    if sum(rates) < 0.01:
        return
    assert found is not None
    left, at, hour = found * DAY, float(passed), 0
    burned = 0.0
    while left > 0:
        seconds = min(left, (hour + 1) * HOUR - at)
        burned += rates[hour % WEEK] * seconds / HOUR
        left, at, hour = left - seconds, at + seconds, hour + 1
    assert burned == pytest.approx(amount, rel=1e-6, abs=1e-3)


@pytest.mark.parametrize(
    ("amount", "now", "days"),
    [
        (1, 0, 1 / 24),
        (2, 0, 2 / 24),
        (0.5, 0, 0.5 / 24),
        (4, 0, 99 / 24),
        (7, 0, 7 + 3 / 24),
        (8, 0, 7 + 99 / 24),
        (0.25, 1800, 0.25 / 24),
    ],
)
def test_idle_hours_burn_nothing(amount: float, now: float, days: float) -> None:
    rates = [1.0, 1, 1, *[0] * 95, 1, *[0] * 69]
    assert measure_lasting(amount, NOW + now, rates) == pytest.approx(days)
    assert measure_lasting(amount, NOW, [0.0] * WEEK) is None


# Ranges


def foresee(steps: Iterable[AnyStep], remaining: float, *, window: float = 7 * DAY) -> Outlook:
    """Return the outlook for what remains now."""
    return Forecaster(datetime.fromtimestamp(NOW, UTC), window).foresee(list(steps), NOW, Decimal(remaining))


def test_a_range_is_that_of_the_weeks_and_of_today() -> None:
    """Three weeks of 1, 2 and 0.5 an hour, and today 1.6."""
    found = foresee(hourly(3 * WEEK, lambda ago: 1.6 if ago < 24 else [1, 2, 0.5][ago // WEEK]), 96)
    assert found.runway_days_low == pytest.approx(Decimal(2))
    assert found.runway_days_high == pytest.approx(Decimal(8))
    assert found.runway_days is not None
    assert 2 < found.runway_days < 4
    assert found.runs_out_at is not None
    assert found.runs_out_at - datetime.fromtimestamp(NOW, UTC) == pytest.approx(
        timedelta(days=float(found.runway_days)), abs=timedelta(minutes=1)
    )


def test_today_may_be_the_fastest_or_the_slowest() -> None:
    fast = foresee(hourly(30, lambda ago: 4 if ago < 24 else 1), 96)
    assert fast.runway_days_low == pytest.approx(Decimal(1))
    assert (fast.runway_days_high, fast.runway_days) == (fast.runway_days, fast.runway_days_high)
    slow = foresee(hourly(30, lambda ago: 0.5 if ago < 24 else 2), 96)
    assert slow.runway_days_high == pytest.approx(Decimal(8))
    assert slow.runway_days_low == slow.runway_days
    young = foresee(hourly(22, lambda _: 1), 48)
    assert (young.runway_days, young.runway_days_low, young.runway_days_high) == (Decimal(2), None, None)


@pytest.mark.parametrize(("slowest", "far"), [(0.0, None), (0.04, None), (0.06, Decimal(24 * 40) / Decimal("1.44"))])
def test_a_range_is_open_if_a_week_would_last_twenty_times_as_long(slowest: float, far: Decimal | None) -> None:
    found = foresee(hourly(2 * WEEK, lambda ago: 1.0 if ago < WEEK else slowest), 40 * 24 / 24)
    assert found.runway_days_low == pytest.approx(Decimal(40) / 24, rel=Decimal("0.001"))
    assert (found.runway_days_high is None) == (far is None)
    if far is not None:
        assert found.runway_days_high == pytest.approx(far / 24, rel=Decimal("0.001"))


@pytest.mark.parametrize(("rest", "shown"), [(0.0, False), (0.06, True)])
def test_a_day_that_is_usually_idle_says_nothing_about_others(rest: float, shown: bool) -> None:
    """Today, 3 an hour are used in the hours that usually use this much."""
    found = foresee(hourly(4 * WEEK, lambda ago: 3 if ago < 24 else rest if ago % WEEK < 24 else 1.0), 24)
    assert found.runway_days_low is not None
    assert (found.runway_days_low < Decimal("0.3")) is not shown or found.runway_days_low > 0


def test_the_level_of_a_short_window_is_that_of_its_hours() -> None:
    """On a Sunday noon, the last day used a tenth of what a weekday does: the level has not changed."""
    found = foresee(hourly(4 * WEEK, lambda ago: 0.5 if tell_hour(ago) >= 120 else 2), 5 * 48 + 24, window=DAY)
    assert found.burn_per_day == pytest.approx(12)
    assert found.runway_days == pytest.approx(Decimal(7), rel=Decimal("0.01"))
    double = foresee(
        hourly(4 * WEEK, lambda ago: (0.5 if tell_hour(ago) >= 120 else 2) * (2 if ago < 24 else 1)), 264, window=DAY
    )
    assert double.runway_days is not None
    assert double.runway_days < Decimal("4.5")
    quiet = foresee(hourly(4 * WEEK, lambda ago: 0.01 if tell_hour(ago) >= 120 else 2), 5 * 48, window=DAY)
    assert quiet.runway_days == pytest.approx(Decimal("5.5"), rel=Decimal("0.01"))


def test_an_outlook_tells_what_is_known() -> None:
    now, steps = datetime.fromtimestamp(NOW, UTC), hourly(30, lambda _: 1.0)
    assert Forecaster(now).foresee(steps, NOW, None) == Outlook(Decimal(24))
    assert Forecaster(now).foresee([], NOW, Decimal(5)) == Outlook()
    assert foresee(steps, 0) == foresee(steps, -1) == Outlook(Decimal(24), Decimal(0), now)
    assert foresee(steps, 0.5).runway_days == pytest.approx(Decimal("0.0208333"))
    idle = foresee(hourly(30, lambda _: 0.0), 5)
    assert idle == Outlook(Decimal(0))


def test_without_a_week_the_line_to_zero_is_straight() -> None:
    now = datetime.fromtimestamp(NOW, UTC)
    assert Forecaster(now).find_shape(hourly(30, float), NOW) == [1.0] * WEEK
    week = Forecaster(now).find_shape(hourly(WEEK, lambda ago: float(tell_hour(ago))), NOW)
    assert week == pytest.approx([(UTC_OFFSET + hour) % WEEK / (WEEK / 2 - 0.5) for hour in range(WEEK)])


def test_a_stale_amount_is_foreseen_from_when_it_was_read() -> None:
    steps = [one for one in hourly(4 * WEEK, lambda _: 1.0) if one[1] <= NOW - 10 * HOUR]
    found = Forecaster(datetime.fromtimestamp(NOW, UTC)).foresee(steps, NOW - 10 * HOUR, Decimal(34))
    assert found.runway_days == pytest.approx(Decimal(1))
    due = Forecaster(datetime.fromtimestamp(NOW, UTC)).foresee(steps, NOW - 10 * HOUR, Decimal(4))
    assert due.runway_days == 0
    assert due.runs_out_at == datetime.fromtimestamp(NOW, UTC)


# Surges


def surging(steps: Sequence[AnyStep], remaining: float) -> Surging | None:
    """Return the surge of these steps, if there is one."""
    return find_surge(steps, Hours(steps, NOW), remaining)


def test_a_surge_has_a_begin_a_rate_and_what_was_usual() -> None:
    found = surging(hourly(10 * 24, lambda ago: 10 if ago < 6 else 1), 20)
    assert found == (NOW - 6 * HOUR, 10, 1)
    since_yesterday = surging(hourly(10 * 24, lambda ago: 10 if ago < 30 else 1), 20)
    assert since_yesterday is not None
    assert since_yesterday.since == NOW - 25 * HOUR
    started = surging([*hourly(10 * 24, lambda _: 1)[:-3], step(3, 1.5, 1.5), step(1.5, 0, 30)], 20)
    assert started is not None
    assert started.since == pytest.approx(NOW - 1.5 * HOUR, abs=0.1 * HOUR)
    assert started.rate == pytest.approx(20, rel=0.1)
    steps = [*hourly(10 * 24, lambda _: 1), step(0, -0.7, 14)]
    just_now = find_surge(steps, Hours(steps, NOW + 0.7 * HOUR), 20)
    assert just_now is not None
    assert just_now.since == pytest.approx(NOW, abs=0.1 * HOUR)
    assert just_now.rate == pytest.approx(20, rel=0.1)
    month_ago = surging(hourly(25 * 24, lambda ago: 20 if ago < 6 else 1 if ago < 14 * 24 else 5), 20)
    assert month_ago is not None
    assert month_ago[:2] == (NOW - 6 * HOUR, 20)
    assert month_ago.usual == pytest.approx(1, abs=0.02)
    after_none = surging(hourly(5 * 24, lambda ago: 7 if ago < 3 else 0), 20)
    assert after_none == (NOW - 3 * HOUR, 7, 0)


@pytest.mark.parametrize(("times", "surges"), [(1.2, False), (1.25, False), (1.26, True), (2, True)])
@pytest.mark.parametrize("hours", [1, 3, 6, 12, 24])
def test_a_surge_is_a_quarter_above_all_that_was(times: float, surges: bool, hours: int) -> None:
    """Three hours ago and more, there was a peak of five for as many hours: the mean is far lower."""
    steps = hourly(6 * 24, lambda ago: 5 * times if ago < hours else 5 if 60 <= ago < 60 + hours else 0.125)
    assert (surging(steps, 5) is not None) is surges


@pytest.mark.parametrize("hours", [1, 3, 6, 12, 24])
def test_a_surge_matters_within_four_times_its_hours(hours: int) -> None:
    steps = hourly(6 * 24, lambda ago: 6 if ago < hours else 0)
    assert surging(steps, 4 * 6 * hours - 1) is not None
    assert surging(steps, 4 * 6 * hours) is None


@pytest.mark.parametrize(("days", "surges"), [(13, False), (14, False), (14 + 1 / 24, True), (20, True)])
def test_a_peak_of_the_last_two_weeks_is_remembered(days: float, surges: bool) -> None:
    peak = round(days * 24)
    steps = hourly(25 * 24, lambda ago: 6 if ago < 3 or peak - 3 <= ago < peak else 0)
    assert (surging(steps, 10) is not None) is surges


@pytest.mark.parametrize("weeks", [1, 2, 3])
@pytest.mark.parametrize(("times", "surges"), [(1.9, False), (2, False), (2.1, True)])
def test_twice_what_the_same_hours_of_each_week_used_is_usual(weeks: int, times: float, surges: bool) -> None:
    steps = hourly(weeks * WEEK + 30, lambda ago: 6 * (times if ago < WEEK else 1) if ago % WEEK < 3 else 0)
    assert (surging(steps, 10) is not None) is surges


@pytest.mark.parametrize(("late", "usual"), [(-3, False), (-2, True), (0, True), (1, True), (2, False)])
def test_the_same_hours_are_those_around_them(late: int, usual: bool) -> None:
    """Last week, two thirds as much were used so many hours earlier."""
    steps = hourly(WEEK + 60, lambda ago: 9 if ago < 3 else 6 if 0 <= ago - WEEK - late < 3 else 0)
    assert (surging(steps, 10) is None) is usual


@pytest.mark.parametrize(("known", "surges"), [(0.45, False), (0.5, True), (0.9, True)])
def test_half_of_the_hours_must_be_known(known: float, surges: bool) -> None:
    steps = [*hourly(5 * 24, lambda _: 1.0)[:-24], step(24, 0, 9 * 24 * known, 24 * known)]
    found = surging(steps, 12)
    assert (found is not None) is surges
    if found:
        assert found.rate == pytest.approx(9)


@pytest.mark.parametrize(("known", "surges"), [(0.1, False), (0.49, False), (0.5, True)])
def test_some_of_the_hours_before_must_be_known(known: float, surges: bool) -> None:
    steps = [step(48, 24, 24 * known, 24 * known), step(24, 0, 9 * 24)]
    assert (surging(steps, 4 * 9 * 24 - 1) is not None) is surges


def test_hours_of_which_nothing_is_known_had_the_mean_use() -> None:
    """Of every second hour, nothing is known; three an hour before, seven now."""
    steps = hourly(6 * 24, lambda ago: 7 if ago < 3 else 3 if ago % 2 else None)
    assert surging(steps, 50) is not None
    less = hourly(6 * 24, lambda ago: 3.7 if ago < 3 else 3 if ago % 2 else None)
    assert surging(less, 30) is None


def test_a_surge_needs_twice_its_hours_of_history() -> None:
    assert surging(hourly(1, lambda _: 9), 5) is None
    assert surging(hourly(23, lambda ago: 9 if ago < 12 else 0), 4 * 9 * 12 - 1) is not None
    assert surging(hourly(22, lambda ago: 9 if ago < 12 else 0), 4 * 9 * 12 - 1) is None
    assert surging(hourly(2, lambda ago: 9 if ago < 1 else 0), 5) is not None
    assert surging([], 5) is None
    steady = hourly(2 * 24, lambda _: 9)
    assert surging(steady, 5) is None


@pytest.mark.parametrize("minute", range(0, 60, 11))
@pytest.mark.parametrize("hours", [1.2, 3, 11])
def test_a_surge_begins_at_the_same_time_at_any_minute_of_an_hour(hours: float, minute: int) -> None:
    now = 1_795_305_600 + 60 * minute + 13
    uses = ((ago, 2.4 * (ago + 199 * min(ago, hours * HOUR)) / DAY) for ago in range(15 * DAY, -1, -300))
    points = [(now - ago, 50 + Decimal(use).quantize(Decimal("0.0001")), None) for ago, use in uses]
    steps = choose_steps(Past(points=points).measure())
    found = Forecaster(datetime.fromtimestamp(now, UTC)).foresee(steps, now, Decimal(50)).surge
    assert found is not None
    assert found.since.timestamp() == pytest.approx(now - hours * HOUR, abs=900)
    assert found.times == pytest.approx(Decimal(200), rel=Decimal("0.1"))


def test_a_week_counts_once_the_history_covers_it() -> None:
    """Before, three hours must only be a quarter above all others, which here they are."""
    for more, surges in ((0, True), (1, True), (2, False)):
        steps = hourly(WEEK + more, lambda ago: 7 if ago < 3 else 5)
        assert (surging(steps, 20) is not None) is surges


@pytest.mark.parametrize("size", [0.001, 1, 1000])
@pytest.mark.parametrize("before", [0, 1])
def test_the_size_of_the_unit_does_not_matter(size: float, before: int) -> None:
    found = surging(hourly(6 * 24, lambda ago: size * (20 if ago < 6 else before)), 60 * size)
    assert found is not None
    assert found.since == NOW - 6 * HOUR
    assert found[1:] == pytest.approx((20 * size, before * size))


def test_an_outlook_has_the_surge_in_days() -> None:
    found = foresee(hourly(10 * 24, lambda ago: 10 if ago < 6 else 1), 24).surge
    assert found is not None
    assert found == (datetime.fromtimestamp(NOW - 6 * HOUR, UTC), Decimal(10), Decimal(240), Decimal("0.1"))
    idle = foresee(hourly(10 * 24, lambda ago: 10 if ago < 6 else 0), 24).surge
    assert idle is not None
    assert idle.times is None
