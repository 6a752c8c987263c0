"""`balance run` on a terminal: Ctrl-C, Ctrl-Z and fg, pagers, and a terminal that stays usable."""

import os
import re
import signal
import subprocess
import time
from typing import Final

import pytest

from balance_cli.exits import JobExit
from conftest import SLACK, need, wait
from jobs import Purse, is_gone, parent, state
from terminal import Terminal

FAST: Final = ("--every", "1s")
COUNTING: Final = (
    "n=0; trap 'n=$((n+1)); echo $n > count' INT; echo $$ > pid; until [ -e stop ]; do sleep 0.1; done; exit 9"
)


def shell(purse: Purse, text: str) -> Terminal:
    """Return a terminal in which a script runs, as a user's own would."""
    (purse.folder / "script").write_text(f"cd {purse.folder}\n{text}\n")
    return Terminal(["bash", str(purse.folder / "script")], purse.balance.environment())


def interactive(purse: Purse) -> Terminal:
    """Return a terminal with an interactive shell."""
    (purse.folder / "rc").write_text(f"cd {purse.folder}\nPS1='$ '\nbind 'set enable-bracketed-paste off'\n")
    return Terminal(["bash", "--noprofile", "--rcfile", str(purse.folder / "rc")], purse.balance.environment())


def run(purse: Purse, *words: str) -> str:
    """Return a command line for a script."""
    return " ".join(purse.line(*words))


def test_ctrl_c_is_counted_once_by_the_job(purse: Purse) -> None:
    (purse.folder / "job").write_text(COUNTING)
    with shell(purse, f"{run(purse, '--', 'bash', 'job')}; echo code $?") as terminal:
        purse.pid("pid")
        for count in ("1\n", "2\n"):
            terminal.type("\x03")
            wait(lambda count=count: purse.text("count") == count)  # type: ignore[misc]
            time.sleep(0.5)
        (purse.folder / "stop").touch()
        terminal.until("code 9")
    assert purse.text("count") == "2\n"


def test_ctrl_c_ends_a_job_and_the_script_around_it(purse: Purse) -> None:
    with shell(
        purse, f"{run(purse, '--', 'sh', '-c', quote('echo $$ > pid; exec sleep 60'))}; echo still here"
    ) as terminal:
        job = purse.pid("pid")
        terminal.type("\x03")
        terminal.end()
    assert is_gone(job)
    assert "still here" not in terminal.text


def test_ctrl_z_stops_the_job_and_fg_continues_it(purse: Purse) -> None:
    (purse.folder / "job").write_text("echo $$ > pid; until [ -e stop ]; do sleep 0.1; done; exit 9")
    with interactive(purse) as terminal:
        terminal.until("$ ")
        terminal.type(f"{run(purse, '--', 'bash', 'job')}\n")
        job = purse.pid("pid")
        for _ in range(2):
            terminal.text = ""
            terminal.type("\x1a")
            terminal.until("Stopped")
            assert state(job) == "T"
            terminal.type("fg\n")
            wait(lambda: state(job) != "T")
        terminal.text = ""
        os.kill(parent(parent(job)), signal.SIGTSTP)
        terminal.until("Stopped")
        terminal.type("bg\n")
        wait(lambda: state(job) != "T")
        (purse.folder / "stop").touch()
        terminal.type("wait %1; echo code $?\n")
        terminal.until("code 9")


def test_a_job_that_ignores_ctrl_z_keeps_the_terminal(purse: Purse) -> None:
    (purse.folder / "job").write_text("trap '' TSTP; echo $$ > pid; read word; echo got $word")
    with interactive(purse) as terminal:
        terminal.until("$ ")
        terminal.type(f"{run(purse, '--', 'bash', 'job')}\n")
        purse.pid("pid")
        terminal.type("\x1a")
        time.sleep(0.5)
        terminal.type("hello\n")
        terminal.until("got hello")


def test_a_job_that_stops_itself_gives_the_terminal_back(purse: Purse) -> None:
    (purse.folder / "job").write_text("echo $$ > pid; kill -STOP $$; exit 9")
    with interactive(purse) as terminal:
        terminal.until("$ ")
        terminal.type(f"{run(purse, '--', 'bash', 'job')}\n")
        terminal.until("Stopped")
        terminal.type("fg; echo code $?\n")
        terminal.until("code 9")


def test_a_job_in_the_background_is_stopped_when_it_reads_the_terminal(purse: Purse) -> None:
    (purse.folder / "job").write_text("echo $$ > pid; read word; echo got $word")
    with interactive(purse) as terminal:
        terminal.until("$ ")
        terminal.type(f"{run(purse, '--', 'bash', 'job')} &\n")
        job = purse.pid("pid")
        wait(lambda: state(job) == "T")
        terminal.type("echo here\n")
        terminal.until("here")
        terminal.type("fg\n")
        wait(lambda: state(job) != "T")
        terminal.type("hello\n")
        terminal.until("got hello")


