"""`balance run` and signals: to `balance`, to its group, to the job and to the keeper, without a terminal."""

import os
import signal
import subprocess
import time
from typing import Final

import pytest

from balance_cli.exits import JobExit
from balance_cli.job.tree import find_descendants
from conftest import SLACK, wait
from jobs import COUNTING, LEAVES_OTHERS, Purse, children, finish, is_gone, state

FAST: Final = ("--every", "1s")


@pytest.mark.parametrize("name", ["TERM", "HUP", "INT", "QUIT", "USR1", "USR2"])
def test_a_signal_to_balance_reaches_the_job_once(purse: Purse, name: str) -> None:
    process = purse.start("--", "bash", "-c", COUNTING.format(name))
    purse.pid("pid")
    process.send_signal(signal.Signals[f"SIG{name}"])
    assert purse.text("count") == "1\n"
    time.sleep(0.5)
    (purse.folder / "stop").touch()
    assert finish(process)[0] == 9
    assert purse.text("count") == "1\n"


@pytest.mark.parametrize("name", ["TERM", "INT"])
def test_a_signal_to_the_whole_group_reaches_the_job_once(purse: Purse, name: str) -> None:
    process = purse.start("--", "bash", "-c", COUNTING.format(name))
    purse.pid("pid")
    os.killpg(process.pid, signal.Signals[f"SIG{name}"])
    assert purse.text("count") == "1\n"
    time.sleep(0.5)
    (purse.folder / "stop").touch()
    assert finish(process)[0] == 9
    assert purse.text("count") == "1\n"


def test_timeout_ends_a_job_with_one_signal(purse: Purse) -> None:
    (purse.folder / "job").write_text(COUNTING.format("TERM"))
    line = ["timeout", "8", *purse.line("--", "bash", "job")]
    shell = subprocess.Popen(line, env=purse.balance.environment(), cwd=purse.folder)
    purse.pid("pid")
    assert purse.text("count") == "1\n"
    time.sleep(0.5)
    (purse.folder / "stop").touch()
    assert shell.wait(SLACK) == 124
    assert purse.text("count") == "1\n"


def test_a_job_in_its_own_group_gets_the_signals_of_the_group_too(purse: Purse) -> None:
    process = purse.start("--", "setsid", "bash", "-c", COUNTING.format("TERM"))
    purse.pid("pid")
    os.killpg(process.pid, signal.SIGTERM)
    assert purse.text("count") == "1\n"
    (purse.folder / "stop").touch()
    process.wait(SLACK)


def test_killing_balance_ends_the_job_and_all_its_processes(purse: Purse) -> None:
    process = purse.start("--grace", "1s", "--", "sh", "-c", f"{LEAVES_OTHERS} echo $$ > pid; wait")
    for name in ("one", "two", "three", "pid"):
        purse.pid(name)
    below = find_descendants(process.pid)
    process.kill()
    process.wait()
    wait(lambda: all(map(is_gone, below)))


def test_killing_the_keeper_ends_the_job_and_all_its_processes(purse: Purse) -> None:
    process = purse.start("--", "sh", "-c", f"{LEAVES_OTHERS} echo $$ > pid; wait")
    for name in ("one", "two", "three", "pid"):
        purse.pid(name)
    below = find_descendants(process.pid)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    code, _, err = finish(process)
    assert code == JobExit.TROUBLE
    assert "the process that ran the job was killed" in err
    assert [pid for pid in below if not is_gone(pid)] == []


def test_without_a_terminal_balance_goes_on_while_its_job_is_stopped(purse: Purse) -> None:
    process = purse.start("--min", "5", *FAST, "--", "sh", "-c", "echo $$ > pid; sleep 300", start_new_session=True)
    job = purse.pid("pid")
    os.kill(job, signal.SIGSTOP)
    wait(lambda: state(job) == "T")
    purse.put("1")
    assert finish(process)[0] == JobExit.BRAKED
    assert is_gone(job)


def test_a_signal_before_the_start_ends_the_run_without_a_job(purse: Purse) -> None:
    purse.stub.delay = 30
    process = purse.start("--", "touch", "started")
    wait(lambda: purse.stub.asked)
    below = find_descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    assert finish(process) == (143, "", "")
    wait(lambda: all(map(is_gone, below)))
    assert not (purse.folder / "started").exists()


def test_nohup_and_the_background_are_inherited(purse: Purse) -> None:
    (purse.folder / "job").write_text(COUNTING.format("TERM"))
    script = f"nohup {purse.balance.program} run -- bash job >out 2>&1 & echo $! > run; wait"
    shell = subprocess.Popen(["sh", "-c", script], env=purse.balance.environment(), cwd=purse.folder, process_group=0)
    job, run = purse.pid("pid"), purse.pid("run")
    for number in (signal.SIGHUP, signal.SIGINT):
        os.kill(run, number)
        os.kill(job, number)
    time.sleep(0.5)
    assert state(job)
    (purse.folder / "stop").touch()
    assert shell.wait(SLACK) == 0
    assert "balance: spent" in (purse.folder / "out").read_text()
