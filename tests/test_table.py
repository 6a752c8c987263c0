"""The table of a report, cell by cell."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import pytest

from balance_cli.amount import balance
from balance_cli.errors import Unreachable
from balance_cli.render import View
from balance_cli.render.table import drawn, render
from balance_cli.verdict import JudgedBalance, Outlook, Report, Status, Verdict

NOW: Final = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SOON: Final = NOW + timedelta(days=3, hours=5)
ROOM: Final = View(width=200)
PIPE: Final = View()


def report(*rows: JudgedBalance, status: Status = Status.OK, error: Unreachable | None = None) -> Report:
    """Return a report of one profile."""
    verdict = Verdict(profile="main", provider="apertis", status=status, balances=rows, error=error)
    return Report(checked_at=NOW, verdicts=(verdict,))


def lines(given: Report, view: View = PIPE) -> list[list[str]]:
    """Return the words of each line."""
    return [line.split() for line in render(given, view).splitlines()]


def cells(given: JudgedBalance, view: View = PIPE) -> dict[str, str]:
    """Return the cells of a table's only line, by column title."""
    head, line = (re.split("  +", line.strip()) for line in render(report(given), view).splitlines())
    return dict(zip(head, line, strict=True))


def row(remaining: Any = "5", **more: Any) -> JudgedBalance:
    """Return a judged balance in USD; fields of `Judged` are set there."""
    judged = {name: more.pop(name) for name in ("minimum", "low", "outlook", "min_days", "lasts") if name in more}
    given = {} if remaining is None else {"remaining": remaining}
    return JudgedBalance(balance=balance("payg", more.pop("unit", "USD"), **given, **more), **judged)


def test_an_aborted_run_has_no_table() -> None:
    assert render(Report(checked_at=NOW, error=Unreachable("x")), PIPE) == ""


def test_a_pipe_gets_every_column_with_a_value() -> None:
    made = row("1.5", used=1, limit=Decimal("2.5"), minimum=Decimal(4), low=True, resets_at=SOON, expires_at=NOW)
    assert lines(report(made, status=Status.LOW)) == [
        ["PROFILE", "PROVIDER", "BALANCE", "REMAINING", "UNIT", "USED", "LIMIT", "MIN", "SHORT", "BY", "RESETS",
         "EXPIRES", "STATUS"],
        ["main", "apertis", "payg", "1.50", "USD", "1.00", "2.50", "4.00", "2.50", "in", "3", "days", "now", "low"],
    ]  # fmt: skip
    assert lines(report(row())) == [
        ["PROFILE", "PROVIDER", "BALANCE", "REMAINING", "UNIT", "STATUS"],
        ["main", "apertis", "payg", "5.00", "USD", "ok"],
    ]


def test_unknown_and_unlimited_amounts_are_marked() -> None:
    assert cells(row(None))["REMAINING"] == "?"
    assert cells(row(None, unlimited=True))["REMAINING"] == "unlimited"
    assert cells(row("0"))["REMAINING"] == "0.00"


def test_details_show_full_timestamps() -> None:
    ends = Outlook(burn_per_day=Decimal(2), runway_days=Decimal("2.5"), runs_out_at=NOW + timedelta(days=2.5))
    made = row(resets_at=SOON, outlook=ends, min_days=Decimal("2.50"), low=False, lasts=True)
    found = cells(made, View(details=True))
    assert (found["RUNWAY"], found["MIN DAYS"]) == ("2.5 days, 2026-11-24T00:00:00Z", "2.5")
    assert found["RESETS"] == "in 3 days, 2026-11-24T17:00:00Z"
    found = cells(made)
    assert (found["RUNWAY"], found["RESETS"], found["STATUS"]) == ("2.5 days", "in 3 days", "ok")
    assert "RUNWAY" not in cells(row(outlook=Outlook(burn_per_day=Decimal(0))), View(details=True))


