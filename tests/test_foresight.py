"""How a range and a surge are judged and shown, by outlooks that are made by hand."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from balance_cli.amount import balance as amount
from balance_cli.check.judge import judge_days
from balance_cli.exits import Exit, JobExit
from balance_cli.registry import stems
from balance_cli.render import View, load, render
from balance_cli.render._runway import name_surge
from balance_cli.render._said import explain
from balance_cli.render._schema import schema
from balance_cli.render._watch import render_look
from balance_cli.render.table import draw_report
from balance_cli.times import Clock
from balance_cli.verdict import JudgedBalance, Outlook, Report, Status, Surge, Verdict
from conftest import Balance, promtool
from stub import Stub
from surroundings import HERE
from test_history import balance_of, document, imported

NOW: Final = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
"""A Saturday."""
HOUR: Final = timedelta(hours=1)
UTC_CLOCK: Final = Clock(NOW, lambda moment: moment.astimezone(UTC))


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
    row = JudgedBalance(amount("key", "USD", remaining=48, **fields), outlook=given)
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
    row = JudgedBalance(amount("key", "USD", unlimited=True), outlook=Outlook(surge=surge()))
    free = made.verdicts[0]._replace(balances=(row,))
    assert judge_days(made._replace(verdicts=(free,)), {"main": Decimal(1)}).status is Status.OK


@pytest.mark.parametrize("away", [-HOUR, timedelta(seconds=1), HOUR, timedelta(days=9)])
def test_a_balance_that_was_due_to_run_out_is_low_although_it_will_reset(away: timedelta) -> None:
    assert status(report(outlook("0"), "1", resets_at=NOW + away)) is Status.LOW


def cells(made: Report, width: int | None = None) -> dict[str, str]:
    """Return the cells of the first line of a table, by the heads of its columns."""
    heads, line = (re.split("  +", line.strip()) for line in render(made, "table", View(width=width)).splitlines()[:2])
    return dict(zip(heads, line, strict=True))


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        (("3", "5"), "3 to 5 days"),
        (("3.29", "12.99"), "3.2 to 12 days"),
        (("0.84", "3"), "20 h to 3 days"),
        (("0.02", "0.04"), "28 to 57 min"),
        (("0.5", "1.5"), "12 to 36 h"),
        (("3", None), "3 days or more"),
        (("3.96", "4.04"), "3.9 to 4 days"),
        (("4", "4.04"), None),
        (("0", "0.04"), "0 to 57 min"),
        ((None, None), None),
    ],
)
def test_a_range_has_its_own_column(ends: tuple[str | None, str | None], shown: str | None) -> None:
    found = cells(report(outlook("4.04", *ends)))
    assert found["RUNWAY"] == "4 days"
    assert found.get("RANGE") == shown


def test_a_balance_that_may_never_run_out_has_a_range_without_a_middle() -> None:
    found = cells(report(outlook(None, "30"), "9"))
    assert (found["STATUS"], found["RANGE"]) == ("ok", "30 days or more")
    assert "RUNWAY" not in found


def test_a_narrow_terminal_shows_only_the_middle() -> None:
    made = report(outlook("4", "3", "5"))
    assert cells(made, 80)["RANGE"] == "3 to 5 days"
    assert cells(made, 40) == {"STATUS": "ok", "PROFILE": "main", "REMAINING": "48.00 USD", "RUNWAY": "4 days"}


@pytest.mark.parametrize(
    ("given", "min_days", "shown"),
    [
        (outlook("4"), "5", "4 days"),
        (outlook("4", "3", "5"), "4.5", "4 days (range: 3 to 5 days)"),
        (outlook("4", "3", "5"), "6", "4 days (range: 3 to 5 days)"),
        (outlook("4", "4", "4.01"), "6", "4 days"),
        (outlook("4.97", "4.96", "4.98"), "4.975", "4.9 days (range: 4.9 to 4.98 days)"),
        (outlook("1.5", "0.84", "3"), "2", "36 h (range: 20 h to 3 days)"),
        (outlook("4", "3"), "6", "4 days (range: 3 days or more)"),
        (outlook("0.1", surge=surge()), "6", "2.4 h"),
    ],
)
def test_a_low_verdict_names_the_middle(given: Outlook, min_days: str, shown: str) -> None:
    assert_reason(given, min_days, f"lasts {shown} at the recent burn rate, below the minimum of {min_days} days")


@pytest.mark.parametrize(
    ("given", "min_days", "shown"),
    [
        (outlook("4", surge=surge()), "2", "3 h at the current rate (burning 20x since 14:00)"),
        (outlook("4", "3", "5", surge=surge()), "6", "3 h at the current rate (burning 20x since 14:00)"),
        (outlook(None, surge=surge(times=None)), "2", "3 h at the current rate (burning since 14:00 after no use)"),
        (outlook("4", surge=surge(3.5 * HOUR)), "0.147", "3.5 h at the current rate (burning 20x since 14:00)"),
    ],
)
def test_a_low_verdict_names_the_surge(given: Outlook, min_days: str, shown: str) -> None:
    assert_reason(given, min_days, f"lasts {shown}, below the minimum of {min_days} days")


def assert_reason(given: Outlook, min_days: str, why: str) -> None:
    """Assert that all texts for people give this reason for a low verdict."""
    made = report(given, min_days)
    assert made.status is Status.LOW
    assert explain(made.verdicts[0], UTC_CLOCK) == f"key {why}"
    assert why in " ".join(render(made, "table", View(width=36)).split())
    assert why in render_look(made, View())


@pytest.mark.parametrize("form", sorted({*stems("render")} - {"prometheus"}))
def test_every_format_that_explains_a_low_verdict_names_the_surge(form: str) -> None:
    text = render(report(outlook(surge=surge()), "1"), form, View())
    assert "burning 20x since 14:00" in text


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        ("20", "20x"),
        ("19.5", "20x"),
        ("9.96", "10x"),
        ("3", "3x"),
        ("3.44", "3.4x"),
        ("1.25", "1.3x"),
        ("1234.5", "1235x"),
    ],
)
def test_a_factor_is_rounded(times: str, shown: str) -> None:
    assert name_surge(surge(times=times), UTC_CLOCK) == f"burning {shown} since 14:00"


@pytest.mark.parametrize(
    ("zone", "ago", "since"),
    [
        ("UTC", 3 * HOUR, "14:00"),
        ("UTC", 17 * HOUR, "00:00"),
        ("UTC", 18 * HOUR, "Fri 23:00"),
        ("Asia/Tokyo", 2 * HOUR, "00:00"),
        ("Asia/Tokyo", 3 * HOUR, "Sat 23:00"),
        ("America/New_York", 3 * HOUR, "09:00"),
    ],
)
def test_the_start_of_a_surge_is_local(zone: str, ago: timedelta, since: str) -> None:
    view = View(localize=lambda moment: moment.astimezone(ZoneInfo(zone)))
    made = report(outlook(surge=surge(ago=ago)), "1")
    for form in ("table", "plain", "json", "csv", "nagios"):
        assert f"(burning 20x since {since})" in render(made, form, view), form


@pytest.mark.parametrize("min_days", [None, "0.1"])
@pytest.mark.parametrize("width", [None, 40, 80, 200])
def test_a_surge_that_is_not_the_reason_is_a_note(min_days: str | None, width: int | None) -> None:
    made, note = report(outlook(surge=surge()), min_days), "burning 20x since 14:00 (lasts 3 h at this rate)"
    assert made.status is Status.OK
    assert note in " ".join(render(made, "table", View(width=width)).split())
    lines = draw_report(made, View(width=width)).flatten()
    assert "yellow" in {str(span.style) for line in lines for span in line.spans if "burning 20x" in line.plain}
    assert render_look(made, View()).endswith(f"48.00 USD, {note}\n")


def test_a_surge_colors_no_runway() -> None:
    for given, min_days, red in ((outlook(surge=surge()), "1", False), (outlook("4"), "5", True)):
        _, line = draw_report(report(given, min_days), View()).flatten()
        styles = {line.plain[span.start : span.end].strip(): str(span.style) for span in line.spans}
        assert (styles.get("4 days") == "bold red") is red


def test_a_look_shows_a_profile_in_a_surge_among_others() -> None:
    surging, calm = report(outlook(surge=surge())), report(outlook())
    both = surging._replace(verdicts=(*surging.verdicts, calm.verdicts[0]._replace(profile="other")))
    line = render_look(both, View())
    assert "main: 48.00 USD, burning 20x" in line
    assert "other" not in line


FULL: Final = report(outlook("4", "3.25", "5.5", surge=surge()), "1")
NOTHING: Final = report(outlook("4"))
SURGE: Final = {"since": "2026-11-21T14:00:00Z", "times": 20, "burn_per_day": 480, "runway_days": 0.125}


def test_json_has_the_range_and_the_surge() -> None:
    for made, low, high, found in ((FULL, 3.25, 5.5, SURGE), (NOTHING, None, None, None)):
        text = render(made, "json", View())
        jsonschema.validate(json.loads(text), schema(), format_checker=jsonschema.FormatChecker())
        [row] = json.loads(text)["profiles"][0]["balances"]
        assert (row["runway_days"], row["runway_days_low"], row["runway_days_high"]) == (4, low, high)
        assert row["surge"] == found
    first_use = render(report(outlook(surge=surge(times=None))), "json", View())
    jsonschema.validate(json.loads(first_use), schema())
    assert json.loads(first_use)["profiles"][0]["balances"][0]["surge"] == SURGE | {"times": None}


def test_csv_has_the_range_and_the_surge_in_its_last_columns() -> None:
    head, *rows = csv.reader(io.StringIO(render(FULL, "csv", View()), newline=""))
    assert head[18:] == [
        "why", "read_at", "runway_days_low", "runway_days_high", "surge_since", "surge_times", "surge_burn_per_day",
        "surge_runway_days",
    ]  # fmt: skip
    assert rows[0][20:] == ["3.25", "5.5", "2026-11-21T14:00:00Z", "20", "480", "0.125"]
    [_, calm] = csv.reader(io.StringIO(render(NOTHING, "csv", View()), newline=""))
    assert calm[20:] == [""] * 6


def test_prometheus_has_the_range_and_the_surge() -> None:
    text = render(FULL, "prometheus", View())
    promtool(text)
    values = dict(re.findall(r"^(balance_(?:surge|runway|min)_\w+){.*} (.*)$", text, re.MULTILINE))
    assert values == {
        "balance_runway_seconds": "345600",
        "balance_runway_low_seconds": "280800",
        "balance_runway_high_seconds": "475200",
        "balance_surge_burn_per_day": "480",
        "balance_surge_runway_seconds": "10800",
        "balance_min_runway_seconds": "86400",
    }
    assert not re.search("surge|low_seconds|high", render(NOTHING, "prometheus", View()))


def test_a_template_has_the_range_and_the_surge() -> None:
    view = View(template="{runway_days_low} {runway_days} {runway_days_high}, {surge}")
    assert load("_template").render(FULL, view) == "3.25 4 5.5, burning 20x since 14:00\n"
    assert load("_template").render(NOTHING, view) == "- 4 -, -\n"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_a_surge_makes_a_recorded_balance_low_and_is_named_in_local_time(balance: Balance, zone: str) -> None:
    now = HERE.now().replace(microsecond=0)
    lines = [
        document(now - ago * HOUR, balance_of(f"{50 + 0.3 * ago + 5.7 * min(ago, 3):.2f}"))
        for ago in range(24 * 15, 0, -1)
    ]
    answer, env = {"success": True, "remain_balance": 50, "used_balance": 0.1, "unlimited_quota": False}, {"TZ": zone}
    with Stub(always={"answer": answer}) as stub:
        balance.profiles({"main": f'provider = "apimart"\nbase_url = "{stub.url}"\nmin_days = 1'})
        imported(balance, lines)
        checked = balance("check", "--json", "--on-change", "cat >&2", env=env)
        quiet, started = balance("check", "-q", env=env), balance("run", "main", "--", "true", env=env)
    assert (checked.code, quiet.code, started.code) == (Exit.LOW, Exit.LOW, JobExit.LOW)
    [profile] = json.loads(checked.out)["profiles"]
    since = datetime.fromisoformat(profile["balances"][0]["surge"]["since"]).astimezone(ZoneInfo(zone))
    reason = re.compile(f"at the current rate [(]burning [0-9.]+x since (... )?{since:%H:%M}[)], below")
    for text in (profile["why"], checked.err, quiet.err, started.err):
        assert reason.search(text), text
