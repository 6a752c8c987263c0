"""`balance run` and money, with real processes: limits, outages, late booking, reports and the history."""

import json
import re
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from balance_cli.exits import JobExit
from balance_cli.history.runs import load_runs
from balance_cli.job.outcome import Spent
from conftest import KEY
from jobs import Purse, finish, is_gone

FAST: Final = ("--every", "1s")
WAITING: Final = ("--", "sh", "-c", "echo $$ > pid; sleep 300")


def test_a_top_up_does_not_hide_what_was_spent(purse: Purse) -> None:
    process = purse.start("--spend", "2", *FAST, *WAITING)
    purse.pid("pid")
    for at in ("11.50", "50", "49"):
        assert process.poll() is None
        purse.put(at)
        purse.look(2)
    code, _, err = finish(process)
    assert code == JobExit.BRAKED
    assert "spent at least 2.00 USD of main (12.50 to 49.00)" in err


def test_a_job_that_spends_at_a_steady_pace_is_stopped_soon_after_the_limit(purse: Purse) -> None:
    process = purse.start("--spend", "2", *FAST, *WAITING)
    job, remaining = purse.pid("pid"), Decimal("12.50")
    while not is_gone(job):
        remaining -= Decimal("0.04")
        purse.put(str(remaining))
        time.sleep(0.1)
    code, _, err = finish(process)
    assert code == JobExit.BRAKED
    found = re.search(r"; spent ([0-9.]+) USD of main \(12.50 to", err)
    assert found
    assert 2 <= Decimal(found[1]) < 4
    assert Decimal("12.50") - remaining < 4


def test_a_provider_that_reports_only_use_is_enough_for_a_limit(purse: Purse) -> None:
    def use(amount: str) -> None:
        info = {"spend": Decimal(amount), "max_budget": None, "team_id": None, "user_id": None}
        purse.stub.always = {"answer": {"info": info}}

    purse.balance.profiles({"main": f'provider = "litellm"\nbase_url = "{purse.stub.url}"'})
    use("3")
    assert purse.balance("check").code == 0
    ended = purse.balance("run", "--", "true")
    assert (ended.code, ended.err.splitlines()[0]) == (JobExit.UNKNOWN, "balance: main: no remaining amount is known")
    process = purse.start("--spend", "1", *FAST, *WAITING)
    purse.pid("pid")
    use("4")
    code, _, err = finish(process)
    assert code == JobExit.BRAKED
    assert "spent 1.00 USD of main in" in err


def test_a_short_outage_changes_nothing(purse: Purse) -> None:
    process = purse.start(
        "--min", "5", *FAST, "--", "sh", "-c", "echo $$ > pid; sleep 1; until [ -e stop ]; do sleep 0.1; done; exit 7"
    )
    purse.pid("pid")
    purse.fail()
    purse.look(2)
    purse.put("12.40")
    purse.look(2)
    (purse.folder / "stop").touch()
    code, out, err = finish(process)
    assert (code, out) == (7, "")
    assert err.startswith("balance: spent 0.10 USD of main (12.50 to 12.40) in ")
    assert err.count("\n") == 1  # nothing was printed about the outage


def test_an_outage_stops_a_job_that_must_have_passed_the_minimum(purse: Purse) -> None:
    process = purse.start("--min", "5", "--every", "2s", *WAITING)
    job = purse.pid("pid")
    purse.put("8")
    purse.look(2)
    purse.fail()
    code, _, err = finish(process)
    assert code == JobExit.BRAKED
    assert "at the fastest pace seen, total is below its minimum by now; spent at least 4.50 USD" in err
    assert is_gone(job)


def test_a_job_is_stopped_after_too_long_an_outage(purse: Purse) -> None:
    began = time.monotonic()
    process = purse.start("--min", "5", *FAST, "--blind", "3s", *WAITING)
    job = purse.pid("pid")
    purse.fail(401)
    code, _, err = finish(process)
    assert code == JobExit.BRAKED
    assert time.monotonic() - began > 3
    assert "stopped the job: main could not be read for 3 s; spent at least 0.00 USD of main" in err
    assert is_gone(job)


def test_use_that_is_booked_late_is_in_the_report(purse: Purse) -> None:
    process = purse.start("--settle", "3s", "--", "sh", "-c", "echo $$ > pid; echo done > end")
    purse.text("end")
    purse.put("9.09")
    code, _, err = finish(process)
    assert code == 0
    assert err.startswith("balance: spent 3.41 USD of main (12.50 to 9.09) in ")