@pytest.mark.parametrize(
    ("remaining", "limit", "left"),
    [
        ("10", "10", "████████ 100%"),
        ("15", "10", "████████ 100%"),
        ("9.99", "10", "███████░  99%"),
        ("5", "10", "████░░░░  50%"),
        ("0.01", "10", "█░░░░░░░   0%"),
        ("0", "10", "░░░░░░░░   0%"),
        ("-3", "10", "░░░░░░░░   0%"),
        ("1", "0.5", "████████ 100%"),
        ("0.2", "0.5", "███░░░░░  40%"),
        ("5", "0", ""),
        ("5", "-10", ""),
        (None, "10", ""),
        ("5", None, ""),
    ],
)
def test_a_bar_is_limited_to_0_and_100_percent(remaining: str | None, limit: str | None, left: str) -> None:
    made = row(remaining, **({} if limit is None else {"limit": limit}))
    assert left in render(report(made), ROOM)
    assert ("OF LIMIT" in render(report(made), ROOM)) == bool(left)
    plain = left.replace("█", "#").replace("░", ".")
    assert plain in render(report(made), ROOM._replace(ascii=True))
    assert "OF LIMIT" not in render(report(made), PIPE)


def test_the_bar_follows_the_limit_column() -> None:
    out = render(report(row("5", limit="10")), ROOM)
    assert out.splitlines()[1].split()[5:] == ["10.00", "████░░░░", "50%", "ok"]


@pytest.mark.parametrize(
    ("remaining", "minimum", "more", "short"),
    [
        ("4.5", "5", {"low": True}, "0.5"),
        ("4.991", "5", {"low": True}, "0.009"),
        ("1", "4.5551", {"low": True}, "3.56"),
        ("-2", "5", {"low": True}, "7"),
        ("5", "5", {"low": False}, None),
        ("6", "5", {"low": True, "lasts": False}, None),
        ("4", "5", {"low": True, "lasts": False}, "1"),
        ("4", None, {"low": True, "lasts": False}, None),
        ("5", "5", {"low": True}, None),
        (None, "5", {"low": None}, None),
    ],
)
def test_the_shortfall_is_rounded_up(
    remaining: str | None, minimum: str | None, more: dict[str, Any], short: str | None
) -> None:
    least = None if minimum is None else Decimal(minimum)
    assert cells(row(remaining, unit="credits", minimum=least, **more)).get("SHORT BY") == short


def test_a_rounded_amount_does_not_contradict_its_minimum() -> None:
    made = row("5.009", used="5.009", limit="5.0099", minimum=Decimal("5.005"), low=False)
    assert lines(report(made))[1][3:9] == ["5.009", "USD", "5.00", "5.00", "5.005", "ok"]


def test_a_terminal_names_each_profile_once_and_a_pipe_on_every_line() -> None:
    both = report(row(), row(unit="EUR"))
    assert [line[:2] for line in lines(both)] == [["PROFILE", "PROVIDER"], ["main", "apertis"], ["main", "apertis"]]
    assert [line[0] for line in lines(both, ROOM)] == ["PROFILE", "main", "payg"]
    assert [line[-1] for line in lines(both)] == ["STATUS", "ok", "EUR"]


def test_non_gating_balances_are_shown_only_with_details() -> None:
    both = report(row(), row(unit="EUR", gates=False))
    assert len(lines(both)) == 2
    assert len(lines(both, View(details=True))) == 3


def test_a_change_is_shown_for_its_own_balance() -> None:
    view = PIPE._replace(changes={("main", "payg", "EUR"): "-2.00", ("other", "payg", "USD"): "-9.00"})
    head, *rows = lines(report(row(), row(unit="EUR")), view)
    assert head[5] == "CHANGE"
    assert [line[5:6] for line in rows] == [["ok"], ["-2.00"]]


def test_a_profile_without_a_balance_gets_a_line_and_a_note() -> None:
    wrong = report(status=Status.UNKNOWN, error=Unreachable("no answer", hint="run again"))
    assert render(wrong, PIPE) == (
        "PROFILE  PROVIDER  STATUS\nmain     apertis   unknown\n  no answer (run again)\n"
    )  # fmt: skip
    beside = report(row(), status=Status.UNKNOWN, error=Unreachable("no answer"))
    assert render(beside, PIPE).splitlines()[1:] == [
        "main     apertis   payg          5.00  USD   unknown",
        "  no answer",
    ]