def test_a_pager_keeps_the_terminal(purse: Purse) -> None:
    need("less")
    (purse.folder / "text").write_text("".join(f"line {number}\n" for number in range(1000)))
    for line in (f"{run(purse, '--', 'cat', 'text')} | less", run(purse, "--", "less", "text")):
        with shell(purse, f"{line}; echo codes ${{PIPESTATUS[@]}}") as terminal:
            terminal.until("line 10")
            terminal.type("G")
            terminal.until("line 999")
            terminal.type("q")
            assert re.search(r"codes (0|141) ?0?\r", terminal.until("codes "))


def modes(terminal: Terminal) -> str:
    """Return the modes of a terminal."""
    done = subprocess.run(["stty", "-a", "-F", os.ttyname(terminal.handle)], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("restores", [True, False])
def test_raw_mode_is_undone_after_the_brake(purse: Purse, restores: bool) -> None:
    trap = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" if not restores else ""
    (purse.folder / "job").write_text(
        f"import time, tty\n{trap}tty.setraw(0)\nopen('raw', 'w').write('1\\n')\ntime.sleep(60)"
    )
    line = run(purse, "--min", "5", *FAST, "--grace", "1s", "--", "python3", "job")
    with shell(
        purse, f"stty -a > before; {line}; echo code $?; stty -a > after; read word; echo got $word"
    ) as terminal:
        purse.text("raw")
        purse.put("1")
        terminal.until(f"code {JobExit.BRAKED.value}\r\n")
        terminal.type("hello\r")
        terminal.until("got hello\r\n")
    assert purse.text("before") == purse.text("after")


def test_an_interactive_shell_that_is_braked_leaves_a_usable_terminal(purse: Purse) -> None:
    inner = "env PS1='> ' bash --norc --noprofile -i"
    line = run(purse, "--min", "5", *FAST, "--grace", "1s", "--", inner)
    with shell(
        purse, f"stty -a > before; {line}; echo code $?; stty -a > after; read word; echo got $word"
    ) as terminal:
        terminal.until("> ")
        terminal.type("sleep 300 & echo $! > pid; set -o emacs; echo hel''lo\n")
        terminal.until("hello")
        child = purse.pid("pid")
        purse.put("1")
        terminal.until(f"code {JobExit.BRAKED.value}\r\n")
        terminal.type("goodbye\r")
        terminal.until("got goodbye\r\n")
        assert "\nbalance: stopped the job: main: total has 1.00 USD" in terminal.text
    assert is_gone(child)
    assert purse.text("before") == purse.text("after")


def test_a_job_that_ends_by_itself_may_change_the_terminal(purse: Purse) -> None:
    with shell(purse, f"{run(purse, '--', 'stty', '-echo')}; stty -a > after; echo done") as terminal:
        terminal.until("done")
    assert "-echo " in purse.text("after")


def test_a_background_job_that_is_braked_leaves_the_terminal_to_the_shell(purse: Purse) -> None:
    with interactive(purse) as terminal:
        terminal.until("$ ")
        terminal.type(f"{run(purse, '--min', '5', *FAST, '--', 'sh', '-c')} 'echo $$ > pid; exec sleep 60' &\n")
        job = purse.pid("pid")
        purse.put("1")
        terminal.until("balance: stopped the job")
        terminal.type("wait %1; echo code $?\n")
        terminal.until(f"code {JobExit.BRAKED.value}\r\n")
        terminal.type("read word; echo got $word\nhello\n")
        terminal.until("got hello\r\n")
    assert is_gone(job)


def test_a_job_in_the_background_does_not_write_to_a_terminal_that_stops_it(purse: Purse) -> None:
    with interactive(purse) as terminal:
        terminal.until("$ ")
        terminal.type(f"stty tostop; {run(purse, '--', 'sleep', '1')} &\n")
        terminal.type("wait %1; echo code $?\n")
        terminal.until("Stopped")
        assert "balance: spent" not in terminal.text
        terminal.type("fg\n")
        terminal.until("balance: spent 0.00 USD")


def test_a_terminal_that_is_closed_ends_the_job(purse: Purse) -> None:
    with interactive(purse) as terminal:
        terminal.until("$ ")
        terminal.type(f"{run(purse, '--', 'sh', '-c')} 'echo $$ > pid; sleep 60; echo never'\n")
        job = purse.pid("pid")
    wait(lambda: is_gone(job), SLACK)


def quote(text: str) -> str:
    """Quote a script for a shell."""
    return f"'{text}'"
