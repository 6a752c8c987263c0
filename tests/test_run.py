"""`balance run`: the job's streams, signals and processes, with real processes and without a terminal."""

import os
import signal
import subprocess
import time
from typing import Final

import pytest

from balance_cli.exits import JobExit
from balance_cli.job.tree import find_descendants, list_with_ps
from conftest import KEY
from jobs import LEAVES_OTHERS, Purse, finish, is_gone, kill

FAST: Final = ("--every", "1s")


def test_stdin_stdout_and_stderr_pass_byte_for_byte(purse: Purse) -> None:
    data = os.urandom(1 << 20)
    process = purse.start("--", "tee", "/dev/stderr", stdin=subprocess.PIPE)
    out, err = process.communicate(data, timeout=60)
    assert process.returncode == 0
    assert out == data
    last = b"balance: spent 0.00 USD of main (12.50 to 12.50) in 0 s, by this job and whatever else uses this balance\n"
    assert err == data + last


def test_a_job_gets_the_environment_files_and_folder_of_the_user(purse: Purse) -> None:
    script = f"exec 3>kept; exec {purse.balance.program} run -- sh -c 'echo $PWD >&3; cat /proc/$$/environ'"
    env = {"PATH": os.environ["PATH"], "HOME": str(purse.balance.home), "TEST_KEY": KEY, "ODD": "a\nb=\xff"}
    done = subprocess.run(["bash", "-c", script], env=env, cwd=purse.folder, capture_output=True, check=True)
    given = {entry.partition(b"=")[0] for entry in done.stdout.split(b"\0")}
    assert given - {b"PWD", b"OLDPWD", b"SHLVL", b"_", b""} == {name.encode() for name in env}
    assert "ODD=a\nb=\xff".encode() in done.stdout
    assert (purse.folder / "kept").read_text() == f"{purse.folder}\n"


def test_a_job_inherits_the_signals_that_are_ignored_and_blocked(purse: Purse) -> None:
    show = "grep -E 'Sig(Ign|Blk)' /proc/self/status"
    for shell in (show, f"trap '' HUP USR1 CHLD; {show}"):
        plain = subprocess.run(["bash", "-c", shell], capture_output=True, check=True).stdout
        line = shell.replace("grep", f"{purse.balance.program} run -- grep")
        done = subprocess.run(["bash", "-c", line], env=purse.balance.environment(), capture_output=True, check=True)
        assert done.stdout == plain


@pytest.mark.parametrize(("command", "code"), [("exit 7", 7), ("exit 0", 0), ("exit 255", 255), ("exit 124", 124)])
def test_the_code_of_the_job_is_passed_on(purse: Purse, command: str, code: int) -> None:
    assert purse.balance("run", "--", "sh", "-c", command).code == code


def test_a_command_that_cannot_be_run_ends_with_126_or_127(purse: Purse) -> None:
    plain = purse.folder / "plain"
    plain.write_text("echo a script without a first line; exit 5\n")
    ended = purse.balance("run", "--", str(plain))
    assert (ended.code, ended.out) == (JobExit.NOT_EXECUTABLE, "")
    assert ended.err == "balance: cannot run plain: Permission denied\n"
    plain.chmod(0o755)
    ended = purse.balance("run", "--", str(plain))
    assert (ended.code, ended.out) == (5, "a script without a first line\n")
    ended = purse.balance("run", "--", "no-such-program")
    assert (ended.code, ended.err) == (
        JobExit.NOT_FOUND,
        "balance: cannot run no-such-program: No such file or directory\n",
    )


def test_a_job_is_not_started_when_it_is_low(purse: Purse) -> None:
    ended = purse.balance("run", "main", "--min", "20", "--", "touch", str(purse.folder / "started"))
    assert ended.code == JobExit.LOW
    assert (
        ended.err == "balance: main: total has 12.50 USD, below the minimum of 20.00\nbalance: touch was not started\n"
    )
    assert not (purse.folder / "started").exists()
    purse.put("0")
    assert purse.balance("run", "--", "true").code == JobExit.LOW


