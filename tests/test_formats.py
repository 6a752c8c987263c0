"""Every output format, read by its consumer: promtool, a CSV reader, a shell, a workflow runner."""

import csv
import io
import json
import os
import re
import stat
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from balance_cli.encode import dumps
from balance_cli.errors import Misconfigured, Unreachable
from balance_cli.exits import Exit
from balance_cli.model import Balance as Amount
from balance_cli.registry import stems
from balance_cli.render import View, render
from balance_cli.render._said import advise, explain
from balance_cli.text import clean
from balance_cli.times import Clock
from balance_cli.verdict import JudgedBalance, Report, Status, Verdict
from conftest import KEY, Balance, promtool
from stub import Stub

NOW: Final = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LOW: Final = '{"remaining_credits": "1.10", "credit_usage": "8.90", "total_deposits": "10"}'
EVIL: Final = (
    '=HYPERLINK("http://evil.example")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\uff1d1+1",
    'a",b\\"c',
    "x|y;z`id`$(id)",
    "100%;'",
    "[a](http://evil.example) **b** <img src=x> ![i](j) www.evil.example @user #1 :: ]]",
    "größe 余额",
)


def amount(name: str = "credits", unit: str = "USD", remaining: str | None = "5", **more: Any) -> Amount:
    """Return a gating balance; everything else is unknown."""
    left = None if remaining is None else Decimal(remaining)
    blank = Amount(
        name=name,
        unit=unit,
        remaining=left,
        used=None,
        limit=None,
        unlimited=False,
        resets_at=None,
        expires_at=None,
        gates=True,
    )
    return blank._replace(**more)


def report(*verdicts: Verdict) -> Report:
    """Return a report of these verdicts."""
    return Report(checked_at=NOW, verdicts=verdicts)


def odd(text: str) -> Report:
    """Return a report in which every name that others can choose is this text."""
    row = JudgedBalance(balance=amount(clean(text), clean(text), "1"), minimum=Decimal(5), low=True)
    error = Unreachable(clean(text))
    verdict = Verdict(profile=clean(text), provider="apertis", status=Status.LOW, balances=(row, row), error=error)
    return report(verdict)


@pytest.fixture
def mixed(balance: Balance) -> Iterator[Balance]:
    """Four profiles: one ok, one low, one whose key is rejected, and one unlimited."""
    always = {"status": 404, "text": "no such page"}
    exchanges: list[dict[str, Any]] = [
        *[{"request": "GET /v1/credits?by_api_key=true", "text": LOW}] * 9,
        *[{"request": "GET /api/v1/chat/credit", "answer": {"code": 401, "msg": "no\tway", "data": None}}] * 9,
        *[
            {
                "request": "GET /v1/balance",
                "text": '{"success": true, "remain_balance": -1, "used_balance": 2.30, "unlimited_quota": true}',
            }
        ]
        * 9,
        *[
            {
                "request": "GET /v1/dashboard/billing/credits",
                "text": '{"is_subscriber": false, "payg": {"remaining_usd": 12.5000, "used_usd": 7.50, '
                '"total_usd": 20, "is_unlimited": false}}',
            }
        ]
        * 9,
    ]
    with Stub(exchanges=exchanges, always=always) as stub:
        names = {"good": "apertis", "poor": "imagerouter", "bad": "apikley", "free": "apimart"}
        balance.profiles({name: f'provider = "{id_}"\nbase_url = "{stub.url}"' for name, id_ in names.items()})
        yield balance


