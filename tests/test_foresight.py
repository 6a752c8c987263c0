"""How a range and a surge are judged and shown, by outlooks that are made by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from balance_cli.amount import balance
from balance_cli.check.judge import judge_days
from balance_cli.verdict import JudgedBalance, Outlook, Report, Status, Surge, Verdict

NOW: Final = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
"""A Saturday."""
HOUR: Final = timedelta(hours=1)


def days(length: timedelta) -> Decimal:
    """Return a length in days."""
    return Decimal(str(length / timedelta(days=1)))


def surge(lasts: timedelta = 3 * HOUR, times: str | None = "20", ago: timedelta = 3 * HOUR) -> Surge:
    """Return a surge of which a balance lasts so long."""
    return Surge(NOW - ago, None if times is None else Decimal(times), Decimal(480), days(lasts))


def outlook(middle: str | None = "4", low: str | None = None, high: str | None = None, **more: Any) -> Outlook:
    """Return an outlook in days."""
    runway, fastest, slowest = (None if end is None else Decimal(end) for end in (middle, low, high))
    ends = None if runway is None else NOW + timedelta(days=float(runway))
    return Outlook(Decimal(12), runway, ends, fastest, slowest, **more)


def report(given: Outlook, min_days: str | None = None, **fields: Any) -> Report:
    """Return the judged report of one profile with one balance."""
    row = JudgedBalance(balance("key", "USD", remaining=48, **fields), outlook=given)
    verdict = Verdict(profile="main", provider="apimart", status=Status.OK, balances=(row,))
    found = Report(checked_at=NOW, verdicts=(verdict,))
    return judge_days(found, {"main": None if min_days is None else Decimal(min_days)})


def status(made: Report) -> Status:
    """Return the status of a report; assert that its balance says the same."""
    [row] = made.verdicts[0].balances
    assert row.lasts is (made.status is Status.OK)
    assert row.low is (made.status is Status.LOW)
    return made.status


@pytest.mark.parametrize(("min_days", "found"), [("3.9", "ok"), ("4", "ok"), ("4.1", "low")])
def test_the_middle_of_a_range_is_judged(min_days: str, found: str) -> None:
    assert status(report(outlook("4", "3", "5"), min_days)) == found
    assert status(report(outlook("4", "3"), min_days)) == found


@pytest.mark.parametrize(("min_days", "found"), [("0.124", "ok"), ("0.125", "ok"), ("0.126", "low"), ("2", "low")])
@pytest.mark.parametrize("middle", ["4", None])
def test_a_balance_must_also_last_in_a_surge(middle: str | None, min_days: str, found: str) -> None:
    assert status(report(outlook(middle, surge=surge()), min_days)) == found


def test_without_min_days_a_surge_changes_no_status() -> None:
    made = report(outlook(surge=surge()))
    assert made.status is Status.OK
    assert made.verdicts[0].balances[0].low is None


@pytest.mark.parametrize(
    ("away", "found"),
    [(-HOUR, "low"), (0 * HOUR, "low"), (HOUR, "ok"), (3 * HOUR, "ok"), (4 * HOUR, "low"), (timedelta(days=9), "low")],
)
def test_a_balance_that_resets_before_a_surge_uses_it_up_lasts(away: timedelta, found: str) -> None:
    assert status(report(outlook(surge=surge()), "1", resets_at=NOW + away)) == found


def test_an_unlimited_balance_and_one_that_does_not_gate_are_not_judged_by_a_surge() -> None:
    made = report(outlook(surge=surge()), "1", gates=False)
    assert (made.status, made.verdicts[0].balances[0].lasts) == (Status.OK, None)
    row = JudgedBalance(balance("key", "USD", unlimited=True), outlook=Outlook(surge=surge()))
    free = made.verdicts[0]._replace(balances=(row,))
    assert judge_days(made._replace(verdicts=(free,)), {"main": Decimal(1)}).status is Status.OK


@pytest.mark.parametrize("away", [-HOUR, timedelta(seconds=1), HOUR, timedelta(days=9)])
def test_a_balance_that_was_due_to_run_out_is_low_although_it_will_reset(away: timedelta) -> None:
    assert status(report(outlook("0"), "1", resets_at=NOW + away)) is Status.LOW
