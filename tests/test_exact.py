"""Amounts, minimums and verdicts at their limits, and the messages for those beyond."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from balance_cli.amount import UNSAID, amount, balance, first, format_amount, format_exact, nullable, plan, rounded
from balance_cli.check.judge import judge
from balance_cli.errors import Failure
from balance_cli.exits import MEANINGS, Exit
from balance_cli.minimum import Minimum, parse_minimum
from balance_cli.model import Balance, Plan, Reading
from balance_cli.verdict import STRENGTH, JudgedBalance, Report, Status, Verdict, pick_strongest

LONG = "x" * 100


def said(call: Any, *given: Any, **named: Any) -> str:
    """Return the error message of a call."""
    with pytest.raises((Failure, ValueError)) as caught:
        call(*given, **named)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "it is not a decimal number: empty"),
        (LONG, f"it is not a decimal number: {'x' * 59}…"),
        ("9" * 41, f"it is not a decimal number: {'9' * 41}"),
        (None, "it is null, not a number"),
        (True, "it is true or false, not a number"),
        ({}, "it is an object, not a number"),
        ([], "it is a list, not a number"),
        (1.5, "it is a float, not a number"),
        (UNSAID, "it is missing, not a number"),
        (b"5", "it is something else, not a number"),
        (Decimal("NaN"), "it is not a finite number"),
        (Decimal("9" * 41), "it has too many digits"),
        (Decimal("12e-41"), "it has too many digits"),
        (Decimal("12e40"), "it has too many digits"),
        (Decimal("0e41"), "it has too many digits"),
        ("1e41", "it has too many digits"),
    ],
)
def test_invalid_amounts_are_described(value: Any, message: str) -> None:
    assert said(amount, value, "it") == message
    assert said(amount, value) == message.replace("it ", "the amount ", 1)


def test_amounts_at_the_limits_are_accepted() -> None:
    for text in ("9" * 40, "1e40", "1e-40", "-1e40", f"0.{'1' * 38}", ".5", "-.5", "1E+2"):
        assert amount(text) == Decimal(text)
    for value in (7, -7, Decimal("9" * 40), Decimal("0e40")):
        assert amount(value) == value
    assert amount("3", per=2) == Decimal("1.5")
    assert amount("150", per=100) == Decimal("1.5")
    assert amount(1, per=3) == Decimal("0." + "3" * 40)
    assert balance("a", "USD", remaining="1e15").remaining == 10**15
    assert balance("a", "USD", remaining="1e17", per=100).remaining == 10**15
    assert said(balance, "a", "USD", used="1000000000000000.01") == "used of a is implausibly large"
    assert said(balance, "a", "USD", limit=-(10**16)) == "limit of a is implausibly large"
    assert said(balance, "a", "USD", remaining=None) == "remaining of a is null, not a number"


def test_a_longer_amount_is_rounded_to_20_decimals_where_a_vendor_sends_one() -> None:
    sent = "604.4560000000000172803993336856365203857421875"
    assert rounded(sent) == Decimal("604.45600000000001728040")
    assert rounded(f"-{sent}") == Decimal("-604.45600000000001728040")
    assert rounded(f"0.{'0' * 20}5{'0' * 20}") == 0
    assert rounded(f"0.{'0' * 19}15{'0' * 20}") == Decimal("2e-20")
    for text in ("0.1", "9" * 40, f"0.{'1' * 38}", "1e-40"):
        assert rounded(text) == Decimal(text)
    assert said(amount, sent, "it") == f"it is not a decimal number: {sent}"
    for text in (f"{'9' * 41}.{'1' * 20}", "9" * 101, f"0.{'1' * 99}", "1e" + "0" * 39, "x" * 50, f" 1.{'0' * 45}"):
        assert said(rounded, text, "it").startswith("it ")
    for value in (None, True, 1.5, UNSAID):
        assert said(rounded, value, "it") == said(amount, value, "it")


def test_a_balance_keeps_all_given_fields() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    given: dict[str, Any] = {"remaining": 150, "used": "50", "limit": Decimal(200), "per": 100}
    made = balance(LONG, "USD", **given, resets_at="2026-11-20T12:00:00Z", expires_at=noon, gates=False)
    assert made == Balance(
        name=f"{'x' * 59}…", unit="USD", remaining=Decimal("1.5"), used=Decimal("0.5"), limit=Decimal(2),
        unlimited=False, resets_at=noon, expires_at=noon, gates=False,
    )  # fmt: skip
    free = balance("b", "credits", **given, unlimited=True)
    assert (free.remaining, free.used, free.limit, free.unlimited, free.gates) == (
        None,
        Decimal("0.5"),
        None,
        True,
        True,
    )


def test_an_uncapped_key_is_neither_unlimited_nor_known() -> None:
    key = balance("a", "USD", remaining=-3, used=5, limit=2, uncapped=True)
    assert (key.remaining, key.used, key.limit, key.unlimited, key.gates) == (None, Decimal(5), None, False, True)
    assert said(balance, "a", "USD", uncapped="true") == "the unlimited flag of a is not true or false"
    assert judged([key], "0")[0] is Status.UNKNOWN
    assert judged([key], "1%")[0] is Status.MISCONFIGURED


def test_invalid_balances_are_rejected() -> None:
    assert said(balance, "a", "USD", unlimited=1) == "the unlimited flag of a is not true or false"
    assert said(balance, "a", "") == "the unit of a is invalid: empty"
    assert said(balance, "a", LONG.upper()) == f"the unit of a is invalid: {'X' * 19}…"
    assert said(balance, LONG, "USD", remaining=1, blocked="it is\nclosed") == f"{'x' * 59}…: it is closed"
    more: list[dict[str, Any]] = [{"remaining": "0.01"}, {"unlimited": True}, {}, {"used": 1}]
    for some in more:
        assert said(balance, "a", "USD", blocked="closed", **some) == "a: closed"
    less: list[dict[str, Any]] = [{"remaining": 0}, {"remaining": -1}, {"used": 2, "limit": 1}]
    for some in less:
        assert balance("a", "USD", blocked="closed", **some).remaining is not None


def test_helpers_handle_missing_values() -> None:
    assert first({"b": None, "c": 0, "d": 1}, "a", "b", "c", "d") == 0
    assert first({"a": 1}, "b") is None
    assert nullable(None) is UNSAID
    assert nullable(0) == 0
    assert plan("Pro") == Plan("Pro")
    assert plan(None) == plan("") == Plan("")
    assert plan(LONG) == Plan(f"{'x' * 59}…")


@pytest.mark.parametrize(
    ("number", "text"),
    [("100", "100"), ("1E+2", "100"), ("1.50", "1.5"), ("0.0", "0"), ("-0.00", "0"), ("-1.10", "-1.1"),
     ("1e-7", "0.0000001")],
)  # fmt: skip
def test_amounts_are_written_in_full(number: str, text: str) -> None:
    assert format_exact(Decimal(number)) == text


@pytest.mark.parametrize(
    ("number", "unit", "least", "text"),
    [
        ("1", "USD", None, "1.00"),
        ("1.5", "USD", None, "1.50"),
        ("1.239", "USD", None, "1.23"),
        ("-1.231", "USD", None, "-1.24"),
        ("0.99999", "USD", None, "0.9999"),
        ("0.123", "USD", None, "0.123"),
        ("0.1", "credits", None, "0.1"),
        ("5.009", "USD", "5.005", "5.009"),
        ("5.009", "USD", "5.00", "5.00"),
        ("4.999", "USD", "5", "4.99"),
        ("0.00001", "credits", None, "0.00001"),
        ("-0.00001", "USD", None, "-0.0001"),
    ],
)
def test_amounts_are_written_for_display(number: str, unit: str, least: str | None, text: str) -> None:
    assert format_amount(Decimal(number), unit, least and Decimal(least)) == text  # type: ignore[arg-type]


def test_minimums_are_accepted_up_to_the_limits() -> None:
    for text, number, unit in (
        ("5", 5, None), ("+5", 5, None), ("-5USD", -5, "USD"), (".5 USD", Decimal("0.5"), "USD"), ("10%", 10, "%"),
        ("10 %", 10, "%"), ("1" + "0" * 15, 10**15, None), ("0" * 39 + "1", 1, None), (f"5{'u' * 32}", 5, "u" * 32),
    ):  # fmt: skip
        assert parse_minimum(text) == Minimum(amount=Decimal(number), unit=unit)
    for value in (5, Decimal("0.10"), Decimal("1e2"), Decimal("1e15"), Decimal("1e-38")):
        assert parse_minimum(value) == Minimum(amount=Decimal(value), unit=None)
    for wrong in (
        True, Decimal("NaN"), Decimal("Infinity"), Decimal("1e16"), Decimal("1e41"), Decimal("1e-41"), Decimal("1e400"),
        "0" * 40 + "1", f"5{'u' * 33}", "1" + "0" * 15 + ".1", "5 USD ", "--5", "5USD\n", "5." , ".",
    ):  # fmt: skip
        assert "must be an amount like 5, 5USD, 100credits or 10%" in said(parse_minimum, wrong)
    assert said(parse_minimum, LONG) == f'must be an amount like 5, 5USD, 100credits or 10%, not "{"x" * 39}…"'
    written = [str(parse_minimum(text)) for text in ("5", "5USD", "100 credits", "10%", "1.50 USD")]
    assert written == ["5", "5 USD", "100 credits", "10%", "1.50 USD"]
    assert str(parse_minimum(Decimal("1e2"))) == "100"
    assert parse_minimum(f"{'0' * 39}1 {'u' * 32}").unit == "u" * 32


def judged(rows: list[Balance], *texts: str, each: bool = True) -> tuple[Status, list[tuple[Any, ...]], str, str]:
    """Judge balances; return the status, each row's minimum and whether it is low, the error's message and hint."""
    reading = Reading(balances=tuple(rows), plan=None)
    status, made, error = judge(reading, [parse_minimum(text) for text in texts], each=each)
    assert [row.balance for row in made] == rows
    return status, [(row.minimum, row.low) for row in made], error.message if error else "", error.hint if error else ""


def test_each_balance_is_judged_by_its_highest_minimum() -> None:
    money = balance("a", "USD", remaining=3, limit=20)
    assert judged([money], "3", "15%") == (Status.OK, [(3, False)], "", "")
    assert judged([money], "2", "16%") == (Status.LOW, [(Decimal("3.2"), True)], "", "")
    assert judged([money], "3.01", "1%") == (Status.LOW, [(Decimal("3.01"), True)], "", "")
    assert judged([money], "3usd") == (Status.OK, [(3, False)], "", "")
    assert judged([money]) == (Status.OK, [(None, None)], "", "")
    free = balance("f", "USD", unlimited=True)
    assert judged([free, money], "5") == (Status.LOW, [(5, False), (5, True)], "", "")
    assert judged([free], "5", "10%") == (Status.OK, [(5, False)], "", "")
    aside = balance("s", "USD", remaining=0, limit=5, gates=False)
    assert judged([money, aside], "1", "10%") == (Status.OK, [(2, False), (None, None)], "", "")
    empty = balance("e", "USD", remaining=0, limit=0)
    assert judged([empty], "10%") == (Status.LOW, [(0, True)], "", "")
    assert judged([empty], "0.5%") == (Status.LOW, [(0, True)], "", "")
    long = balance("l", "USD", remaining=2, limit=Decimal("1.234567890123456789012345678901234567"))
    assert judged([long], "100%") == (Status.OK, [(long.limit, False)], "", "")
    assert judged([long], "99.9999%")[1] == [(Decimal("1.234566655555566665555556666555555665765433"), False)]
    assert judged([empty], "0%") == (Status.OK, [(0, False)], "", "")
    assert judged([empty], "0") == (Status.OK, [(0, False)], "", "")
    assert judged([balance("e", "USD", remaining=1, limit=0)], "10%") == (Status.OK, [(0, False)], "", "")
    assert judged([balance("e", "USD", remaining=-1, limit=-1)], "1%")[0] is Status.LOW
    assert judged([balance("e", "USD", remaining="0.5", limit=1)], "50%")[0] is Status.OK


def test_verdicts_that_cannot_be_reached_are_explained() -> None:
    rows = [balance("a", "quota", remaining=3), balance("b", "USD", used=1)]
    assert judged(rows, "5EUR", "1quota") == (
        Status.MISCONFIGURED,
        [(1, False), (None, None)],
        "a minimum of 5 EUR cannot be compared: the balances are in quota and USD",
        "use one of these units",
    )
    assert judged(rows, "5EUR", "1quota", each=False)[0] is Status.OK
    assert judged(rows, "5EUR", "6JPY", each=False)[2].startswith("a minimum of 5 EUR and 6 JPY cannot be compared")
    assert judged(rows, "5EUR", "4quota")[0] is Status.LOW
    assert judged(rows, "10%") == (
        Status.MISCONFIGURED,
        [(None, None), (None, None)],
        "a minimum of 10% cannot be compared: no gating balance has a limit",
        "use an amount in quota and USD",
    )
    assert judged(rows, "10%", "5EUR")[3] == "use one of these units"
    assert judged(rows, "1USD") == (
        Status.UNKNOWN,
        [(None, None), (1, None)],
        "the remaining amount of b is unknown: the provider reports only what was used",
        'set a budget in the profile, like budget = "100USD"',
    )
    unread = [balance("a", "USD"), balance("b", "USD", limit=5)]
    assert judged(unread, "1")[2:] == (
        "the remaining amount of a and b is unknown",
        "the provider does not report it for this key",
    )
    assert judged(unread, "1", "1EUR")[0] is Status.MISCONFIGURED


def test_a_warning_marks_a_balance_as_near_and_changes_no_status() -> None:
    rows = [balance("a", "USD", remaining=3, limit=20), balance("b", "credits", remaining=9)]

    def warned(*texts: str, least: str = "1USD") -> Any:
        reading = Reading(balances=tuple(rows), plan=None)
        given = [parse_minimum(text) for text in texts]
        status, made, error = judge(reading, [parse_minimum(least)], each=True, warnings=given)
        return status, [(row.warning, row.near) for row in made], error and error.describe()

    none = (None, False)
    assert warned() == (Status.OK, [none, none], None)
    assert warned("4") == (Status.OK, [(4, True), none], None)
    assert warned("3") == (Status.OK, [(3, False), none], None)
    assert warned("10%", "2USD", "9credits") == (Status.OK, [(2, False), (9, False)], None)
    assert warned("20%", "10credits") == (Status.OK, [(4, True), (10, True)], None)
    assert warned("4", least="5USD") == (Status.LOW, [(4, True), none], None)
    assert warned("5EUR", "4USD") == (Status.OK, [(4, True), none], None)
    wrong = "a minimum of 5 EUR cannot be compared: the balances are in USD and credits (use one of these units)"
    assert warned("5EUR") == (Status.MISCONFIGURED, [none, none], wrong)
    rows[1] = balance("b", "credits", used=1)
    status, near, said = warned("9credits")
    assert (status, near) == (Status.UNKNOWN, [none, (9, False)])
    assert said.startswith("the remaining amount of b is unknown: the provider reports only what was used")


def test_an_empty_gating_balance_is_low() -> None:
    def left(**more: Any) -> Any:
        status, made, error = judge(Reading(balances=(balance("a", "USD", **more),), plan=None), [], each=False)
        return status, made[0].low, made[0].minimum, error

    for amount_left in ("0", "-0.01"):
        assert left(remaining=amount_left) == (Status.LOW, True, None, None)
        assert left(remaining=amount_left, gates=False) == (Status.OK, None, None, None)
    assert left(remaining="0.01") == (Status.OK, None, None, None)
    assert left(used=1) == left() == left(unlimited=True) == (Status.OK, None, None, None)
    assert judged([balance("a", "USD", remaining="0.5", limit="0.5")], "10%")[0] is Status.OK
    assert judged([balance("a", "USD", remaining=-2, limit=1)], "1%")[0] is Status.LOW


def test_a_provider_hint_is_used_when_the_remaining_amount_is_unknown() -> None:
    reading = Reading(balances=(balance("a", "USD", used=1),), plan=None)
    status, _, error = judge(reading, [parse_minimum("5")], each=False, hint="ask the account")
    assert status is Status.UNKNOWN
    assert error is not None
    assert error.describe() == "the remaining amount of a is unknown (ask the account)"


def test_the_most_severe_verdict_wins() -> None:
    assert STRENGTH == (Status.LOW, Status.MISCONFIGURED, Status.UNKNOWN, Status.OK)
    for index, status in enumerate(STRENGTH):
        assert pick_strongest({*STRENGTH[index:]}) is status
    assert pick_strongest(set()) is Status.MISCONFIGURED
    now = datetime(2026, 11, 20, tzinfo=UTC)
    verdicts = tuple(Verdict(profile="p", provider="q", status=status) for status in (Status.OK, Status.UNKNOWN))
    assert Report(checked_at=now, verdicts=verdicts).status is Status.UNKNOWN
    assert Report(checked_at=now).status is Status.MISCONFIGURED
    assert [int(status.exit) for status in STRENGTH] == [3, 2, 4, 0]
    assert JudgedBalance(balance=balance("a", "USD")).low is None


def test_exit_codes_are_as_documented() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "OK": 0, "CRASH": 1, "MISCONFIGURED": 2, "LOW": 3, "UNKNOWN": 4,
        "INTERRUPTED": 130, "BROKEN_PIPE": 141, "TERMINATED": 143,
    }  # fmt: skip
    assert [int(code) for code in MEANINGS] == [0, 1, 2, 3, 4, 130]
