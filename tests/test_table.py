"""The table of a report, cell by cell."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from rich.text import Text

from balance_cli.amount import balance
from balance_cli.errors import Unreachable, UsedUp
from balance_cli.render import View
from balance_cli.render.table import draw_report, render
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
    """Return the words of each line of the table, without the summary."""
    return [line.split() for line in render(given, view).splitlines()[:-2]]


def drawn(given: Report, view: View = PIPE) -> list[Text]:
    """Return the lines of the table with their styles, without the summary."""
    return draw_report(given, view).flatten()


def cells(given: JudgedBalance, view: View = PIPE) -> dict[str, str]:
    """Return the cells of a table's only line, by column title."""
    head, line = (re.split("  +", line.strip()) for line in render(report(given), view).splitlines()[:2])
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
        ["STATUS", "PROFILE", "REMAINING", "USED", "LIMIT", "MIN", "SHORT", "BY", "RESETS", "EXPIRES", "PROVIDER"],
        ["low", "main", "1.50", "USD", "1.00", "2.50", "4.00", "2.50", "Tue", "17:00", "now", "apertis"],
    ]
    assert lines(report(row())) == [
        ["STATUS", "PROFILE", "REMAINING", "PROVIDER"],
        ["ok", "main", "5.00", "USD", "apertis"],
    ]


def test_unknown_and_unlimited_amounts_are_marked() -> None:
    assert cells(row(None))["REMAINING"] == "? USD"
    assert cells(row(None, unlimited=True))["REMAINING"] == "unlimited USD"
    assert cells(row("0"))["REMAINING"] == "0.00 USD"


def test_details_show_local_dates_and_a_plan() -> None:
    ends = Outlook(burn_per_day=Decimal(2), runway_days=Decimal("2.5"), runs_out_at=NOW + timedelta(days=2.5))
    made = row(resets_at=SOON, outlook=ends, min_days=Decimal("2.50"), low=False, lasts=True)
    berlin = View(details=True, localize=lambda moment: moment.astimezone(ZoneInfo("Europe/Berlin")))
    found = cells(made, berlin)
    assert (found["RUNWAY"], found["MIN DAYS"]) == ("2.5 days, 2026-11-24 01:00", "2.5")
    assert found["RESETS"] == "Tue 18:00, 2026-11-24 18:00"
    found = cells(made)
    assert (found["RUNWAY"], found["RESETS"], found["STATUS"]) == ("2.5 days", "Tue 17:00", "ok")
    assert "RUNWAY" not in cells(row(outlook=Outlook(burn_per_day=Decimal(0))), View(details=True))
    planned = report(row())
    assert "PLAN" not in render(planned, PIPE)
    assert "Pro" in render(planned._replace(verdicts=(planned.verdicts[0]._replace(plan="Pro"),)), PIPE)


@pytest.mark.parametrize(
    ("away", "shown"),
    [
        (timedelta(days=-3), "3 days ago"),
        (timedelta(seconds=-59), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=60), "in 1 min"),
        (timedelta(minutes=59, seconds=59), "in 59 min"),
        (timedelta(hours=1), "14:00"),
        (timedelta(hours=10, minutes=59), "23:59"),
        (timedelta(hours=11), "Sun 00:00"),
        (timedelta(days=6), "Fri 13:00"),
        (timedelta(days=6, hours=11), "in 7 days"),
        (timedelta(days=9), "in 9 days"),
        (timedelta(days=59), "in 59 days"),
        (timedelta(days=62), "in 2 months"),
        (timedelta(days=800), "in 2 years"),
    ],
)
def test_times_are_short_and_local(away: timedelta, shown: str) -> None:
    view = View(localize=lambda moment: moment.astimezone(ZoneInfo("Europe/Berlin")))
    assert cells(row(resets_at=NOW + away), view)["RESETS"] == shown