def samples(text: str) -> dict[str, str]:
    """Return the samples by name and labels."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    assert len({name for name, _, _ in lines}) == len(lines)
    return {name: value for name, _, value in lines}


def test_json_is_laid_out_like_the_librarys_with_every_digit() -> None:
    texts = ["", "null", "},\n", '",\n"', ",\u2028", *EVIL]
    plain = {
        "texts": texts,
        "null": None,
        "nested": {"empty": {}, "none": [], "pair": (1, True), ",\n": {"null": "null"}},
        **dict.fromkeys(texts, 5),
    }
    assert dumps(plain) == json.dumps(plain, indent=2)
    digits = ["12.5", "-0.00000001", "1234567890123456789012345678901234567.891"]
    written = dumps({"a": map(Decimal, digits), "b": {"c": Decimal("1.10"), "null": Decimal("1E+3")}})
    assert written.split() == f'{{ "a": [ {", ".join(digits)} ], "b": {{ "c": 1.1, "null": 1000 }} }}'.split()


def test_every_format_is_listed_with_its_purpose(balance: Balance) -> None:
    listed = balance("check", "-o", "help")
    assert listed.code == Exit.OK
    assert [line.split()[0] for line in listed.out.splitlines()] == stems("render")
    assert all(len(line.split()) > 5 for line in listed.out.splitlines())


@pytest.mark.parametrize("form", [form for form in stems("render") if form != "nagios"])
def test_no_format_changes_a_verdict(mixed: Balance, form: str) -> None:
    for names, code in (([], Exit.LOW), (["good", "free"], Exit.OK), (["good", "bad"], Exit.UNKNOWN)):
        ended = mixed("check", "--min", "5", "-o", form, *names)
        assert ended.code == code
        assert ended.out
    ended = mixed("check", "-o", form, "no-such-profile")
    assert ended.code == Exit.MISCONFIGURED
    assert "no-such-profile" in ended.err


def test_csv_output_parses_as_csv(mixed: Balance) -> None:
    ended = mixed("check", "--min", "5", "-o", "csv")
    assert ended.out.count("\r\n") == ended.out.count("\n") == 5
    rows = {row["profile"]: row for row in csv.DictReader(io.StringIO(ended.out, newline=""), strict=True)}
    assert rows["good"]["read_at"] >= rows["good"]["checked_at"]
    assert rows["good"] | {"checked_at": "", "read_at": ""} == {
        "checked_at": "", "profile": "good", "provider": "apertis", "status": "ok", "balance": "payg", "unit": "USD",
        "remaining": "12.5", "used": "7.5", "limit": "20", "unlimited": "false", "min": "5", "low": "false",
        "resets_at": "", "expires_at": "", "burn_per_day": "", "runway_days": "", "runs_out_at": "", "min_days": "",
        "why": "", "read_at": "", "runway_days_low": "", "runway_days_high": "", "surge_since": "", "surge_times": "",
        "surge_burn_per_day": "", "surge_runway_days": "",
    }  # fmt: skip
    assert [rows[name]["status"] for name in ("poor", "bad", "free")] == ["low", "unknown", "ok"]
    assert (rows["free"]["remaining"], rows["free"]["unlimited"]) == ("", "true")
    assert (rows["bad"]["remaining"], rows["bad"]["used"], rows["bad"]["unlimited"]) == ("", "", "")
    assert "refuses" in rows["bad"]["why"] or "401" in rows["bad"]["why"]


@pytest.mark.parametrize("text", EVIL)
def test_no_csv_cell_is_a_formula(text: str) -> None:
    table = csv.reader(io.StringIO(render(odd(text), "csv", View()), newline=""), strict=True)
    rows = list(table)
    assert {len(row) for row in rows} == {len(rows[0])}
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20"))
    assert clean(text) in rows[1][1]


def test_negative_amounts_stay_numbers_in_csv() -> None:
    debt = Verdict(
        profile="main", provider="apertis", status=Status.OK, balances=(JudgedBalance(amount(remaining="-3.50")),)
    )
    rows = list(csv.DictReader(io.StringIO(render(report(debt), "csv", View()), newline="")))
    assert rows[0]["remaining"] == "-3.5"


def test_plain_output_can_be_read_by_a_shell_loop(mixed: Balance) -> None:
    loop = (
        "while IFS=\"$(printf '\\t')\" read -r name provider status left unit least why; do "
        'echo "<$name><$provider><$status><$left><$unit><$least>"; test -n "$why" || exit 9; done'
    )
    script = f"{mixed.program} check --min 5 -o plain | {loop}"
    done = subprocess.run(["sh", "-euc", script], capture_output=True, env=mixed.environment(), text=True, check=True)
    assert done.stdout.splitlines() == [
        "<good><apertis><ok><12.5><USD><5>",
        "<poor><imagerouter><low><1.1><USD><5>",
        "<bad><apikley><unknown><-><-><->",
        "<free><apimart><ok><unlimited><USD><5>",
    ]


@pytest.mark.parametrize("text", EVIL)
def test_a_plain_line_always_has_seven_fields(text: str) -> None:
    lines = render(odd(f"{text}\t\r\n\x1b[31m"), "plain", View()).splitlines()
    assert [line.count("\t") for line in lines] == [6]
    assert all(field for field in lines[0].split("\t"))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("json", '"unit": null,'),
        ("plain", "me\tminimax\tlow\t-3\t-\t-\tcredits has nothing left: -3\n"),
        ("nagios", "BALANCE CRITICAL - me: credits has nothing left: -3 | 'me credits'=-3;;;;\n"),
        ("csv", ",credits,,-3,"),
        ("markdown", "| credits | -3 |  |"),
        ("prometheus", 'name="credits",unit=""} -3'),
        ("table", "me              -3  minimax"),
    ],
)
def test_an_unknown_unit_is_left_out_in_every_format(form: str, text: str) -> None:
    row = JudgedBalance(balance=amount(unit="", remaining="-3"), low=True)
    low = Verdict(profile="me", provider="minimax", status=Status.LOW, balances=(row,))
    assert text in render(report(low), form, View())


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (
            "github",
            "::error title=balance me low::credits has nothing left: 0.00 USD (top up at https://made.up/buy)\n",
        ),
        ("markdown", "\n- me: credits has nothing left: 0.00 USD (top up at https&#58;//made.up/buy)\n"),
        ("nagios", "me: credits has nothing left: 0.00 USD (top up at https://made.up/buy) | "),
        ("plain", "me\tmade-up\tlow\t0\tUSD\t-\tcredits has nothing left: 0.00 USD (top up at https://made.up/buy)\n"),
        ("csv", ",credits has nothing left: 0.00 USD,,,,,,,\r\n"),
        ("json", '"why": "credits has nothing left: 0.00 USD",\n'),
        ("json", '"top_up": "https://made.up/buy"\n'),
    ],
)
def test_a_low_balance_comes_with_the_page_to_top_up(form: str, text: str) -> None:
    row = JudgedBalance(balance=amount(remaining="0"), low=True)
    low = Verdict("me", "made-up", Status.LOW, (row,), top_up="https://made.up/buy")
    assert text in render(report(low), form, View())


def test_only_a_low_balance_comes_with_the_page_to_top_up(mixed: Balance) -> None:
    low, bad = mixed("check", "-q", "--min", "5").err.splitlines()
    assert low == (
        "balance: poor: low: credits has 1.10 USD, below the minimum of 5.00 (top up at https://imagerouter.io/pricing)"
    )
    assert bad.startswith("balance: bad: unknown: ")
    assert "top up" not in bad
    row = JudgedBalance(balance=amount(), minimum=Decimal(9), low=True)
    error = Unreachable("it broke", hint="wait")
    both = Verdict("me", "made-up", Status.LOW, (row,), error=error, top_up="https://made.up/buy")
    clock = Clock(NOW)
    assert advise(both, clock) == (
        "credits has 5.00 USD, below the minimum of 9.00 (top up at https://made.up/buy); it broke (wait)"
    )
    assert advise(both._replace(top_up=None), clock) == explain(both, clock)
    assert advise(both._replace(status=Status.UNKNOWN, balances=()), clock) == "it broke (wait)"


def test_markdown_is_a_table_and_a_list_of_problems(mixed: Balance) -> None:
    lines = mixed("check", "--min", "5", "-o", "markdown").out.splitlines()
    assert lines[0].startswith("| profile | provider |")
    assert {line.count("|") for line in lines[:6]} == {lines[0].count("|")}
    assert lines[2] == "| good | apertis | payg | 12.50 | USD | 5.00 | ok |"
    assert lines[3] == "| poor | imagerouter | credits | 1.10 | USD | 5.00 | **low** |"
    assert [line[:6] for line in lines[6:]] == ["", "- poor", "- bad:"]


@pytest.mark.parametrize("text", EVIL)
def test_text_is_escaped_in_markdown(text: str) -> None:
    out = render(odd(text), "markdown", View())
    for mark in "`*_[]<>#!@$|":
        assert not re.search(rf"(?<!\\)(\\\\)*{re.escape(mark)}", _without_frame(out)), mark
    assert "http://" not in out
    assert "www." not in out


def _without_frame(out: str) -> str:
    """Remove the table's own bars, asterisks and entities from its rendered text."""
    return re.sub(r"&#[0-9]+;|(?m:^\| )| \|(?= |$)|(?m: \|$)|\*\*low\*\*|(?m:^\|[-:|]+$)", " ", out)


