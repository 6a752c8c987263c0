"""The history from a user's view: recording, display, import, minimum days, and errors."""

import csv
import io
import json
import os
import re
import sqlite3
import stat
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from balance_cli.commands.check import load_profiles, run_check
from balance_cli.commands.options import CheckOptions
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.exits import Exit
from balance_cli.history.rows import SELECT, SELECT_AFTER, SELECT_BEFORE
from balance_cli.render._schema import schema
from balance_cli.verdict import Status
from conftest import KEY, SLACK, Balance, Ended, promtool, wait
from stub import Stub
from surroundings import HERE

NOW: Final = datetime.now(UTC).replace(microsecond=0)


def balance_of(remaining: str, **more: object) -> dict[str, Any]:
    """Return a balance as in a JSON document; ``remaining`` is written as given."""
    nothing = dict.fromkeys(("used", "limit", "resets_at", "expires_at", "min", "low"))
    known = {"name": "key", "unit": "USD", "remaining": f"@{remaining}@", "unlimited": False, "gates": True}
    return {**known, **nothing, **more}


def document(at: datetime, *balances: dict[str, Any], profile: str = "main", provider: str = "apimart") -> str:
    """Return the JSON document of a check on one line."""
    head = {"profile": profile, "provider": provider, "status": "ok", "plan": None, "error": None}
    made = {"schema_version": 1, "checked_at": at.isoformat().replace("+00:00", "Z"), "status": "ok", "exit_code": 0,
            "error": None, "profiles": [{**head, "balances": list(balances)}]}  # fmt: skip
    return re.sub('"@(.*?)@"', r"\1", json.dumps(made))


def steady(per_day: float, last: float, days: float = 2, every: int = 600) -> list[str]:
    """Return documents of a balance with a steady burn rate, the last of them one interval ago."""
    count = int(days * 86_400 / every)
    return [
        document(NOW - timedelta(seconds=every * ago), balance_of(f"{last + per_day * every * (ago - 1) / 86_400:.6f}"))
        for ago in range(count, 0, -1)
    ]


def imported(balance: Balance, lines: Sequence[str], *, code: Exit = Exit.OK) -> Ended:
    """Import documents."""
    file = balance.home / "earlier.ndjson"
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    ended = balance("history", "import", str(file))
    assert ended.code == code, ended.err
    return ended


def place(balance: Balance) -> Path:
    """Return the path of the history."""
    return balance.home / ".local" / "state" / "balance" / "history.db"


def rows(balance: Balance) -> list[tuple[Any, ...]]:
    """Return all stored samples."""
    with sqlite3.connect(place(balance)) as database:
        query = "SELECT profile, name, remaining FROM samples JOIN series ON series.id = series ORDER BY samples.rowid"
        return list(database.execute(query))


@pytest.fixture
def stub(balance: Balance) -> Iterator[Stub]:
    """A provider whose key has 50 USD, and a profile for it."""
    text = '{"success": true, "remain_balance": 50.00, "used_balance": 0.1, "unlimited_quota": false}'
    exchanges = [{"request": "GET /v1/balance", "text": text}] * 200
    with Stub(exchanges=exchanges, always={"status": 404, "text": "no such page"}) as made:
        balance.profiles({"main": f'provider = "apimart"\nbase_url = "{made.url}"'})
        yield made


def found(ended: Ended) -> dict[str, Any]:
    """Return the first balance of a check's document; assert that it follows the schema."""
    text = json.loads(ended.out)
    jsonschema.validate(text, schema(), format_checker=jsonschema.FormatChecker())
    assert text["exit_code"] == ended.code
    row: dict[str, Any] = text["profiles"][0]["balances"][0]
    return row


@pytest.mark.usefixtures("stub")
def test_nothing_is_recorded_by_default(balance: Balance) -> None:
    assert balance("check").code == Exit.OK
    assert not place(balance).exists()
    shown = balance("history")
    assert (shown.code, shown.out) == (Exit.OK, "")
    assert "--record" in shown.err
    assert not place(balance).exists()


