"""Amounts and minimums are exact and bounded, and invalid ones are rejected."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from balance_cli.amount import (
    EXACT,
    MOST,
    UNSAID,
    amount,
    balance,
    format_amount,
    format_exact,
    nullable,
)
from balance_cli.check.judge import judge
from balance_cli.errors import Failure, Unexpected
from balance_cli.minimum import Minimum, format_number, parse_minimum
from balance_cli.model import Reading
from balance_cli.strict import parse_json
from balance_cli.times import end_of_period, next_day_of_month, next_reset, parse_time
from balance_cli.verdict import Status

AMOUNTS = st.decimals(-MOST, MOST, allow_nan=False, allow_infinity=False, places=6)


@given(AMOUNTS)
def test_numbers_and_strings_give_the_same_amount(number: Decimal) -> None:
    text = format(number, "f")
    assert amount(text) == amount(number) == parse_json(text.encode(), "application/json") == number


@given(AMOUNTS)
def test_a_written_amount_parses_back_to_itself(number: Decimal) -> None:
    assert json.loads(format_exact(number), parse_float=Decimal, parse_int=Decimal) == number


@pytest.mark.parametrize(
    "value",
    [True, False, None, 1.5, "", " 5 ", "+5", "0x10", "1_000", "٥", "５", "1,234.56", "$12", "12 USD", "NaN", "inf",
     "sNaN", "-Infinity", "1e999999", "9" * 41, "5.", "--5", "1e", {}, [], b"5", Decimal("NaN"), Decimal("1e400"),
     Decimal("1e-50"), Decimal("9" * 41), 10**50],
)  # fmt: skip
def test_invalid_amounts_are_rejected(value: Any) -> None:
    with pytest.raises(Unexpected):
        amount(value)


@given(st.text(max_size=60) | st.floats() | st.none() | st.booleans())
@example("1e15")
def test_only_ascii_decimals_are_accepted(value: Any) -> None:
    try:
        found = amount(value)
    except Unexpected:
        return
    assert isinstance(value, str)
    assert value.isascii()
    assert found == Decimal(value)


def test_a_balance_does_not_invent_missing_amounts() -> None:
    assert balance("a", "USD").remaining is None
    assert balance("a", "USD", used=1).remaining is None
    assert balance("a", "USD", limit=1).remaining is None
    assert balance("a", "USD", remaining=5, used=1, limit=2).remaining == 5
    assert balance("a", "USD", used="0.1", limit="0.3").remaining == Decimal("0.2")
    assert balance("a", "USD", limit=nullable(None), used=3).limit is None
    for wrong in (
        {"remaining": None},
        {"remaining": "1e16"},
        {"used": -(10**16)},
        {"unlimited": "true"},
        {"unlimited": 1},
    ):
        with pytest.raises(Unexpected):
            balance("a", "USD", **wrong)
    for unit in ("", "usd$", "Usd", "U", "bitcoin\n"):
        with pytest.raises(Unexpected):
            balance("a", unit, remaining=1)


def test_a_blocked_balance_is_an_error_unless_it_is_empty() -> None:
    with pytest.raises(Failure, match="suspended"):
        balance("a", "USD", remaining=1, blocked="suspended")
    with pytest.raises(Failure, match="suspended"):
        balance("a", "USD", unlimited=True, blocked="suspended")
    assert balance("a", "USD", remaining=0, blocked="suspended").remaining == 0


@given(AMOUNTS, AMOUNTS)
def test_displayed_amounts_never_contradict_the_verdict(remaining: Decimal, least: Decimal) -> None:
    seen = Decimal(format_amount(remaining, "USD", least))
    assert (seen < least) == (remaining < least)
    assert seen <= remaining


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [("12.5", "USD", "12.50"), ("100", "credits", "100"), ("0.6336833840314097", "credits", "0.6336"),
     ("1E+2", "USD", "100.00"), ("-3.255", "USD", "-3.26"), ("0.00001", "USD", "0.00001"), ("-0", "USD", "0.00"),
     ("4.9999", "USD", "4.99")],
)  # fmt: skip
def test_amounts_are_rounded_down_for_display(number: str, unit: str, text: str) -> None:
    assert format_amount(Decimal(number), unit) == text


@given(AMOUNTS, st.sampled_from(["", "USD", " USD", "credits", "%"]))
def test_minimums_are_parsed_exactly(number: Decimal, unit: str) -> None:
    found = parse_minimum(f"{number:f}{unit}")
    assert found == Minimum(amount=number, unit=unit.strip() or None)


@pytest.mark.parametrize(
    "text",
    ["", "nan", "inf", "1e400", "1e2", "1_000", "5,0", "٥", "5  USD", "USD", "5 U$D", "%", "5%%", "9" * 41, True, "5\n",
     "1e15USD", "10000000000000000"],
)  # fmt: skip
def test_invalid_minimums_are_rejected(text: Any) -> None:
    with pytest.raises(ValueError, match="must be an amount"):
        parse_minimum(text)


def test_numbers_of_up_to_40_digits_are_written_without_an_exponent() -> None:
    assert str(parse_minimum(".0000000001 USD")) == "0.0000000001 USD"
    assert format_number(Decimal("1E+40")) == "1" + "0" * 40
    assert format_number(Decimal("1E-40")) == f"0.{'0' * 39}1"
    for far in (Decimal("1E+41"), Decimal("1E-41"), Decimal(f"1.{'0' * 40}E-8")):
        assert format_number(far) == str(far)


@given(AMOUNTS, AMOUNTS)
def test_a_balance_equal_to_the_minimum_is_ok_and_every_digit_counts(remaining: Decimal, least: Decimal) -> None:
    reading = Reading(balances=(balance("a", "USD", remaining=remaining),), plan=None)
    status, rows, error = judge(reading, [Minimum(amount=least, unit=None)], each=True)
    assert status is (Status.LOW if remaining < least else Status.OK)
    assert rows[0].low is (remaining < least)
    assert error is None


def judged(*balances: Any, least: str, each: bool = True) -> tuple[Status, list[bool | None]]:
    """Judge balances by minimums separated by spaces."""
    reading = Reading(balances=balances, plan=None)
    status, rows, _ = judge(reading, [parse_minimum(text) for text in least.split()], each=each)
    return status, [row.low for row in rows]


def test_a_minimum_without_a_unit_applies_to_gating_balances_in_the_headline_unit() -> None:
    rows = (
        balance("a", "USD", remaining=9),
        balance("b", "USD", remaining=1),
        balance("c", "USD", remaining=1, gates=False),
    )
    assert judged(*rows, least="5") == (Status.LOW, [False, True, None])
    assert judged(rows[0], balance("d", "CNY", remaining=1), least="5") == (Status.OK, [False, None])


def test_a_minimum_with_a_unit_applies_to_its_first_balance_if_none_gates() -> None:
    rows = (
        balance("a", "quota", remaining=9),
        balance("b", "USD", remaining=1, gates=False),
        balance("c", "USD", remaining=9, gates=False),
    )
    assert judged(*rows, least="5USD") == (Status.LOW, [None, True, None])
    assert judged(*rows, least="5EUR") == (Status.MISCONFIGURED, [None, None, None])
    assert judged(*rows, least="5EUR 5quota", each=False) == (Status.OK, [False, None, None])


def test_an_amount_with_an_unknown_unit_is_never_compared() -> None:
    some = balance("a", UNSAID, remaining=98)
    assert judged(some, least="") == (Status.OK, [None])
    assert judged(some, least="5") == (Status.UNKNOWN, [None])
    assert judged(some, least="5USD") == (Status.UNKNOWN, [None])
    assert judged(some, balance("b", "USD", remaining=9), least="5USD") == (Status.UNKNOWN, [None, False])
    assert judged(some, least="10%") == (Status.MISCONFIGURED, [None])
    assert judged(balance("a", UNSAID, remaining=0), least="") == (Status.LOW, [True])
    _, _, error = judge(Reading(balances=(some,), plan=None), [parse_minimum("5")], each=True)
    assert error
    assert error.describe() == 'the unit of a is unknown (set it in the profile, like unit = "USD")'


def test_a_percentage_applies_to_balances_with_a_limit() -> None:
    rows = (balance("a", "USD", remaining=9), balance("b", "USD", remaining=1, limit=10))
    assert judged(*rows, least="10%") == (Status.OK, [None, False])
    assert judged(*rows, least="10.01%") == (Status.LOW, [None, True])
    assert judged(rows[0], least="10%") == (Status.MISCONFIGURED, [None])
    assert judged(balance("a", "USD", unlimited=True), least="10%") == (Status.OK, [False])
    assert judged(balance("a", "USD", remaining=0, limit=0), least="10%") == (Status.LOW, [True])
    assert judged(balance("a", "USD", used=1), least="5") == (Status.UNKNOWN, [None])


def test_an_unknown_balance_is_not_ok_and_does_not_hide_a_low_one() -> None:
    rows = (balance("a", "USD", used=1), balance("b", "USD", remaining=1))
    assert judged(*rows, least="1") == (Status.UNKNOWN, [None, False])
    assert judged(*rows, least="5") == (Status.LOW, [None, True])
    assert judged(*rows, least="") == (Status.OK, [None, None])


@given(st.lists(st.decimals(0, 1, places=3), min_size=1, max_size=50))
def test_sums_are_exact(parts: list[Decimal]) -> None:
    total = Decimal(0)
    for part in parts:
        total = EXACT.add(total, part)
    assert total * 1000 == sum(int(part * 1000) for part in parts)


def test_times_are_parsed_and_invalid_ones_are_none() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for value in ("2026-11-20T12:00:00Z", "2026-11-20T13:00:00+01:00", "2026-11-20 12:00:00", Decimal(1795176000),
                  Decimal(1795176000000), "2026-11-20T12:00:00.000000000Z"):  # fmt: skip
        assert parse_time(value) == noon
    nothing: list[Any] = []
    for wrong in (None, "", "soon", 0, -1, True, Decimal("1e30"), nothing, "0000-00-00"):
        assert parse_time(wrong) is None


def test_the_next_reset_follows_from_a_day_or_a_period() -> None:
    now = datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert next_day_of_month(Decimal(1), now) == datetime(2026, 12, 1, tzinfo=UTC)
    assert next_day_of_month(20, now) == datetime(2026, 12, 20, tzinfo=UTC)
    assert next_day_of_month(31, now) == datetime(2026, 11, 30, tzinfo=UTC)
    assert next_day_of_month(31, datetime(2026, 12, 31, tzinfo=UTC)) == datetime(2027, 1, 31, tzinfo=UTC)
    assert next_day_of_month(30, datetime(2027, 1, 31, tzinfo=UTC)) == datetime(2027, 2, 28, tzinfo=UTC)
    for day in (0, 32, None, "1"):
        assert next_day_of_month(day, now) is None
    assert end_of_period("2026-12-01T00:00:00Z", "month") == datetime(2027, 1, 1, tzinfo=UTC)
    assert end_of_period("2026-12-01T00:00:00Z", "year") is None
    assert end_of_period(None, "day") is None
    assert next_reset("daily", now) == datetime(2026, 11, 21, tzinfo=UTC)
    assert next_reset("week", now) == datetime(2026, 11, 23, tzinfo=UTC)
    assert next_reset("monthly", now) == datetime(2026, 12, 1, tzinfo=UTC)
    assert next_reset("quarterly", now) == next_reset("annually", now) == datetime(2027, 1, 1, tzinfo=UTC)
    ends = [next_reset("quarterly", now.replace(month=month)) for month in range(1, 13)]
    assert [end.month for end in ends if end] == [month for month in (4, 7, 10, 1) for _ in range(3)]
    assert next_reset(None, now) is None