@pytest.mark.parametrize(
    ("status", "style"),
    [(Status.OK, "green"), (Status.LOW, "bold red"), (Status.UNKNOWN, "yellow"), (Status.MISCONFIGURED, "magenta")],
)
def test_a_line_has_the_color_of_its_status(status: Status, style: str) -> None:
    _, cells, note = drawn(report(row(), status=status, error=Unreachable("x")), PIPE)
    assert style in {str(span.style) for span in cells.spans}
    assert str(note.style) == style
    _, alone = drawn(report(status=status), PIPE)
    assert style in {str(span.style) for span in alone.spans}
    low = drawn(report(row(minimum=Decimal(9), low=True), status=status), PIPE)[1]
    assert "bold red" in {str(span.style) for span in low.spans}


def test_a_narrow_terminal_drops_the_least_important_columns() -> None:
    ends = Outlook(burn_per_day=Decimal(2), runway_days=Decimal(2), runs_out_at=NOW + timedelta(days=2))
    made = row("4", used="6", limit="10", minimum=Decimal(5), low=True, lasts=False, min_days=Decimal(3),
               resets_at=SOON, expires_at=SOON, outlook=ends)  # fmt: skip
    changes = {("main", "payg", "USD"): "-2"}
    heads = [
        re.split("  +", render(report(made), View(width=width, changes=changes)).splitlines()[0].strip())
        for width in range(200, 0, -1)
    ]
    gone = [word for wide, narrow in pairwise(heads) for word in wide if word not in narrow]
    assert gone == ["EXPIRES", "USED", "PROVIDER", "LIMIT", "RESETS", "OF LIMIT", "MIN DAYS", "MIN", "SHORT BY",
                    "RUNWAY", "CHANGE"]  # fmt: skip
    assert heads[0] == ["PROFILE", "PROVIDER", "BALANCE", "REMAINING", "UNIT", "CHANGE", "USED", "LIMIT", "OF LIMIT",
                        "MIN", "SHORT BY", "RUNWAY", "MIN DAYS", "RESETS", "EXPIRES", "STATUS"]  # fmt: skip
    assert heads[-1] == ["PROFILE", "BALANCE", "REMAINING", "UNIT", "STATUS"]


def test_amounts_are_right_aligned_and_text_is_left_aligned() -> None:
    ends = Outlook(burn_per_day=Decimal(2), runway_days=Decimal(2), runs_out_at=NOW + timedelta(days=2))
    made = row("123456", unit="credits", used="234567", limit="345678", minimum=Decimal(456789), low=True,
               min_days=Decimal(123456789), lasts=False, resets_at=SOON, outlook=ends)  # fmt: skip
    view = View(changes={("main", "payg", "credits"): "-123456"})
    head, line = render(report(made), view).splitlines()
    for word in ("REMAINING", "CHANGE", "USED", "LIMIT", "MIN", "SHORT BY", "MIN DAYS"):
        end = head.index(f" {word}") + 1 + len(word)
        assert line[end - 1].isdigit(), word
        assert line[end : end + 1] == " ", word
    for word in ("PROFILE", "PROVIDER", "BALANCE", "UNIT", "RUNWAY", "RESETS", "STATUS"):
        assert line[head.index(word)] != " ", word


def test_changes_and_low_amounts_are_highlighted() -> None:
    view = View(changes={("main", "payg", "USD"): "-2.00"}, width=200)
    texts = drawn(report(row("4", limit="10", minimum=Decimal(5), low=True), status=Status.LOW), view)
    styles = {texts[1].plain[span.start : span.end].strip(): str(span.style) for span in texts[1].spans}
    assert styles == {"-2.00": "bold cyan", "███░░░░░  40%": "bold red", "1.00": "bold red", "low": "bold red"}