@pytest.mark.usefixtures("stub")
def test_a_check_is_recorded_on_request(balance: Balance) -> None:
    assert {balance("check", "--record", *words).code for words in ([], ["--min", "5"])} == {Exit.OK}
    assert rows(balance) == [("main", "key", "50"), ("main", "key", "50")]
    text = balance.config.read_text()
    balance.write(text + "\n[history]\nrecord = true\n")
    assert balance("check", "-q").code == Exit.OK
    assert len(rows(balance)) == 3
    balance.write(text + '\n[history]\nrecord = true\npath = "~/elsewhere/my.db"\nkeep = "30d"\n')
    assert balance("check", "-q").code == Exit.OK
    assert len(rows(balance)) == 3
    assert (balance.home / "elsewhere" / "my.db").exists()


@pytest.mark.usefixtures("stub")
def test_the_history_is_private_and_contains_no_key(balance: Balance) -> None:
    balance("check", "--record")
    assert stat.S_IMODE(place(balance).stat().st_mode) == 0o600
    assert stat.S_IMODE(place(balance).parent.stat().st_mode) == 0o700
    assert KEY.encode() not in place(balance).read_bytes()
    with sqlite3.connect(place(balance)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def at_once(balance: Balance, runs: int) -> list[Ended]:
    """Record this many checks at the same time."""
    with ThreadPoolExecutor(runs) as pool:
        made = [pool.submit(balance, "check", "--record", "-q", "--timeout", "120", timeout=300) for _ in range(runs)]
    return [one.result() for one in made]


@pytest.mark.usefixtures("stub")
def test_fifty_parallel_runs_lose_no_samples(balance: Balance) -> None:
    ended = at_once(balance, 50)
    assert {(one.code, one.out, one.err) for one in ended} == {(Exit.OK, "", "")}
    assert len(rows(balance)) == 50


@pytest.mark.usefixtures("stub")
def test_a_corrupt_history_is_set_aside_and_reported(balance: Balance) -> None:
    balance("check", "--record")
    place(balance).write_bytes(b"this is not a database" * 500)
    ended = balance("check", "--record", "--min", "5")
    assert ended.code == Exit.OK
    [aside] = place(balance).parent.glob("*.corrupt")
    assert aside.name in ended.err
    assert aside.read_bytes() == b"this is not a database" * 500
    assert len(rows(balance)) == 1


@pytest.mark.usefixtures("stub")
def test_parallel_runs_set_a_corrupt_history_aside_once(balance: Balance) -> None:
    balance("check", "--record")
    place(balance).write_bytes(b"\0" * 8192)
    place(balance).write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
    ended = at_once(balance, 12)
    assert {one.code for one in ended} == {Exit.OK}
    assert len(list(place(balance).parent.glob("*.corrupt"))) == 1
    assert len(rows(balance)) == 12


@pytest.mark.usefixtures("stub")
@pytest.mark.parametrize("trouble", ["folder", "newer", "other", "locked", "unwritable"])
def test_an_unusable_history_is_reported_and_changes_no_verdict(balance: Balance, trouble: str) -> None:
    file = place(balance)
    file.parent.mkdir(parents=True)
    held = sqlite3.connect(balance.home / "held.db" if trouble != "locked" else file, isolation_level=None)
    if trouble == "folder":
        file.mkdir()
    elif trouble == "unwritable":
        file.parent.rmdir()
        file.parent.write_text("a file where the folder should be")
    elif trouble == "locked":
        held.execute("CREATE TABLE x (y)")
        held.execute("PRAGMA user_version = 1")
        held.execute("BEGIN EXCLUSIVE")
    else:
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE theirs (x)")
            database.execute(f"PRAGMA user_version = {2 if trouble == 'newer' else 0}")
    before = file.read_bytes() if file.is_file() else b""
    for least, code in (("5", Exit.OK), ("500", Exit.LOW)):
        ended = balance("check", "--record", "--min", least)
        assert ended.code == code
        assert "main" in ended.out
        assert "cannot record the check" in ended.err
        assert ended.seconds < 2 * SLACK
    assert (file.read_bytes() if file.is_file() else b"") == before
    held.close()


@pytest.mark.usefixtures("stub")
def test_a_python_without_sqlite_changes_no_verdict(balance: Balance) -> None:
    (balance.home / "sqlite3.py").write_text("raise ImportError('no module named sqlite3')\n")
    balance.env["PYTHONPATH"] = str(balance.home)
    for arguments, code in (([], Exit.OK), (["--min", "500"], Exit.LOW), (["--min-days", "1"], Exit.UNKNOWN)):
        ended = balance("check", "--record", *arguments)
        assert ended.code == code
        assert "cannot record the check: no module named sqlite3" in ended.err


@pytest.mark.usefixtures("stub")
def test_expired_samples_are_deleted_in_batches_so_that_a_wrong_clock_cannot_empty_the_history(
    balance: Balance,
) -> None:
    old = [document(NOW - timedelta(days=40, minutes=ago), balance_of("60")) for ago in range(1500, 0, -1)]
    imported(balance, old)
    assert len(rows(balance)) == 1500
    balance.write(balance.config.read_text() + '\n[history]\nrecord = true\nkeep = "30d"\n')
    balance("check", "-q")
    assert len(rows(balance)) == 501
    balance("check", "-q")
    assert len(rows(balance)) == 2


@pytest.mark.usefixtures("stub")
def test_a_check_reports_burn_rate_and_runway(balance: Balance) -> None:
    imported(balance, steady(10, 50.07))
    row = found(balance("check", "--json"))
    assert row["burn_per_day"] == pytest.approx(10, rel=0.02)
    assert row["runway_days"] == pytest.approx(5, rel=0.02)
    ends = datetime.fromisoformat(row["runs_out_at"])
    assert abs((ends - NOW).total_seconds() / 86_400 - 5) < 0.15
    assert row["min_days"] is None
    table = balance("check").out
    assert "RUNWAY" in table
    assert "4.9" in table or "5.0" in table or "5 days" in table
    samples = balance("check", "-o", "prometheus", "--min-days", "2.5").out
    promtool(samples)
    labels = '{profile="main",provider="apimart",name="key",unit="USD"} '
    runway = re.search(f"^balance_runway_seconds{re.escape(labels)}(.*)$", samples, re.MULTILINE)
    assert runway
    assert float(runway[1]) == pytest.approx(5 * 86_400, rel=0.02)
    assert f"balance_min_runway_seconds{labels}216000\n" in samples
    assert f"balance_burn_per_day{labels}" in samples


@pytest.mark.usefixtures("stub")
@pytest.mark.parametrize(
    ("per_day", "arguments", "code"),
    [
        (10, ["--min-days", "4"], Exit.OK),
        (10, ["--min-days", "6"], Exit.LOW),
        (10, ["--min-days", "4", "--min", "5"], Exit.OK),
        (10, ["--min-days", "4", "--min", "60"], Exit.LOW),
        (10, ["--min-days", "6", "--min", "5"], Exit.LOW),
        (0, ["--min-days", "36500"], Exit.OK),
        (None, ["--min-days", "0.1"], Exit.UNKNOWN),
        (None, ["--min-days", "0.1", "--min", "60"], Exit.LOW),
    ],
)
def test_min_days_decides_the_verdict(
    balance: Balance, per_day: float | None, arguments: list[str], code: Exit
) -> None:
    if per_day is not None:
        imported(balance, steady(per_day, 50 + per_day / 144))
    ended = balance("check", "--json", *arguments)
    assert ended.code == code
    row = found(ended)
    assert row["min_days"] == float(arguments[1])
    assert row["low"] == {Exit.OK: False, Exit.LOW: True, Exit.UNKNOWN: None}[code]
    quiet = balance("check", "-q", *arguments)
    assert quiet.code == code
    assert ("days" in quiet.err or "history" in quiet.err) == (code != Exit.OK and "60" not in arguments)


@pytest.mark.usefixtures("stub")
def test_min_days_of_a_profile_overrides_the_default(balance: Balance) -> None:
    imported(balance, steady(10, 50.07))
    text = balance.config.read_text()
    balance.write(text.replace("[profiles.main]", "[profiles.main]\nmin_days = 6"))
    assert balance("check", "-q").code == Exit.LOW
    assert balance("check", "-q", "--min-days", "4").code == Exit.OK
    assert "6 days" in balance("profile", "list").out
    balance.write(text.replace("[defaults]", "[defaults]\nmin_days = 5.5"))
    assert balance("check", "-q").code == Exit.LOW
    balance.write(text.replace("[defaults]", "[defaults]\nmin_days = 6").replace("main]", "main]\nmin_days = 2"))
    assert balance("check", "-q").code == Exit.OK


@pytest.mark.parametrize(
    "text",
    ["[defaults]\nmin_days = 0", '[defaults]\nmin_days = "6"x', "[defaults]\nmin_days = -1", "[history]\nrecord = 1",
     '[history]\nkeep = "soon"', "[history]\nkeep = '1y'", "[history]\nrecrod = true", "[history]\npath = 5",
     "[history]\npath = '~nobody-here/b.db'",
     "history = 5", "[defaults]\nmin_days = nan"],
)  # fmt: skip
def test_invalid_history_settings_are_reported(balance: Balance, text: str) -> None:
    balance.write(text + "\n")
    assert balance("config", "check").code == Exit.MISCONFIGURED


@pytest.mark.parametrize("arguments", [["--min-days", "0"], ["--min-days", "-1"], ["--min-days", "nan"],
                                       ["--min-days", "1y"], ["--window", "7y"], ["--window", "0d"]])  # fmt: skip
def test_invalid_numbers_of_days_are_rejected(balance: Balance, arguments: list[str]) -> None:
    ended = balance("check", *arguments)
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert arguments[0] in ended.err


def test_a_balance_that_resets_before_it_runs_out_lasts(balance: Balance) -> None:
    resets = NOW + timedelta(days=2)
    request = "GET /v1/dashboard/billing/credits"

    def subscriber(ends: datetime) -> dict[str, Any]:
        cycle = {"plan_type": "pro", "status": "active", "cycle_quota_limit": 1000, "cycle_quota_used": 350,
                 "cycle_quota_remaining": 650, "cycle_start": "2026-03-16T10:02:35Z", "cycle_end": ends.isoformat(),
                 "payg_fallback_enabled": False, "payg_spent_usd": 0, "payg_limit_usd": 0}  # fmt: skip
        payg = {"remaining_usd": 5, "used_usd": 0, "total_usd": 5, "is_unlimited": False}
        answer = {"object": "billing_credits", "is_subscriber": True, "payg": payg, "subscription": cycle}
        return {"request": request, "text": json.dumps(answer)}

    exchanges = [subscriber(resets), subscriber(NOW + timedelta(days=9))]
    with Stub(exchanges=exchanges) as stub:
        balance.profiles({"main": f'provider = "apertis"\nbase_url = "{stub.url}"'})
        first = [
            document(NOW - timedelta(hours=ago), balance_of(str(650 + 10 * ago), name="cycle quota", unit="quota"),
                     balance_of("5", name="payg"), provider="apertis")
            for ago in range(20, 0, -1)
        ]  # fmt: skip
        imported(balance, first)
        lasts = balance("check", "--json", "--min-days", "5")
        ends = balance("check", "--json", "--min-days", "5")
    cycles = [
        next(row for row in json.loads(ended.out)["profiles"][0]["balances"] if row["name"] == "cycle quota")
        for ended in (lasts, ends)
    ]
    assert [row["low"] for row in cycles] == [False, True]
    assert all(2 < row["runway_days"] < 3 for row in cycles)


def test_an_unlimited_balance_lasts(balance: Balance) -> None:
    text = '{"success": true, "remain_balance": -1, "used_balance": 3, "unlimited_quota": true}'
    with Stub(always={"text": text}) as stub:
        balance.profiles({"main": f'provider = "apimart"\nbase_url = "{stub.url}"'})
        assert balance("check", "--min-days", "5").code == Exit.OK


def test_imported_logs_are_counted_once(balance: Balance) -> None:
    lines = steady(10, 50)
    assert "288 of 288" in imported(balance, lines).err
    assert "0 of 288" in imported(balance, lines).err
    assert "1 of 289" in imported(balance, [*lines, document(NOW, balance_of("49.93"))]).err
    [row] = json.loads(balance("history", "--json").out)["balances"]
    assert (row["samples"], row["first_at"], row["last_at"]) == (289, *(
        moment.isoformat().replace("+00:00", "Z") for moment in (NOW - timedelta(days=2), NOW)
    ))  # fmt: skip


@pytest.mark.usefixtures("stub")
def test_the_programs_own_json_output_can_be_imported(balance: Balance) -> None:
    text = "".join(balance("check", "--json").out for _ in range(2))
    assert text.count("\n") > 20
    ended = balance("history", "import", "-", stdin=text + "\n\n" + balance("check", "--json").out)
    assert ended.code == Exit.OK
    assert "of 3 samples" in ended.err
    assert {remaining for _, _, remaining in rows(balance)} == {"50"}


def test_an_amount_with_an_unknown_unit_can_be_imported(balance: Balance) -> None:
    imported(balance, [document(NOW, balance_of("50", unit=None))])
    assert json.loads(balance("history", "--json").out)["balances"][0]["unit"] is None


@pytest.mark.parametrize(
    "wrong",
    ["not json", "{}", "[]", '{"schema_version": 2}', '{"schema_version": 1}', document(NOW, balance_of("NaN")),
     document(NOW, balance_of("1e400")), document(NOW, balance_of("true")), document(NOW, balance_of("1", unit="€")),
     document(NOW, balance_of("1", unlimited="no")), document(NOW, balance_of("1", name="a\u202eb")),
     document(NOW, balance_of("1")).replace(':00Z"', ':99Z"').replace(f"{NOW:%Y}", "20x6"), '{"schema_version": 1,',
     document(NOW, balance_of("1"), profile="../x")],
    ids=[f"{number}" for number in range(14)],
)  # fmt: skip
def test_a_log_with_an_invalid_line_is_rejected_entirely(balance: Balance, wrong: str) -> None:
    ended = imported(balance, [*steady(10, 50), wrong], code=Exit.MISCONFIGURED)
    assert "earlier.ndjson: line 289: " in ended.err
    assert "nothing was imported" in ended.err
    assert rows(balance) == []


def test_unreadable_import_files_are_reported(balance: Balance) -> None:
    for name, text in (("missing", None), ("latin", b"\xff\xfe")):
        if text:
            (balance.home / name).write_bytes(text)
        ended = balance("history", "import", str(balance.home / name))
        assert ended.code == Exit.MISCONFIGURED
        assert name in ended.err


def test_amounts_are_stored_exactly(balance: Balance) -> None:
    exact = "123456789012345.000000000000000000001"
    imported(balance, [document(NOW - timedelta(hours=ago), balance_of(exact)) for ago in (3, 0)])
    assert {remaining for _, _, remaining in rows(balance)} == {exact}
    assert f'"last": {exact}' in balance("history", "--json").out
    assert exact in balance("history", "-o", "csv").out


def test_the_history_shows_burned_and_topped_up_amounts(balance: Balance) -> None:
    amounts = ["20", "18", "16.5", "30.5", "28", "27"]
    imported(balance, [document(NOW - timedelta(hours=5 - n), balance_of(text)) for n, text in enumerate(amounts)])
    [row] = json.loads(balance("history", "--json").out, parse_float=Decimal)["balances"]
    assert {key: row[key] for key in ("first", "last", "burned", "topped_up", "enough_history")} == {
        "first": 20, "last": 27, "burned": 7, "topped_up": 14, "enough_history": True,
    }  # fmt: skip
    assert float(row["burn_per_day"]) == pytest.approx(7 / 4 * 24, rel=0.01)
    assert float(row["runway_days"]) == pytest.approx(27 / (7 / 4 * 24), rel=0.01)
    [line] = list(csv.DictReader(io.StringIO(balance("history", "-o", "csv").out, newline="")))
    assert {key: Decimal(line[key]) for key in ("burned", "topped_up", "burn_per_day")} == {
        key: row[key] for key in ("burned", "topped_up", "burn_per_day")
    }
    table = balance("history").out
    assert [word in table for word in ("TOPPED UP", "14.00", "7.00", "27.00 USD", "15 h")] == [True] * 5
    assert len({char for char in table if "\u2800" < char <= "\u28ff"}) >= 2
    assert not set(table) & set("▁▂▃▄▅▆▇█")
    ascii_ = balance("history", env={"PYTHONIOENCODING": "ascii"}).out
    assert ascii_.isascii()
    assert len(ascii_.splitlines()) == 2


def test_too_little_history_is_reported(balance: Balance) -> None:
    imported(balance, [document(NOW - timedelta(minutes=ago), balance_of("5")) for ago in (40, 20, 0)])
    assert "not enough history yet" in balance("history").out
    [row] = json.loads(balance("history", "--json").out)["balances"]
    assert (row["enough_history"], row["burn_per_day"], row["runway_days"], row["runs_out_at"]) == (False, *[None] * 3)


def test_the_history_is_filtered_by_name_and_time(balance: Balance) -> None:
    long_ago = [document(NOW - timedelta(days=9, hours=n), balance_of("7")) for n in range(9, 0, -1)]
    others = [document(NOW - timedelta(hours=n), balance_of("7"), profile="other") for n in range(5, 0, -1)]
    imported(balance, [*steady(10, 50), *long_ago, *others])

    def seen(*arguments: str) -> dict[str, int]:
        shown = json.loads(balance("history", "--json", *arguments).out)["balances"]
        return {row["profile"]: row["samples"] for row in shown}

    assert seen() == {"main": 288, "other": 5}
    assert seen("other") == {"other": 5}
    assert seen("--since", "2w") == {"main": 297, "other": 5}
    minutes = 155 + int((datetime.now(UTC) - NOW).total_seconds() / 60)
    assert seen("--since", f"{minutes}m", "main") == {"main": 15}
    ended = balance("history", "mian")
    assert ended.code == Exit.MISCONFIGURED
    assert "main" in ended.err
    for arguments in (["--since", "yesterday"], ["-o", "xml"], ["--json", "-o", "csv"], ["--plot", "main", "--json"]):
        assert balance("history", *arguments).code == Exit.MISCONFIGURED


def test_a_profile_named_import_is_shown_after_another_name_and_in_a_plot(balance: Balance) -> None:
    imported(balance, [document(NOW, balance_of("7"), profile=name) for name in ("main", "import")])
    shown = json.loads(balance("history", "main", "import", "--json").out)["balances"]
    assert {row["profile"] for row in shown} == {"main", "import"}
    assert balance("history", "--plot", "import").code == Exit.OK
    assert "name it after another one" in " ".join(balance("history", "--help").out.split())


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns", "Europe/Berlin", "Pacific/Auckland"])
def test_time_zones_and_daylight_saving_do_not_change_the_burn_rate(balance: Balance, zone: str) -> None:
    for month, day in ((3, 29), (10, 25)):
        begin = datetime(2026, month, day, tzinfo=UTC) - timedelta(days=1)
        lines = [
            document((begin + timedelta(minutes=30 * n)).astimezone(timezone(timedelta(hours=n % 5 - 2))),
                     balance_of(f"{100 - n / 4}"), profile=f"m{month}")
            for n in range(97)
        ]  # fmt: skip
        imported(balance, lines)
    env = {"TZ": zone}
    ended = balance("history", "--json", "--since", "500d", "--window", "500d", env=env)
    shown = json.loads(ended.out)["balances"]
    assert [row["burn_per_day"] for row in shown] == [pytest.approx(12, rel=0.001)] * 2


def test_a_plot_shows_top_ups_and_the_line_to_zero(balance: Balance) -> None:
    amounts = [50 - n / 2 + (20 if n > 40 else 0) for n in range(80)]
    imported(balance, [document(NOW - timedelta(hours=80 - n), balance_of(str(a))) for n, a in enumerate(amounts)])
    wide = balance("history", "--plot", "main")
    assert wide.code == Exit.OK
    assert "burns 12.00 per day, lasts " in wide.out.splitlines()[0]
    assert " days (until " in wide.out.splitlines()[0]
    assert "▼ +19.50" in wide.out
    assert sum(any("\u2800" < char <= "\u28ff" for char in line) for line in wide.out.splitlines()) > 10
    assert balance("history", "--plot", "main", env={"PYTHONIOENCODING": "ascii"}).out.isascii()
    assert "\x1b[" in balance("history", "--plot", "main", "--color", "always").out
    assert balance("history", "--plot", "nobody").code == Exit.MISCONFIGURED


@pytest.mark.usefixtures("stub")
def test_a_check_loads_the_history_code_only_if_a_history_exists(balance: Balance) -> None:
    assert not {"sqlite3", "balance_cli.history"} & balance.modules("check", "-q")
    balance("check", "--record")
    loaded = balance.modules("check", "-q")
    assert {"sqlite3", "balance_cli.history"} <= loaded
    assert not {"balance_cli.trends.plot", "balance_cli.trends.canvas"} & loaded


def test_a_check_looks_for_the_history_while_it_waits_for_the_provider(balance: Balance) -> None:
    with Stub(always={"answer": {"code": 200, "msg": "success", "data": 100}}) as stub:
        config = balance.write(f'[profiles.main]\nprovider = "apikley"\nkey = "{KEY}"\nbase_url = "{stub.url}"\n')

        class Waiting(Environment):
            """This process's environment, in which the state folder is found once the provider was asked."""

            def state_folder(self) -> Path | None:
                wait(lambda: stub.asked)
                return balance.home

        waiting = Waiting({}, None, HERE.stdout, None)
        asked = CheckOptions(
            names=[], minimums=[], warnings=[], form="json", file=None, quiet=False, details=False, timeout=None,
            config=str(config), color="never", debug=False, record=True,
        )  # fmt: skip
        loaded, profiles = load_profiles(waiting, asked)
        assert run_check(waiting, asked, loaded, profiles, Deadline(60)).status is Status.OK
    assert (balance.home / "history.db").exists()


def test_history_queries_use_the_index(balance: Balance) -> None:
    imported(balance, steady(10, 50))
    queries = {SELECT: (1, 0, 1), SELECT_BEFORE: (1, 0), SELECT_AFTER: (1, 0)}
    with sqlite3.connect(place(balance)) as database:
        plans = [
            [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {query}", values)]
            for query, values in queries.items()
        ]
    assert plans == [
        ["SEARCH samples USING INDEX samples_at (series=? AND at>? AND at<?)"],
        ["SEARCH samples USING INDEX samples_at (series=? AND at<?)"],
        ["SEARCH samples USING INDEX samples_at (series=? AND at>?)"],
    ]


@pytest.mark.usefixtures("stub")
def test_a_check_and_the_history_agree_on_a_long_history(balance: Balance) -> None:
    amounts = [50 + (7 * 1440 - n) * 0.01 - (25 if n < 4000 else 0) - (40 if n < 7000 else 0) for n in range(7 * 1440)]
    lines = [document(NOW - timedelta(minutes=7 * 1440 - n), balance_of(f"{a:.4f}")) for n, a in enumerate(amounts)]
    imported(balance, lines)
    row = found(balance("check", "--json"))
    [trend] = json.loads(balance("history", "--json").out)["balances"]
    assert trend["burn_per_day"] == pytest.approx(14.4, rel=0.05)
    assert row["burn_per_day"] == pytest.approx(14.4, rel=0.05)
    assert row["runway_days"] == pytest.approx(trend["runway_days"], rel=0.05)


@pytest.mark.usefixtures("stub")
def test_a_watch_records_every_check(balance: Balance) -> None:
    watch = subprocess.Popen(
        [balance.program, "check", "--watch", "10", "--json", "--record"],
        stdout=subprocess.PIPE, env=balance.environment(), text=True,
    )  # fmt: skip
    assert watch.stdout
    for _ in range(2):
        watch.stdout.readline()
    watch.terminate()
    assert watch.wait(SLACK) == Exit.TERMINATED
    watch.stdout.close()
    assert len(rows(balance)) == 2
    assert os.environ.get("TEST_KEY") is None


def test_an_import_without_a_file_is_reported(balance: Balance) -> None:
    ended = balance("history", "import")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert "history import needs a file (`balance history import FILE`, or - for stdin)" in ended.err
