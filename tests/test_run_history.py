"""The jobs of `balance run` in the history."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from balance_cli.exits import Exit
from conftest import KEY, Balance
from stub import Stub


def answer(remaining: str) -> dict[str, str]:
    """Return a response with this amount."""
    numbers = f'"remaining_usd": {remaining}, "used_usd": 1, "total_usd": 100, "is_unlimited": false'
    return {"text": f'{{"is_subscriber": false, "payg": {{{numbers}}}}}'}


@pytest.fixture
def ran(balance: Balance) -> Iterator[Balance]:
    """A history with a job that spent 2.5 USD; another was not started, and is no event."""
    request = {"request": "GET /v1/dashboard/billing/credits"}
    with Stub(exchanges=[request | answer("12.5")], always=answer("10")) as stub:
        balance.write(
            f'[history]\nrecord = true\n[profiles.main]\nprovider = "apertis"\nkey = "{KEY}"\nbase_url = "{stub.url}"\n'
        )
        assert balance("run", "main", "--", "sh", "-c", "sleep 1; true secret-argument").code == 0
        assert balance("run", "main", "--min", "50", "--", "true").code == 123
        yield balance


def test_runs_are_shown_as_a_table_json_and_csv(ran: Balance) -> None:
    table = ran("history", "--runs")
    assert table.code == Exit.OK
    heads, first = table.out.splitlines()
    assert heads.split() == ["STARTED", "TOOK", "PROGRAM", "RESULT", "SPENT"]
    assert " sh " in first
    assert "ended" in first
    assert first.endswith("2.50 USD of main (12.50 to 10.00)")

    document = json.loads(ran("history", "--runs", "--json").out)
    assert [run["exit_code"] for run in document["runs"]] == [0]
    (spent,) = document["runs"][0]["balances"]
    assert (spent["profile"], spent["spent"], spent["before"], spent["after"]) == ("main", 2.5, 12.5, 10)

    rows = list(csv.DictReader(io.StringIO(ran("history", "--runs", "-o", "csv").out, newline="")))
    assert [row["result"] for row in rows] == ["ended"]
    assert (rows[0]["program"], rows[0]["spent"], rows[0]["unit"]) == ("sh", "2.5", "USD")


def test_no_argument_and_no_key_of_a_job_is_kept(ran: Balance) -> None:
    for form in ("table", "json", "csv"):
        shown = ran("history", "--runs", "-o", form).out
        assert "secret-argument" not in shown
        assert KEY not in shown
    stored = (ran.home / ".local/state/balance/history.db").read_bytes()
    assert b"secret-argument" not in stored
    assert KEY.encode() not in stored


def test_runs_are_chosen_by_profile_and_marked_in_a_chart(ran: Balance) -> None:
    assert len(ran("history", "--runs", "main").out.splitlines()) >= 2
    other = ran("history", "--runs", "other")
    assert (other.code, other.out) == (Exit.OK, "")
    assert "has no run from that period" in other.err
    ran("check", "-q")
    with closing(sqlite3.connect(ran.home / ".local/state/balance/history.db")) as database, database:
        database.execute("UPDATE runs SET at = at - 43200, seconds = 7200")
        database.execute("UPDATE samples SET at = at - 80000 WHERE rowid = 1")
    chart = ran("history", "--plot", "main", "--since", "1d").out
    assert "run" in chart.splitlines()[0] + chart.splitlines()[1]
    assert "━" in chart


def test_runs_and_a_chart_exclude_each_other(balance: Balance) -> None:
    ended = balance("history", "--runs", "--plot", "main")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert "--plot cannot be combined with" in ended.err