def test_a_job_is_not_started_when_it_is_not_known_whether_there_is_enough(purse: Purse) -> None:
    purse.fail(401)
    ended = purse.balance("run", "--", "touch", str(purse.folder / "started"))
    assert ended.code == JobExit.UNKNOWN
    assert "balance: touch was not started\n" in ended.err
    assert not (purse.folder / "started").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--min", "5EUR", "--", "true"], "the balances are in USD"),
        (["--spend", "5EUR", "--", "true"], "the balances are in USD"),
        (["--spend", "10%", "--", "true"], "not an amount above zero"),
        (["--spend", "0", "--", "true"], "not an amount above zero"),
        (["--every", "0.5s", "--", "true"], "at least one second"),
        (["--every", "1x", "--", "true"], "must be a time like"),
        (["--signal", "STOP", "--", "true"], "not a signal that ends a process"),
        (["--bogus", "--", "true"], "--bogus"),
        (["nobody", "--", "true"], '"nobody"'),
        (["--report", "/nowhere/at/all", "--", "true"], "cannot write"),
        (["--config", "/nowhere/at/all", "--", "true"], "there is no config"),
        (["main", "./agent", "--fast"], "(`balance run main -- ./agent --fast`)"),
        (
            ["main", "--min", "5", "--debug", "agent", "-x", "a b"],
            "(`balance run main --min 5 --debug -- agent -x 'a b'`)",
        ),
        (["main"], "(`balance run main -- COMMAND`)"),
        (["main", "--"], "(`balance run main -- COMMAND`)"),
    ],
)
def test_a_wrong_command_line_or_config_ends_with_125(purse: Purse, words: list[str], says: str) -> None:
    ended = purse.balance("run", *words)
    assert (ended.code, ended.out) == (JobExit.TROUBLE, "")
    assert says in ended.err
    assert ended.err.count("\n") <= 2


def test_a_profile_without_a_key_ends_with_125(purse: Purse) -> None:
    assert purse.balance("run", "--", "true", env={"TEST_KEY": ""}).code == JobExit.TROUBLE


def test_a_job_is_stopped_at_the_minimum(purse: Purse) -> None:
    process = purse.start(
        "--min", "5", *FAST, "--", "sh", "-c", "trap 'echo bye; exit 3' TERM; echo $$ > pid; sleep 60"
    )
    purse.pid("pid")
    purse.put("4.9999")
    code, out, err = finish(process)
    assert (code, out) == (JobExit.BRAKED, "bye\n")
    assert (
        "balance: stopped the job: main: total has 4.99 USD, below the minimum of 5.00; "
        "spent 7.50 USD of main (12.50 to 4.99) in "
    ) in err


def test_a_job_is_stopped_once_it_has_spent_what_is_allowed(purse: Purse) -> None:
    process = purse.start("--spend", "2USD", *FAST, "--", "sh", "-c", "echo $$ > pid; sleep 60")
    job = purse.pid("pid")
    purse.put("10.51")
    purse.look(2)
    assert process.poll() is None
    purse.put("10.50")
    code, _, err = finish(process)
    assert code == JobExit.BRAKED
    assert "stopped the job: 2.00 USD was spent of the 2.00 allowed; spent 2.00 USD of main (12.50 to 10.50)" in err
    assert is_gone(job)


def test_a_job_that_ignores_sigterm_is_killed_after_the_grace(purse: Purse) -> None:
    script = "trap '' TERM; echo $$ > pid; while :; do sleep 1; done"
    process = purse.start("--min", "5", *FAST, "--grace", "2s", "--", "sh", "-c", script)
    job = purse.pid("pid")
    purse.put("1")
    began = time.monotonic()
    assert finish(process)[0] == JobExit.BRAKED
    assert time.monotonic() - began >= 2
    assert is_gone(job)


def test_the_signal_and_the_grace_can_be_chosen(purse: Purse) -> None:
    script = "trap 'echo int > got; exit' INT; echo $$ > pid; while :; do sleep 0.1; done"
    process = purse.start("--min", "5", *FAST, "--signal", "int", "--grace", "60", "--", "bash", "-c", script)
    purse.pid("pid")
    purse.put("1")
    assert finish(process)[0] == JobExit.BRAKED
    assert purse.text("got") == "int\n"