def test_prometheus_has_samples_only_for_known_values(mixed: Balance) -> None:
    out = mixed("check", "--min", "5", "-o", "prometheus").out
    promtool(out)
    found = samples(out)
    good = '{profile="good",provider="apertis",name="payg",unit="USD"}'
    assert {metric: found[f"balance_{metric}{good}"] for metric in ("remaining", "used", "limit", "min", "low")} == {
        "remaining": "12.5", "used": "7.5", "limit": "20", "min": "5", "low": "0",
    }  # fmt: skip
    free = '{profile="free",provider="apimart",name="key",unit="USD"}'
    assert found[f"balance_unlimited{free}"] == "1"
    assert f"balance_remaining{free}" not in found
    bad = '{profile="bad",provider="apikley"}'
    assert (found[f"balance_up{bad}"], found[f"balance_status{bad}"]) == ("0", "4")
    assert [name for name in found if 'profile="bad"' in name] == [f"balance_up{bad}", f"balance_status{bad}"]
    assert abs(int(found["balance_last_check_timestamp_seconds"]) - datetime.now(UTC).timestamp()) < 60


@pytest.mark.parametrize("text", EVIL)
def test_prometheus_labels_are_quoted_and_samples_are_unique(text: str) -> None:
    out = render(odd(text), "prometheus", View())
    promtool(out)
    assert len(samples(out)) == 11


