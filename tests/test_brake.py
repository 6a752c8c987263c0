"""The brake of `balance run`, without processes: what was spent, when to look again, when to brake, what is said."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from balance_cli.amount import balance as amount
from balance_cli.errors import Misconfigured, Throttled, Unexpected, Unreachable, UsedUp
from balance_cli.job.brake import Brake, Limits
from balance_cli.job.outcome import Outcome, Spent, describe
from balance_cli.job.spending import Course
from balance_cli.minimum import parse_minimum
from balance_cli.times import format_span
from balance_cli.verdict import JudgedBalance, Report, Status, Verdict


def row(
    remaining: str | None = None,
    *,
    used: str | None = None,
    minimum: str | None = None,
    unit: str = "USD",
    name: str = "a",
) -> JudgedBalance:
    """Return a judged balance."""
    amounts: dict[str, Any] = {
        key: value for key, value in {"remaining": remaining, "used": used}.items() if value is not None
    }
    return JudgedBalance(amount(name, unit, **amounts), minimum=Decimal(minimum) if minimum else None)


def report(*rows: JudgedBalance, status: Status = Status.OK, name: str = "main") -> Report:
    """Return a report of one profile."""
    verdict = Verdict(profile=name, provider="x", status=status, balances=rows)
    return Report(checked_at=datetime.now(UTC), verdicts=(verdict,))


def failed(error: Unreachable | Throttled | None = None) -> Report:
    """Return a report of a look that failed."""
    verdict = Verdict(profile="main", provider="x", status=Status.UNKNOWN, error=error or Unreachable("down"))
    return Report(checked_at=datetime.now(UTC), verdicts=(verdict,))


def brake(*rows: JudgedBalance, spend: str | None = None, every: float = 60, blind: float = 3600) -> Brake:
    """Return the brake of a job that started at 0 with these balances."""
    return Brake(report(*rows), 0, Limits([parse_minimum(spend)] if spend else [], every, blind))


def test_spending_is_the_larger_of_what_fell_and_what_was_used() -> None:
    course = Course(0, row("10", used="5"))
    course.add(10, row("9.5", used="5"))
    assert course.spent == Decimal("0.5")
    course.add(20, row("9.5", used="5.7"))  # the same spending, booked late
    assert course.spent == Decimal("0.7")
    assert not course.topped_up
    course.add(30, row("109", used="6.2"))
    assert (course.spent, course.topped_up) == (Decimal("1.2"), True)
    course.add(40, row("109", used="0.1"))  # a new month
    assert course.spent == Decimal("1.2")


def test_spending_is_exact() -> None:
    course = Course(0, row("123456789012345.00000000000000000003"))
    for step in range(2, -1, -1):
        course.add(10, row(f"123456789012345.0000000000000000000{step}"))
    assert course.spent == Decimal("0.00000000000000000003")


def test_a_reading_that_lacks_an_amount_counts_as_none() -> None:
    course = Course(0, row("10"))
    course.add(10, row(used="3"))
    assert (course.missed, course.read_at) == (True, 0)
    course.add(20, row("8"))
    assert (course.missed, course.read_at, course.spent) == (False, 20.0, Decimal(2))


def test_the_fastest_pace_counts_and_is_measured_over_at_least_a_second() -> None:
    course = Course(0, row("100", minimum="10"))
    assert course.lasts(0) == math.inf
    course.add(10, row("80", minimum="10"))
    course.add(20, row("79", minimum="10"))
    assert course.lasts(20) == 69 / 2
    assert course.lasts(30) == 69 / 2 - 10
    course.add(20.001, row("75", minimum="10"))
    assert course.lasts(20.001) == 65 / 4


def test_the_next_look_comes_after_half_the_time_to_the_minimum() -> None:
    held = brake(row("100", minimum="10"))
    assert held.look_at == 10
    held.add(report(row("100", minimum="10")), 10, 10)
    assert held.look_at == 70
    held.add(report(row("90", minimum="10")), 20, 20)
    assert held.look_at == 20 + 80 / 2
    held.add(report(row("40", minimum="10")), 30, 30)
    assert held.look_at == 40
    assert held.explain_brake(1000) == ""


def test_the_interval_may_be_shorter_than_ten_seconds() -> None:
    held = brake(row("100"), every=2)
    assert held.look_at == 2
    held.add(report(row("1")), 2, 3)
    assert held.look_at == 5


def test_without_a_minimum_a_balance_that_gates_must_not_be_used_up() -> None:
    held = brake(row("100"))
    held.add(report(row("90")), 10, 10)
    assert held.look_at == 55
    low = report(row("0")._replace(low=True), status=Status.LOW)
    held.add(low, 30, 30)
    assert held.explain_brake(30) == "main: a has nothing left: 0.00 USD"


def test_a_provider_that_says_that_nothing_is_left_brakes() -> None:
    held = brake(row("100"))
    used_up = Verdict(profile="main", provider="x", status=Status.LOW, error=UsedUp("insufficient balance"))
    held.add(Report(checked_at=datetime.now(UTC), verdicts=(used_up,)), 10, 10)
    assert held.explain_brake(10) == "main: insufficient balance"


def test_an_outage_brakes_only_when_the_fastest_pace_says_so() -> None:
    held = brake(row("100", minimum="10"))
    held.add(report(row("80", minimum="10")), 10, 10)
    held.add(failed(), 30, 31)
    assert held.explain_brake(31) == ""
    assert held.find_alarm(31) == 10 + 70 / 2
    assert held.look_at == 41  # half of the 14 s that remain is less than 10 s
    assert held.explain_brake(44.9) == ""
    expected = "main could not be read for 15 s, and at the fastest pace seen, a is below its minimum by now"
    assert held.explain_brake(45) == expected
    held.add(report(row("79", minimum="10")), 44, 46)
    assert held.explain_brake(46) == ""
    assert held.find_alarm(46) == math.inf


def test_an_outage_brakes_after_the_longest_time_without_a_reading() -> None:
    held = brake(row("100"), blind=3600)
    held.add(None, 60, 61)
    for at in range(120, 3600, 60):
        held.add(failed(), at, at)
        assert held.explain_brake(at) == ""
    assert held.find_alarm(3600) == 3660
    assert held.explain_brake(3659) == ""
    assert held.explain_brake(3660) == "main could not be read for 60 min"


def test_a_provider_that_asks_to_wait_is_not_asked_before() -> None:
    held = brake(row("100"))
    held.add(failed(Throttled("slow down", wait=300)), 10, 11)
    assert held.look_at == 310
    assert held.choose_profiles(309) == set()
    assert held.choose_profiles(310) == {"main"}


def test_a_limit_counts_each_profile_once_and_adds_profiles_up() -> None:
    def look(one: str, cap: str, other: str) -> Report:
        first, second = report(row(one), row(cap, name="cap")), report(row(other), name="relay")
        return first._replace(verdicts=(*first.verdicts, *second.verdicts))

    held = Brake(look("10", "5", "10"), 0, Limits([parse_minimum("2USD")], 60, 3600))
    held.add(look("9", "4", "9.5"), 10, 10)
    assert held.explain_brake(10) == ""
    assert held.look_at == 20  # 0.5 USD at 0.15 USD/s
    held.add(look("8.5", "3.5", "9.5"), 20, 20)
    assert held.explain_brake(20) == "2.00 USD was spent of the 2.00 allowed"


def test_a_limit_without_a_unit_applies_to_each_unit_separately() -> None:
    def look(one: str, other: str) -> Report:
        first, second = report(row(one)), report(row(other, unit="CNY"), name="relay")
        return first._replace(verdicts=(*first.verdicts, *second.verdicts))

    held = Brake(look("10", "10"), 0, Limits([parse_minimum("2")], 60, 3600))
    held.add(look("8.5", "8.5"), 10, 10)
    assert held.explain_brake(10) == ""
    held.add(look("8.5", "8"), 20, 20)
    assert held.explain_brake(20) == "2.00 CNY was spent of the 2.00 allowed"


def test_a_limit_that_is_spent_during_an_outage_brakes() -> None:
    held = brake(row("100"), spend="10")
    held.add(report(row("98")), 10, 10)
    held.add(failed(), 20, 20)
    assert held.explain_brake(20) == ""
    assert held.find_alarm(20) == pytest.approx(50)
    assert "at the fastest pace seen" in held.explain_brake(50.1)


def test_a_limit_that_fits_no_balance_is_refused() -> None:
    with pytest.raises(Misconfigured, match="the balances are in USD"):
        brake(row("1"), spend="2EUR")
    with pytest.raises(Unexpected, match="what is spent"):
        brake(row(), spend="2")


def test_a_balance_that_the_provider_stops_reporting_brakes_nothing() -> None:
    held = brake(row("100"), row("5", name="cap"))
    held.add(report(row("99"), row("1", name="cap")), 10, 10)
    held.add(report(row("99")), 20, 20)
    assert held.explain_brake(10_000) == ""
    assert held.find_alarm(10_000) == math.inf


def spent(profile: str, unit: str, gone: str, before: str | None, after: str | None, *, least: bool = False) -> Spent:
    """Return what became of a balance."""
    before_, after_ = (None if text is None else Decimal(text) for text in (before, after))
    return Spent(
        profile, "x", "total", unit, gates=True, spent=Decimal(gone), at_least=least, before=before_, after=after_
    )


def test_the_last_line_names_every_balance_that_was_spent() -> None:
    def line(*balances: Spent, reason: str = "", remaining: int = 0) -> str:
        at = datetime.now(UTC)
        return describe(Outcome("agent", "ended", 0, at, 1500.0, reason, 3, balances, remaining))

    one = spent("main", "USD", "3.41", "12.50", "9.09")
    assert line(one) == (
        "spent 3.41 USD of main (12.50 to 9.09) in 25 min, by this job and whatever else uses this balance"
    )
    several = line(one, spent("main", "CNY", "0", "5", "5"), spent("relay", "credits", "7", None, None, least=True))
    assert several == (
        "spent 3.41 USD of main (12.50 to 9.09) and at least 7 credits of relay in 25 min, "
        "by this job and whatever else uses these balances"
    )
    assert line(spent("main", "USD", "0", "5", "5"), reason="it is low", remaining=2).startswith(
        "stopped the job: it is low; 2 of its processes could not be ended; spent 0.00 USD of main (5.00 to 5.00)"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (11_400, "3 h 10 min"),
        (172_800, "2 d"), (190_000, "2 d 4 h"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_written_for_a_person(seconds: float, text: str) -> None:
    assert format_span(seconds) == text