@pytest.mark.parametrize(
    ("days", "least", "shown"),
    [
        ("412", None, "412 days"),
        ("12.97", None, "12 days"),
        ("9.36", None, "9.3 days"),
        ("2", None, "2 days"),
        ("1.99999", None, "47 h"),
        ("0.4906", None, "11 h"),
        ("0.05", None, "1.2 h"),
        ("0.04", None, "57 min"),
        ("0.001", None, "1.4 min"),
        ("0", None, "0 min"),
        ("12.97", "12.96", "12.97 days"),
        ("12.97", "12.98", "12 days"),
        ("1.99999", "1.9998", "47.999 h"),
        ("2.999", "3", "2.9 days"),
    ],
)
def test_a_runway_is_short_and_does_not_contradict_its_minimum(days: str, least: str | None, shown: str) -> None:
    wanted = None if least is None else Decimal(least)
    assert cells(row(outlook=Outlook(Decimal(1), Decimal(days)), min_days=wanted))["RUNWAY"] == shown


@pytest.mark.parametrize(
    ("remaining", "limit", "left"),
    [
        ("10", "10", "████████ 100%"),
        ("15", "10", "████████ 100%"),
        ("9.99", "10", "███████▉  99%"),
        ("9.99999999999999999999999999999999", "10", "███████▉  99%"),
        ("5", "10", "████····  50%"),
        ("0.01", "10", "▏·······   0%"),
        ("0", "10", "········   0%"),
        ("-3", "10", "········   0%"),
        ("1", "0.5", "████████ 100%"),
        ("0.2", "0.5", "███▏····  40%"),
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
    assert "OF LIMIT" not in render(report(made), PIPE)
    in_ascii = render(report(made), ROOM._replace(ascii=True))
    assert in_ascii.isascii()
    whole = sum(char == "█" for char in left) or sum(char == "▏" for char in left)
    assert f"{'#' * whole}{'.' * (8 - whole)}{left[8:]}" in in_ascii if left else "%" not in in_ascii


def test_the_bar_follows_the_amount() -> None:
    out = render(report(row("5", limit="10")), ROOM)
    assert out.splitlines()[1].split()[2:] == ["5.00", "USD", "████····", "50%", "10.00", "apertis"]


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
    assert lines(report(made))[1] == ["ok", "main", "5.009", "USD", "5.00", "5.00", "5.005", "apertis"]
    tight = row("4.9999", minimum=Decimal(5), low=True)
    assert lines(report(tight, status=Status.LOW))[1] == ["low", "main", "4.99", "USD", "5.00", "0.0001", "apertis"]


def test_a_terminal_names_each_profile_once_and_a_pipe_on_every_line() -> None:
    both = report(row(), row(unit="EUR"))
    assert [line[:3] for line in lines(both)] == [
        ["STATUS", "PROFILE", "POOL"], ["ok", "main", "payg"], ["-", "main", "payg"]
    ]  # fmt: skip
    assert [line[:2] for line in lines(both, ROOM)] == [["STATUS", "PROFILE"], ["ok", "main"], ["payg", "5.00"]]


def test_pools_are_named_only_where_a_profile_has_several() -> None:
    one, two = report(row()).verdicts[0], report(row(), row(unit="EUR")).verdicts[0]
    assert "POOL" not in render(Report(checked_at=NOW, verdicts=(one, one)), ROOM)
    both = Report(checked_at=NOW, verdicts=(one, two._replace(profile="other")))
    assert [line[2:4] for line in lines(both, ROOM)[:3]] == [["POOL", "REMAINING"], ["5.00", "USD"], ["payg", "5.00"]]
    assert lines(both)[1][2] == "payg"


def test_a_profiles_first_line_has_its_status_and_is_the_reason_for_it() -> None:
    rows = (row("9", minimum=Decimal(5), low=False), row(unit="EUR"), row("1", minimum=Decimal(5), low=True))
    for view in (PIPE, ROOM):
        found = lines(report(*rows, status=Status.LOW), view)[1:]
        assert [line[0] for line in found] == ["low", "ok", "-" if view is PIPE else "payg"]
        assert "1.00" in found[0]
    wrong = report(rows[0], status=Status.MISCONFIGURED, error=Unreachable("x"))
    assert lines(wrong)[1][0] == "misconfigured"


def test_non_gating_balances_are_shown_only_with_details() -> None:
    both = report(row(), row(unit="EUR", gates=False))
    assert len(lines(both)) == 2
    assert len(lines(both, View(details=True))) == 3


def test_a_change_is_shown_for_its_own_balance() -> None:
    view = PIPE._replace(changes={("main", "payg", "EUR"): "-2.00", ("other", "payg", "USD"): "-9.00"})
    head, *rows = lines(report(row(), row(unit="EUR")), view)
    assert head[4] == "CHANGE"
    assert [line[5:6] for line in rows] == [["apertis"], ["-2.00"]]


def test_a_pipe_gets_messages_in_the_last_column() -> None:
    wrong = report(status=Status.UNKNOWN, error=Unreachable("no answer", hint="run again"))
    assert render(wrong, PIPE) == (
        "STATUS   PROFILE  PROVIDER  WHY\n"
        "unknown  main     apertis   no answer (run again)\n"
        "\n"
        "1 unknown\n"
    )  # fmt: skip
    beside = report(row(), row(unit="EUR"), status=Status.UNKNOWN, error=Unreachable("no answer"))
    assert render(beside, PIPE).splitlines()[1:3] == [
        "unknown  main     payg  5.00 USD   apertis   no answer",
        "-        main     payg  5.00 EUR   apertis",
    ]


def test_a_terminal_gets_messages_in_the_row() -> None:
    long = Unreachable("no answer from the server of the provider", hint="run it again later")
    known, failed = report(row()).verdicts[0], report(status=Status.UNKNOWN, error=long).verdicts[0]
    both = Report(checked_at=NOW, verdicts=(known, failed._replace(profile="other")))
    assert render(both, View(width=60)).splitlines()[:-2] == [
        "STATUS   PROFILE  REMAINING  PROVIDER",
        "ok       main     5.00 USD   apertis",
        "unknown  other    no answer from the server of the provider",
        "                  (run it again later)",
    ]
    assert render(both, View(width=80)).splitlines()[2:4] == [
        "unknown  other    no answer from the server of the provider (run it again later)",
        "",
    ]
    alone = render(report(status=Status.UNKNOWN, error=Unreachable("no answer")), ROOM)
    assert alone.splitlines()[:2] == ["STATUS   PROFILE", "unknown  main     no answer"]
    below = report(row(), status=Status.UNKNOWN, error=long)
    assert render(below, View(width=40)).splitlines()[1:4] == [
        "unknown  main     5.00 USD   apertis",
        "  no answer from the server of the",
        "  provider (run it again later)",
    ]


def test_a_row_says_what_its_dropped_columns_would_show() -> None:
    ends = Outlook(burn_per_day=Decimal(2), runway_days=Decimal("1.5"))
    made = report(
        row("3.25", minimum=Decimal(5), low=True, lasts=False, min_days=Decimal(3), outlook=ends), status=Status.LOW
    )
    assert render(made, View(width=40)).splitlines()[2:-2] == [
        "  1.75 below the minimum of 5.00",
        "  lasts 36 h at the recent burn rate,",
        "  below the minimum of 3 days",
    ]
    assert len(lines(made, ROOM)) == 2


def test_a_low_profile_names_the_page_where_more_is_bought() -> None:
    page = "https://example.com/billing"
    low = report(row("1", minimum=Decimal(5), low=True), status=Status.LOW).verdicts[0]._replace(top_up=page)
    ok = report(row()).verdicts[0]._replace(top_up=page)
    spent = low._replace(error=UsedUp("nothing is left", hint=f"top up at {page}"))
    for verdict, times in ((low, 1), (ok, 0), (spent, 1)):
        for view in (PIPE, ROOM):
            assert render(Report(checked_at=NOW, verdicts=(verdict,)), view).count(page) == times


@pytest.mark.parametrize(
    ("status", "style", "signs"),
    [
        (Status.OK, "green", "✓+"),
        (Status.LOW, "bold red", "✗x"),
        (Status.UNKNOWN, "yellow", "??"),
        (Status.MISCONFIGURED, "magenta", "!!"),
    ],
)
def test_a_status_has_a_sign_and_its_own_color(status: Status, style: str, signs: str) -> None:
    failed = report(row(), status=status, error=Unreachable("x"))
    _, line, note = drawn(failed, View(width=40))
    assert {str(span.style): line.plain[span.start : span.end].strip() for span in line.spans}[style] == status
    assert {str(span.style) for span in note.spans} == {style.removeprefix("bold ")}
    _, alone = drawn(report(status=status), PIPE)
    assert style in {str(span.style) for span in alone.spans}
    for view, sign in ((ROOM, signs[0]), (ROOM._replace(ascii=True), signs[1])):
        assert drawn(failed, view._replace(color=True))[1].plain.startswith(f"{sign} {status} ")
        assert drawn(failed, view)[1].plain.startswith(f"{status} ")


def test_a_narrow_terminal_drops_the_least_important_columns() -> None:
    ends = Outlook(burn_per_day=Decimal(2), runway_days=Decimal(2), runs_out_at=NOW + timedelta(days=2))
    made = row("4", used="6", limit="10", minimum=Decimal(5), low=True, lasts=False, min_days=Decimal(3),
               resets_at=SOON, expires_at=SOON, outlook=ends)  # fmt: skip
    changes = {("main", "payg", "USD"): "-2"}
    wide = render(report(made), View(width=200, changes=changes)).splitlines()
    everything = ["STATUS", "PROFILE", "REMAINING", "CHANGE", "OF LIMIT", "USED", "LIMIT", "MIN", "SHORT BY", "RUNWAY",
                  "MIN DAYS", "RESETS", "EXPIRES", "PROVIDER"]  # fmt: skip
    assert re.split("  +", wide[0].strip()) == everything
    sizes = {name: max(map(len, cells)) for name, *cells in zip(everything, *map(_split, wide[:2]), strict=True)}
    sizes["OF LIMIT"] = 13
    important = ["STATUS", "PROFILE", "REMAINING", "CHANGE", "OF LIMIT", "RUNWAY", "SHORT BY", "MIN", "RESETS", "LIMIT",
                 "USED", "MIN DAYS", "PROVIDER", "EXPIRES"]  # fmt: skip
    for width in range(28, 200):  # a dropped column comes back where a more important one has made room
        fitting: list[str] = []
        for name in important:
            if sum(sizes[one] + 2 for one in [*fitting, name]) - 2 <= width:
                fitting.append(name)
        heads = render(report(made), View(width=width, changes=changes)).splitlines()[0]
        assert _split(heads) == [name for name in everything if name in fitting], width


def _split(line: str) -> list[str]:
    """Return the cells of a line in which none is empty; a bar and its percentage are one."""
    return re.split("  +", re.sub("  +([0-9]+%)", r" \1", line).strip())


def test_amounts_are_right_aligned_and_text_is_left_aligned() -> None:
    ends = Outlook(burn_per_day=Decimal(2), runway_days=Decimal(2), runs_out_at=NOW + timedelta(days=2))
    made = row("123456", unit="credits", used="234567", limit="345678", minimum=Decimal(456789), low=True,
               min_days=Decimal(123456789), lasts=False, resets_at=SOON, outlook=ends)  # fmt: skip
    view = View(changes={("main", "payg", "credits"): "-123456"})
    head, line = render(report(made), view).splitlines()[:2]
    for word in ("CHANGE", "USED", "LIMIT", "MIN", "SHORT BY", "MIN DAYS"):
        end = head.index(f" {word}") + 1 + len(word)
        assert line[end - 1].isdigit(), word
        assert line[end : end + 1] == " ", word
    for word in ("STATUS", "PROFILE", "REMAINING", "RUNWAY", "RESETS", "PROVIDER"):
        assert line[head.index(word)] != " ", word


def test_only_the_balance_that_is_low_is_red() -> None:
    low = row("4", limit="10", minimum=Decimal(5), low=True)
    ok = row("9", unit="EUR", limit="10", minimum=Decimal(5), low=False)
    unjudged = row("8", unit="CNY", limit="10")
    view = View(changes={("main", "payg", "USD"): "-2.00"}, width=200)
    texts = drawn(report(ok, unjudged, low, status=Status.LOW), view)
    styles = [{text.plain[span.start : span.end].strip(): str(span.style) for span in text.spans} for text in texts]
    assert set(styles[0].values()) == {"dim"}
    assert [{text: style for text, style in line.items() if text and style != "dim"} for line in styles[1:3]] == [
        {"low": "bold red", "4.00 USD": "bold red", "-2.00": "bold cyan", "███▏····  40%": "red", "1.00": "bold red"},
        {"ok": "green", "9.00 EUR": "bold", "███████▏  90%": "green"},
    ]
    assert {text: style for text, style in styles[3].items() if text} == {"8.00 CNY": "bold", "██████▍·  80%": "dim"}


def test_amounts_of_different_units_line_up_at_their_points() -> None:
    rows = (row("12.5"), row("1200", unit="credits"), row("0.0042", unit="EUR"), row(None, unit="CNY"))
    assert [line[17:].rstrip() for line in render(report(*rows), View(width=40)).splitlines()[1:5]] == [
        "payg    12.50 USD", "payg  1200 credits", "payg     0.0042 EUR", "payg     ? CNY",
    ]  # fmt: skip


def test_the_last_line_sums_up() -> None:
    kinds = [Status.UNKNOWN, Status.OK, Status.LOW, Status.MISCONFIGURED, Status.OK]
    verdicts = tuple(report(row(), status=status).verdicts[0] for status in kinds)
    made = Report(checked_at=NOW, verdicts=verdicts, elapsed_ms=208)
    assert render(made, ROOM).splitlines()[-2:] == ["", "2 ok · 1 low · 1 misconfigured · 1 unknown · 0.21 s"]
    assert render(made, ROOM._replace(ascii=True)).splitlines()[-1].endswith("1 unknown, 0.21 s")
    assert render(made, View(width=40)).splitlines()[-2:] == ["2 ok · 1 low · 1 misconfigured", "1 unknown · 0.21 s"]
    assert render(made._replace(elapsed_ms=14_600), ROOM).splitlines()[-1].endswith("· 15 s")
    assert render(made, PIPE).splitlines()[-1] == "2 ok · 1 low · 1 misconfigured · 1 unknown"


def test_a_long_name_keeps_both_ends() -> None:
    verdict = report(row(), status=Status.MISCONFIGURED).verdicts[0]._replace(profile=f"production-{'x' * 40}-europe")
    made = Report(checked_at=NOW, verdicts=(verdict,))
    assert render(made, View(width=40)).splitlines()[1] == "misconfigured  product…europe  5.00 USD"
    assert render(made, View(width=40, ascii=True)).splitlines()[1] == "misconfigured  product~europe  5.00 USD"
    assert verdict.profile in render(made, PIPE)


def test_a_terminal_too_narrow_for_columns_gets_lists() -> None:
    low = row("4.50", unit="characters", minimum=Decimal(5), low=True)
    made = report(row("123456789", unit="characters"), low, status=Status.LOW)
    assert render(made, View(width=24)).splitlines()[:-2] == [
        "low  main",
        "  payg  4.5 characters",
        "  0.5 below the minimum",
        "  of 5",
        "  payg",
        "  123456789 characters",
    ]
