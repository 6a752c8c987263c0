"""The pace of a window: what one reading says about how long it lasts, in JSON, in words and under --min-days."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_cli.amount import balance as make
from balance_cli.check.window import measure_pace
from balance_cli.exits import Exit
from balance_cli.render._pace import describe_pace, name_length
from balance_cli.times import rfc3339
from conftest import Balance
from stub import Stub
from surroundings import HERE

NOW: Final = datetime.fromisoformat("2026-11-20T10:00:00Z")
HOUR: Final = 3600
WEEK: Final = 604_800


def window(used: object, passed: float, length: int = WEEK, limit: object = 100) -> Any:
    """Return a window of which this share of the time has passed."""
    resets = NOW + timedelta(seconds=length * (1 - passed))
    return make("weekly", "percent", used=used, limit=limit, resets_at=resets, window=length)


@pytest.mark.parametrize(
    ("used", "passed", "length", "words"),
    [
        ("62", 0.4, WEEK, "62% used after 40% of the week: runs out in 1 day, 2 days before it resets"),
        ("39", 0.4, WEEK, "39% used after 40% of the week: lasts until it resets"),
        ("12.5", 0.5, 5 * HOUR, "12% used after 50% of 5 hours: lasts until it resets"),
        ("90", 0.5, 5 * HOUR, "90% used after 50% of 5 hours: runs out in 16 minutes, 2 hours before it resets"),
        ("100", 0.5, 5 * HOUR, "100% used after 50% of 5 hours: used up, resets in 2 hours"),
        ("130", 0.5, 30 * 86_400, "130% used after 50% of the month: used up, resets in 15 days"),
        ("0", 0.5, WEEK, "0% used after 50% of the week: lasts until it resets"),
        ("1", 0.0001, 5 * HOUR, "1% used after 0% of 5 hours: lasts until it resets"),
    ],
)
def test_a_window_is_described_by_its_pace(used: str, passed: float, length: int, words: str) -> None:
    assert describe_pace(window(used, passed, length), NOW) == words


def test_the_pace_follows_from_what_remains_where_the_used_amount_is_unknown() -> None:
    resets = NOW + timedelta(days=3.5)
    found = measure_pace(make("a", "requests", remaining=20, limit=100, resets_at=resets, window=WEEK), NOW)
    assert found
    assert (found.used, found.elapsed) == (0.8, 0.5)
    assert found.runs_out_at == NOW + timedelta(days=3.5 / 4)


@pytest.mark.parametrize(
    "known",
    [
        {"resets_at": None},
        {"window": None},
        {"window": -5},
        {"window": 10**9},
        {"window": True},
        {"limit": 0},
        {"resets_at": NOW},
        {"resets_at": NOW - timedelta(hours=1)},
        {"resets_at": NOW + timedelta(seconds=WEEK + 600)},
        {"used": -1},
    ],
    ids=str,
)
def test_a_window_with_something_unknown_has_no_pace(known: dict[str, Any]) -> None:
    given_ = {"used": 50, "limit": 100, "resets_at": NOW + timedelta(days=1), "window": WEEK, **known}
    balance = make("a", "requests", **given_)
    assert measure_pace(balance, NOW) is None
    assert describe_pace(balance, NOW) == ""


@given(st.integers(0, 200), st.floats(0.0, 0.999), st.sampled_from([HOUR, 5 * HOUR, WEEK, 30 * 86_400]))
def test_a_window_runs_out_between_now_and_its_reset_or_not_at_all(used: int, passed: float, length: int) -> None:
    balance = window(used, passed, length)
    pace = measure_pace(balance, NOW)
    assert pace
    assert pace.used == used / 100
    if pace.runs_out_at:
        assert NOW <= pace.runs_out_at < balance.resets_at
    else:
        assert used / 100 <= max(passed, 0.05) + 1e-6
    assert describe_pace(balance, NOW)


def test_lengths_are_named() -> None:
    lengths = {3600: "the hour", 86_400: "the day", 3 * 86_400: "3 days", 900: "15 minutes", 61: "61 seconds"}
    assert {seconds: name_length(seconds) for seconds in lengths} == lengths
    assert {name_length(days * 86_400) for days in (28, 30, 31)} == {"the month"}


def check(balance: Balance, *arguments: str, used: str, hours: float) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the first balance of a check of a coding plan's window of five hours."""
    resets = rfc3339(HERE.now() + timedelta(hours=hours))
    limit = {"type": "TOKENS_LIMIT", "unit": 3, "number": 5, "percentage": Decimal(used), "nextResetTime": resets}
    with Stub(always={"answer": {"code": 200, "success": True, "data": {"limits": [limit]}}}) as stub:
        balance.profiles({"plan": f'provider = "zai"\nbase_url = "{stub.url}"'})
        ended = balance("check", "--json", *arguments)
    return ended.code, json.loads(ended.out)["profiles"][0]["balances"][0]


def test_one_reading_of_a_window_says_when_it_runs_out(balance: Balance) -> None:
    code, row = check(balance, used="80", hours=2.5)
    assert (code, row["window"]) == (Exit.OK, 5 * HOUR)
    assert row["burn_per_day"] == pytest.approx(80 / 2.5 * 24, rel=0.01)
    assert row["runway_days"] == pytest.approx(2.5 / 4 / 24, rel=0.02)
    away = datetime.fromisoformat(row["runs_out_at"]) - HERE.now()
    assert timedelta(minutes=30) < away < timedelta(minutes=40)
    code, row = check(balance, used="20", hours=2.5)
    assert (row["runway_days"], row["runs_out_at"]) == (None, None)
    assert row["burn_per_day"] > 0


def test_min_days_judges_a_window_without_history_by_its_pace(balance: Balance) -> None:
    code, row = check(balance, "--min-days", "1", used="80", hours=2.5)
    assert (code, row["low"], row["min_days"]) == (Exit.LOW, True, 1)
    code, row = check(balance, "--min-days", "1", used="20", hours=2.5)
    assert (code, row["low"]) == (Exit.OK, False)
    code, row = check(balance, "--min-days", "1", used="0", hours=5)
    assert (code, row["low"]) == (Exit.OK, False)
    code, row = check(balance, "--min-days", "1", used="100", hours=1)
    assert (code, row["low"], row["runway_days"]) == (Exit.LOW, True, 0)
    code, row = check(balance, "--min-days", "1", used="20", hours=-1)
    assert (code, row["low"]) == (Exit.UNKNOWN, None)