def test_an_output_file_is_replaced_atomically(mixed: Balance, tmp_path: Path) -> None:
    file = tmp_path / "balance.prom"
    ended = mixed("check", "-o", "prometheus", "--output-file", str(file), "good")
    assert (ended.code, ended.out, ended.err) == (Exit.OK, "", "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    before = file.read_text()
    promtool(before)
    assert mixed("check", "-o", "prometheus", "--output-file", str(file), "nobody").code == Exit.MISCONFIGURED
    assert file.read_text() == before
    assert mixed("check", "-o", "json", "--output-file", str(file), "nobody").code == Exit.MISCONFIGURED
    assert '"error"' in file.read_text()
    assert (
        mixed("check", "-q", "-o", "prometheus", "--min", "5", "--output-file", str(file), "bad").code == Exit.UNKNOWN
    )
    assert "balance_up" in file.read_text()
    assert sorted(path.name for path in tmp_path.iterdir() if "prom" in path.name) == ["balance.prom"]


@pytest.mark.parametrize("place", ["no/such/folder/file", "/dev/full", ".", "fifo"])
def test_an_unwritable_output_file_is_a_failure(mixed: Balance, tmp_path: Path, place: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    ended = mixed("check", "-o", "plain", "--output-file", str(tmp_path / place), "good")
    assert ended.code == Exit.CRASH
    assert ended.out == ""
    assert f"cannot write {tmp_path / place}" in ended.err
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)


@pytest.mark.parametrize(
    ("arguments", "code", "begins"),
    [
        (["--min", "5", "good"], 0, "BALANCE OK - good: payg 12.5 USD | 'good payg USD'=12.5;;5:;;20"),
        (["free", "good"], 0, "BALANCE OK - 2 ok | "),
        (["--min", "5", "--warn", "20", "good"], 1, "BALANCE WARNING - good: payg 12.5 USD, below 20 | "),
        (["--min", "5", "--warn", "10", "good"], 0, "BALANCE OK - "),
        (["--min", "5", "poor", "bad"], 2, "BALANCE CRITICAL - poor: credits has 1.10 USD, below the minimum of 5"),
        (["--min", "5", "good", "bad"], 3, "BALANCE UNKNOWN - bad: "),
        (["bad", "--warn", "20", "good"], 3, "BALANCE UNKNOWN - "),
        (["nobody"], 3, "BALANCE UNKNOWN - "),
        (["--min", "x"], 3, ""),
        (["--warn", "5EUR", "good"], 3, "BALANCE UNKNOWN - "),
    ],
)
def test_nagios_output_is_one_line_with_nagios_exit_codes(
    mixed: Balance, arguments: list[str], code: int, begins: str
) -> None:
    ended = mixed("check", "-o", "nagios", *arguments)
    assert ended.code == code
    assert ended.out.startswith(begins)
    assert len(ended.out.splitlines()) == bool(begins)
    assert ended.out.count("|") <= 1


@pytest.mark.parametrize("text", EVIL)
def test_nagios_performance_data_stays_valid_for_any_balance_name(text: str) -> None:
    out = render(odd(text), "nagios", View())
    said, _, data = out.rstrip("\n").partition(" | ")
    assert "|" not in said + data
    number = r"-?[0-9]+(\.[0-9]+)?"
    item = rf"'[^'=]+'={number};({number}:)?;({number}:)?;;({number})?"
    assert re.fullmatch(rf"{item} {item}", data), data
    labels = re.findall(r"'([^']+)'=", data)
    assert len(set(labels)) == 2


def test_warn_is_only_accepted_for_nagios(mixed: Balance) -> None:
    ended = mixed("check", "--warn", "5", "good")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert "nagios" in ended.err


def test_github_gets_annotations_a_summary_and_outputs(mixed: Balance, tmp_path: Path) -> None:
    summary, outputs = tmp_path / "summary", tmp_path / "outputs"
    summary.write_text("before\n")
    env = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}
    ended = mixed("check", "--min", "5", "-o", "github", env=env)
    lines = ended.out.splitlines()
    assert lines[0].startswith("::error title=balance poor low::credits has 1.10 USD, below the minimum of 5")
    assert lines[1].startswith("::warning title=balance bad unknown::")
    assert lines[2:] == ["balance: 2 of 4 ok"]
    assert outputs.read_text() == "status=low\nexit_code=3\n"
    assert summary.read_text().startswith("before\n### Balances: low\n\n| profile |")
    assert mixed("check", "-o", "github", "nobody", env=env).code == Exit.MISCONFIGURED
    assert outputs.read_text().endswith("status=misconfigured\nexit_code=2\n")
    assert "nobody" in summary.read_text()
    full = {"GITHUB_OUTPUT": "/dev/full"}
    assert mixed("check", "-o", "github", "good", env=full).code == Exit.CRASH