def test_the_report_is_a_document_without_a_key_or_arguments(purse: Purse) -> None:
    file = purse.folder / "report.json"
    words = ["--min", "5", "--report", str(file), "--"]
    ended = purse.balance("run", *words, "sh", "-c", f"exit 7; {KEY}")
    text = file.read_text()
    assert ended.code == 7
    assert KEY not in text
    document = json.loads(text, parse_float=Decimal)
    assert document.pop("seconds") < 60
    assert abs((datetime.fromisoformat(document.pop("started_at")) - datetime.now(UTC)).total_seconds()) < 60
    balances = document.pop("balances")
    assert document == {
        "schema_version": 1, "program": "sh", "result": "ended", "exit_code": 7, "signal": None, "reason": None,
        "looks": 2, "processes_remaining": 0,
    }  # fmt: skip
    assert balances[0] == {
        "profile": "main", "provider": "deepseek", "name": "total", "unit": "USD", "spent": 0, "at_least": False,
        "before": Decimal("12.5"), "after": Decimal("12.5"),
    }  # fmt: skip
    purse.balance("run", *words, "sh", "-c", "kill -SEGV $$")
    document = json.loads(file.read_text())
    assert (document["result"], document["exit_code"], document["signal"]) == ("killed", 139, "SIGSEGV")
    purse.put("1")
    assert purse.balance("run", *words, "true").code == JobExit.LOW
    document = json.loads(file.read_text())
    assert (document["result"], document["exit_code"]) == ("not started", 123)
    assert document["reason"] == "main: total has 1.00 USD, below the minimum of 5.00"
    assert KEY not in purse.balance("run", *words, f"./{KEY}").err + file.read_text()


def test_nothing_is_printed_while_the_job_runs(purse: Purse) -> None:
    process = purse.start(*FAST, "--", "sh", "-c", "echo $$ > pid; until [ -e stop ]; do sleep 0.1; done; echo end >&2")
    purse.pid("pid")
    purse.look(2)
    purse.fail()
    purse.look(2)
    (purse.folder / "stop").touch()
    assert finish(process)[2].splitlines()[0] == "end"


def test_a_job_is_an_event_in_a_history(purse: Purse) -> None:
    file = purse.balance.home / "history.db"
    text = purse.balance.config.read_text()
    purse.balance.write(text + f'\n[history]\nrecord = false\npath = "{file}"\n')
    assert purse.balance("run", "--", "true").code == 0
    assert not file.exists()
    assert purse.balance("check", "--record").code == 0
    began = datetime.now(UTC).timestamp() - 1
    process = purse.start("--min", "5", *FAST, "--", "sh", "-c", f"echo $$ > pid; : {KEY}; sleep 300")
    purse.pid("pid")
    purse.put("4.777777777777777771")
    assert finish(process)[0] == JobExit.BRAKED
    purse.put("12.50")
    assert purse.balance("run", "--", "sh", "-c", "kill -KILL $$").code == -9
    braked, killed = load_runs(file, began, began + 600)
    assert (braked.program, braked.result, braked.exit_code) == ("sh", "braked", 124)
    assert braked.reason == "main: total has 4.77 USD, below the minimum of 5.00"
    assert braked.seconds > 0
    assert braked.balances[0] == Spent(
        "main", "deepseek", "total", "USD", gates=True, spent=Decimal("7.722222222222222229"), at_least=False,
        before=Decimal("12.5"), after=Decimal("4.777777777777777771"),
    )  # fmt: skip
    assert (killed.result, killed.exit_code) == ("killed", -9)
    assert list(load_runs(file, began - 1000, began - 500)) == []
    assert KEY.encode() not in file.read_bytes()
    assert purse.balance("history").code == 0


def test_a_history_that_cannot_be_written_changes_no_exit_code(purse: Purse) -> None:
    file = purse.balance.home / "history.db"
    file.write_text("not a database, but long enough to be taken for one" * 100)
    purse.balance.write(purse.balance.config.read_text() + f'\n[history]\npath = "{file}"\n')
    ended = purse.balance("run", "--", "sh", "-c", "exit 7")
    assert ended.code == 7
    assert "balance: cannot record the job: " in ended.err
