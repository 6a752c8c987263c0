"""Forecasts of histories whose future is known, by the installed program: check and history agree, and are right."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from balance_cli.exits import Exit
from conftest import Balance
from stub import Stub
from test_history import balance_of, document, imported
from test_week import burn_in_office, last_in_office

HOUR: Final = 3600
DAY: Final = 86_400
LEVEL: Final = 50
"""What remains now."""

Looks = Sequence[tuple[float, float]]
"""How many seconds ago, and how much more than now remained."""


def look(every: float, days: float, more: Callable[[float], float], since: float = 0) -> Looks:
    """Return regular looks, the last of them one interval ago."""
    count = int(days * DAY / every)
    return [(ago, more(ago)) for ago in (since + every * number for number in range(count, 0, -1))]


def write(balance: Balance, looks: Looks) -> None:
    """Put looks into the history."""
    now = datetime.now(UTC).replace(microsecond=0)
    imported(
        balance, [document(now - timedelta(seconds=ago), balance_of(f"{LEVEL + more:.6f}")) for ago, more in looks]
    )


def ask(balance: Balance, looks: Looks, *arguments: str, code: Exit = Exit.OK) -> dict[str, Any]:
    """Return the balance of a check after these looks; assert that the history says the same."""
    answer = {"success": True, "remain_balance": LEVEL, "used_balance": 0.1, "unlimited_quota": False}
    exchange = {"request": "GET /v1/balance", "answer": answer}
    with Stub(exchanges=[exchange], always={"status": 404, "text": "no such page"}) as stub:
        balance.profiles({"main": f'provider = "apimart"\nbase_url = "{stub.url}"'})
        write(balance, looks)
        ended = balance("check", "--json", "--record", *arguments)
    assert ended.code == code, ended.err
    [row] = json.loads(ended.out)["profiles"][0]["balances"]
    window = arguments[arguments.index("--window") :][:2] if "--window" in arguments else ()
    [trend] = json.loads(balance("history", "--json", *window).out)["balances"]
    for name in ("burn_per_day", "runway_days", "runway_days_low", "runway_days_high"):
        assert (row[name] is None) == (trend[name] is None), name
        assert row[name] is None or trend[name] == pytest.approx(row[name], rel=0.02), name
    return dict(row)


def test_what_fell_inside_a_gap_was_burned(balance: Balance) -> None:
    """On weekdays nothing is used and somebody looks; at the weekend 40 a day are used and nobody looks."""
    weekend = range(2 * DAY, 4 * DAY)
    looks = [
        (ago, 40 * min(max(ago - 2 * DAY, 0), 2 * DAY) / DAY) for ago in range(7 * DAY, 0, -1800) if ago not in weekend
    ]
    row = ask(balance, looks, "--min-days", "6", code=Exit.LOW)
    assert row["burn_per_day"] == pytest.approx(80 / 7, rel=0.1)


@pytest.mark.parametrize("window", ["7d", "60d"])
def test_no_top_up_of_a_long_window_is_lost(balance: Balance, window: str) -> None:
    """Ten a day are used, and five are topped up twice a day."""
    looks = look(1800, 60, lambda ago: 10 * (ago % (DAY / 2)) / DAY)
    row = ask(balance, looks, "--window", window)
    assert row["burn_per_day"] == pytest.approx(10, rel=0.05)
    assert row["runway_days"] == pytest.approx(5, rel=0.05)


def test_weekly_looks_have_a_burn_rate(balance: Balance) -> None:
    row = ask(balance, look(7 * DAY + 60, 30, lambda ago: 10 * ago / DAY))
    assert row["burn_per_day"] == pytest.approx(10, rel=0.01)


def test_daily_looks_that_are_late_have_a_burn_rate_over_one_day(balance: Balance) -> None:
    row = ask(balance, look(DAY + 60, 9, lambda ago: 10 * ago / DAY), "--window", "1d")
    assert row["burn_per_day"] == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize("every", [300, 600, 900])
def test_a_hold_that_is_returned_is_not_burned(balance: Balance, every: int) -> None:
    """Every hour, 5 are held and 4.9 returned one look later."""

    def more(ago: float) -> float:
        hours, seconds = divmod(ago, HOUR)
        return hours / 10 + (0.1 if seconds >= 1800 else 0) - (4.9 if 1800 - every < seconds <= 1800 else 0)

    row = ask(balance, look(every, 7, more))
    assert row["burn_per_day"] == pytest.approx(2.4, rel=0.15)


@pytest.mark.parametrize("skew", [-1800, 1800, 5 * HOUR])
def test_servers_whose_clocks_differ_have_the_burn_rate_of_one(balance: Balance, skew: int) -> None:
    times = [300 * number for number in range(2016 + 60, 60, -1)]
    looks = [(ago - (skew if number % 2 else 0), 10 * ago / DAY) for number, ago in enumerate(times)]
    row = ask(balance, [look for look in looks if look[0] > 0])
    assert row["burn_per_day"] == pytest.approx(10, rel=0.06)


def test_an_old_look_says_nothing_about_the_past(balance: Balance) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    write(balance, look(1800, 7, lambda ago: 24 * (ago - 3 * DAY) / DAY, since=3 * DAY))
    [trend] = json.loads(balance("history", "--json").out)["balances"]
    assert trend["runway_days"] == 0
    assert datetime.fromisoformat(trend["runs_out_at"]) >= now
    assert "overdue" in balance("history").out
    [longer] = json.loads(balance("history", "--json", "--window", "30d").out)["balances"]
    assert datetime.fromisoformat(longer["runs_out_at"]) >= now


def test_an_old_look_counts_from_now(balance: Balance) -> None:
    write(balance, look(1800, 7, lambda ago: 10 * (ago - 3 * DAY) / DAY, since=3 * DAY))
    [trend] = json.loads(balance("history", "--json").out)["balances"]
    assert trend["runway_days"] == pytest.approx(2, abs=0.1)
    ends = (datetime.fromisoformat(trend["runs_out_at"]) - datetime.now(UTC)) / timedelta(days=1)
    assert ends == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("window", ["30m", "59m", "0.01"])
def test_a_window_of_less_than_an_hour_is_refused(balance: Balance, window: str) -> None:
    for command in (["check"], ["history"]):
        ended = balance(*command, "--window", window)
        assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
        assert "--window must be a time" in ended.err
        assert "at least 1h" in ended.err


def test_a_window_of_an_hour_has_a_burn_rate(balance: Balance) -> None:
    row = ask(balance, look(300, 1, lambda ago: 240 * min(ago, HOUR) / DAY), "--window", "1h")
    assert row["burn_per_day"] == pytest.approx(240, rel=0.05)


@pytest.mark.parametrize(("days", "code"), [("36h", Exit.LOW), ("1w", Exit.LOW), ("1d", Exit.OK), ("24h", Exit.OK)])
def test_min_days_may_be_any_time(balance: Balance, days: str, code: Exit) -> None:
    ask(balance, look(1800, 3, lambda ago: 40 * ago / DAY), "--min-days", days, code=code)


# The week


def test_the_installed_program_foresees_a_week_in_its_time_zone(balance: Balance, zone: str) -> None:
    balance.env["TZ"] = zone
    now = time.time()
    looks = look(1800, 21, lambda ago: burn_in_office(now - ago, now, 1))
    row = ask(balance, looks)
    assert row["burn_per_day"] == pytest.approx(50 / 7, rel=0.3)
    assert row["runway_days"] == pytest.approx(last_in_office(now, LEVEL), rel=0.03)


@pytest.mark.parametrize("busy", [0, 2 * DAY, 8 * DAY, 19 * DAY])
def test_a_balance_that_is_not_used_any_more_lasts(balance: Balance, busy: int) -> None:
    row = ask(
        balance, look(HOUR, 20, lambda ago: 100 if busy and ago > busy else 0), "--window", "1d", "--min-days", "9"
    )
    assert (row["burn_per_day"], row["surge"]) == (0, None)


@pytest.mark.usefixtures("zone")
def test_a_quiet_day_says_nothing_about_a_busy_week(balance: Balance) -> None:
    """Five days of the week are busy, and the last day was not: a window of one day measures nothing."""
    looks = look(1800, 21, lambda ago: sum(20 for day in range(21) if day % 7 > 1 and ago > day * DAY))
    row = ask(balance, looks, "--window", "1d", "--min-days", "30", code=Exit.LOW)
    assert row["burn_per_day"] == 0
    assert row["runway_days"] < 10


# The range


def test_the_range_is_that_of_the_weeks_and_of_today(balance: Balance) -> None:
    """Four weeks of 5, 10, 20 and 10 a day, and today 8."""
    rates = [10, 20, 10, 5]

    def more(ago: float) -> float:
        days = ago / DAY
        return sum((8 if day < 1 else rates[min(day // 7, 3)]) * min(max(days - day, 0), 1) for day in range(28))

    row = ask(balance, look(1800, 28, more), "--min-days", "4.5")
    low, middle, high = (row[name] for name in ("runway_days_low", "runway_days", "runway_days_high"))
    assert low == pytest.approx(2.5, rel=0.1)
    assert high == pytest.approx(10, rel=0.1)
    assert low < middle < high
    assert "2.4 to" in balance("history").out or "2.5 to" in balance("history").out


def test_a_week_without_use_leaves_the_range_open(balance: Balance) -> None:
    row = ask(balance, look(1800, 14, lambda ago: 10 * min(ago / DAY, 7)))
    assert row["runway_days_low"] is not None
    assert row["runway_days_high"] is None
    assert "or more" in balance("history").out


def test_a_young_history_has_no_range(balance: Balance) -> None:
    row = ask(balance, look(600, 0.5, lambda ago: 10 * ago / DAY))
    assert row["runway_days"] == pytest.approx(5, rel=0.05)
    assert (row["runway_days_low"], row["runway_days_high"]) == (None, None)


# Surges


def surge(hours: float, times: float, usual: float = 2.4) -> Callable[[float], float]:
    """Return a usual use per day, which was multiplied some hours ago."""
    return lambda ago: usual * (ago + (times - 1) * min(ago, hours * HOUR)) / DAY


@pytest.mark.parametrize("hours", [1.5, 3, 6])
@pytest.mark.parametrize("days", [3, 8, 15, 29])
def test_a_surge_is_low_though_the_mean_lasts(balance: Balance, days: int, hours: float) -> None:
    row = ask(balance, look(300, days, surge(hours, 200)), "--min-days", "1", code=Exit.LOW)
    assert row["runway_days"] > 0.2
    assert row["surge"]["times"] == pytest.approx(200, rel=0.25)
    since = datetime.fromisoformat(row["surge"]["since"])
    assert timedelta(0) <= datetime.now(UTC) - since - timedelta(hours=hours - 1) <= timedelta(hours=2)
    assert row["surge"]["runway_days"] == pytest.approx(LEVEL / 480, rel=0.25)


def test_a_surge_after_idle_days_is_noticed(balance: Balance) -> None:
    looks = look(300, 20, lambda ago: 20 * min(ago, 2 * HOUR) / HOUR)
    row = ask(balance, looks, "--min-days", "1", code=Exit.LOW)
    assert row["surge"]["times"] is None
    assert row["runway_days"] > 1


def test_what_happens_every_day_is_no_surge(balance: Balance) -> None:
    def more(ago: float) -> float:
        days, seconds = divmod(ago, DAY)
        return 20 * (days + min(seconds, 2 * HOUR) / (2 * HOUR))

    row = ask(balance, look(300, 20, more), "--min-days", "1")
    assert row["surge"] is None


def test_hours_whose_use_a_top_up_hides_are_no_quiet_hours(balance: Balance) -> None:
    """Every other hour, a little more is topped up than is used."""
    looks = [(ago, 2 * (ago % (2 * HOUR)) / HOUR if ago % (2 * HOUR) else 0) for ago in range(20 * DAY, 0, -HOUR)]
    row = ask(balance, looks, "--min-days", "0.01")
    assert row["surge"] is None


def test_a_weekly_job_is_no_surge(balance: Balance) -> None:
    """Each week, 60 are used within three hours, of which one has passed; this time it is half as much again."""

    def more(ago: float) -> float:
        earlier = (ago - (7 * week * DAY - 2 * HOUR) for week in range(1, 5))
        return 30 * min(ago / HOUR, 1) + sum(20 * min(max(hours / HOUR, 0), 3) for hours in earlier)

    row = ask(balance, look(300, 29, more), "--min-days", "0.01")
    assert row["surge"] is None


def test_a_surge_that_does_not_matter_soon_is_none(balance: Balance) -> None:
    row = ask(balance, look(300, 20, surge(3, 20, 0.24)), "--min-days", "1")
    assert row["surge"] is None