def test_every_process_of_a_braked_job_is_gone(purse: Purse) -> None:
    process = purse.start(
        "--min", "5", *FAST, "--grace", "1s", "--", "sh", "-c", f"{LEAVES_OTHERS} echo $$ > pid; wait"
    )
    pids = [purse.pid(name) for name in ("one", "two", "three", "pid")]
    below = find_descendants(process.pid)
    assert set(pids) <= set(below)
    purse.put("1")
    assert finish(process)[0] == JobExit.BRAKED
    assert [pid for pid in below if not is_gone(pid)] == []


def test_a_stopped_job_is_braked_too(purse: Purse) -> None:
    script = "trap 'echo ended > got; exit' TERM; sleep 300 & echo $! > child; echo $$ > pid; wait"
    process = purse.start("--min", "5", *FAST, "--", "sh", "-c", script)
    child = purse.pid("child")
    os.kill(child, signal.SIGSTOP)
    purse.put("1")
    assert finish(process)[0] == JobExit.BRAKED
    assert is_gone(child)


def test_a_daemon_that_the_job_left_on_purpose_is_left_alone(purse: Purse) -> None:
    ended = purse.balance(
        "run", "--", "sh", "-c", f"cd {purse.folder}; (setsid sh -c 'echo $$ > pid; exec sleep 300' >/dev/null 2>&1 &)"
    )
    daemon = purse.pid("pid")
    assert ended.code == 0
    assert not is_gone(daemon)
    kill(daemon)


def test_death_by_a_signal_is_passed_on_without_a_core(purse: Purse) -> None:
    for name, code in (("SEGV", 139), ("KILL", 137), ("TERM", 143), ("INT", 130), ("HUP", 129)):
        script = (
            f'ulimit -c unlimited; {purse.balance.program} run -- sh -c "ulimit -c 0; kill -{name} \\$\\$"; echo $?'
        )
        done = subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, env=purse.balance.environment(), cwd=purse.folder,
            check=False,
        )  # fmt: skip
        assert done.stdout == f"{code}\n", name
        assert list(purse.folder.glob("core*")) == []
        assert "core dumped" not in done.stderr


def test_a_broken_pipe_ends_a_job_as_in_a_shell(purse: Purse) -> None:
    script = f'{purse.balance.program} run -- yes | head -1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=purse.balance.environment(), check=True
    )
    assert done.stdout == "y\n141\n"


def test_a_reader_gets_the_end_of_the_output_when_the_job_ends(purse: Purse) -> None:
    began = time.monotonic()
    process = purse.start("--settle", "20s", "--", "echo", "hello")
    assert process.stdout
    assert process.stdout.read() == b"hello\n"
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
    code, _, err = finish(process)
    assert code == 0
    assert time.monotonic() - began < 15
    assert "spent at least 0.00 USD" in err


def test_balance_does_not_hold_a_stream_that_the_job_has_closed(purse: Purse) -> None:
    process = purse.start("--", "sh", "-c", "echo hello; exec sleep 300 >&-")
    assert process.stdout
    assert process.stdout.read() == b"hello\n"
    assert process.poll() is None
    process.terminate()
    assert finish(process)[0] == -signal.SIGTERM


def test_closed_streams_are_closed_for_the_job_too(purse: Purse) -> None:
    script = f"{purse.balance.program} run -- sh -c 'ls -l /proc/$$/fd > files; exit 4' <&- >&- 2>&-; echo $?"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=purse.balance.environment(), cwd=purse.folder,
        check=True,
    )  # fmt: skip
    assert done.stdout == "4\n"


def test_processes_are_found_without_proc_too(purse: Purse) -> None:
    process = purse.start("--", "sh", "-c", "echo $$ > pid; sleep 60")
    job = purse.pid("pid")
    parents = dict(list_with_ps())
    assert parents[parents[job]] == process.pid
    process.terminate()
    assert finish(process)[0] == -signal.SIGTERM