@pytest.mark.parametrize("text", [*EVIL, "::set-output name=a::b", "%0A::error::x", "a\n::stop-commands::x", "a, b: c"])
def test_text_never_becomes_a_workflow_command(text: str) -> None:
    out = render(odd(text), "github", View())
    lines = out.splitlines()
    assert len(lines) == 2
    assert re.fullmatch(r"::error title=[^:,\n]*::.*", lines[0])
    assert not lines[1].startswith("::")
    assert "%0A" not in out.replace("%250A", "")


def test_formats_without_room_for_an_error_are_empty_for_an_aborted_run() -> None:
    stopped = Report(checked_at=NOW, error=Misconfigured("no", hint="do"))
    empty = [form for form in stems("render") if not render(stopped, form, View())]
    assert empty == ["csv", "markdown", "plain", "prometheus", "table"]


def test_the_table_fits_60_columns_and_never_truncates_an_amount() -> None:
    rows = (
        JudgedBalance(
            amount("payg", remaining="123456.789", used=Decimal("1.5"), limit=Decimal(200000)),
            minimum=Decimal(200000),
            low=True,
        ),
        JudgedBalance(amount("cycle", "credits", "3", resets_at=NOW + timedelta(days=3, hours=5), limit=Decimal(1000))),
        JudgedBalance(amount("free", "EUR", None, unlimited=True)),
    )
    error = Unreachable("the provider is in trouble " * 5, hint="ask again later")
    verdicts = report(
        Verdict(profile="main", provider="apertis", status=Status.LOW, balances=rows, error=error),
        Verdict(
            profile="other",
            provider="apimart",
            status=Status.OK,
            balances=(JudgedBalance(amount(remaining="0.000001")),),
        ),
    )
    for width in (60, 80, 120):
        lines = render(verdicts, "table", View(width=width)).splitlines()
        assert max(map(len, lines)) <= width
        assert "123456.78 USD" in lines[1]
        assert " 76543.22" in lines[1] + lines[2]
        assert [line for line in lines if "the provider is in trouble" in line]
    points = {line.index(".") for line in lines if re.search(r"[0-9]\.[0-9]", line) and "the provider" not in line}
    assert len(points) == 1
    assert "███" in "".join(lines)
    assert "█" not in render(verdicts, "table", View(width=120, ascii=True))
    assert "####...." in render(verdicts, "table", View(width=120, ascii=True))
    assert "Tue 17:00, 2026-11-24 17:00" in render(verdicts, "table", View(details=True))
    assert "█" not in render(verdicts, "table", View())


def test_the_table_uses_only_the_16_standard_colors() -> None:
    out = render(odd("x"), "table", View(color=True, width=80))
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", out) for code in found.split(";")}
    assert codes <= {"", "0", "1", "2", "4", *(str(n) for n in (*range(30, 38), *range(90, 98)))}


def test_output_is_ascii_in_an_ascii_locale(mixed: Balance) -> None:
    mixed.env.update({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"})
    for form in stems("render"):
        assert mixed("check", "-o", form).out.isascii()


def test_no_format_shows_a_key(mixed: Balance, tmp_path: Path) -> None:
    for form in stems("render"):
        file = tmp_path / form
        mixed("check", "-o", form, "--details", "--output-file", str(file))
        assert KEY not in file.read_text()
