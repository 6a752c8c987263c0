"""Jobs under `balance run`, and a provider whose amount changes meanwhile."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from balance_cli.job.tree import find_descendants
from conftest import Balance, wait
from stub import Stub

COUNTING: Final = (
    "n=0; trap 'n=$((n+1)); echo $n > count' {0}; echo $$ > pid; while [ ! -e stop ]; do sleep 0.1; done; exit 9"
)
"""A job that counts a signal until a file appears."""
LEAVES_OTHERS: Final = (
    "setsid sh -c 'echo $$ > one; trap \"\" TERM; sleep 300 & wait; sleep 300' & "
    "(setsid sh -c '(setsid sh -c \"echo \\$\\$ > two; exec sleep 300\" &) ; exit' &) ; "
    "sleep 300 & echo $! > three; "
)
"""A process in a session of its own that ignores SIGTERM, a daemon whose parents have all ended, and a child."""


def wallet(amount: str) -> Mapping[str, Any]:
    """Return a response with this amount in USD."""
    wallet = {"currency": "USD", "total_balance": amount, "granted_balance": "0", "topped_up_balance": amount}
    return {"answer": {"is_available": True, "balance_infos": [wallet]}}


@dataclass(slots=True)
class Purse:
    """A provider that reports an amount, a profile for it, and the folder that the jobs write to."""

    stub: Stub
    balance: Balance
    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def put(self, amount: str) -> None:
        """Report this amount from now on."""
        self.stub.always = wallet(amount)

    def fail(self, status: int = 503) -> None:
        """Fail from now on."""
        self.stub.always = {"status": status, "text": "down"}

    def look(self, count: int = 1) -> None:
        """Wait until `balance` has asked so many times more."""
        before = len(self.stub.asked)
        wait(lambda: len(self.stub.asked) >= before + count)

    def line(self, *words: str) -> list[str]:
        """Return the command line of a run."""
        return [self.balance.program, "run", *words]

    def start(self, *words: str, **how: Any) -> subprocess.Popen[bytes]:
        """Start a run in the folder, as the leader of a process group of its own."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        group = {} if "start_new_session" in how else {"process_group": 0}
        settings = {**streams, **group, "env": self.balance.environment(), "cwd": self.folder, **how}
        process = subprocess.Popen(self.line(*words), **settings)
        self.started.append(process)
        return process

    def text(self, name: str) -> str:
        """Wait until a job has written a file, and return its text."""
        file = self.folder / name
        wait(lambda: file.exists() and file.read_text().endswith("\n"))
        return file.read_text()

    def pid(self, name: str) -> int:
        """Return the PID that a job has written to a file."""
        return int(self.text(name))

    def end(self) -> None:
        """Kill what a failed test left behind, with all its processes."""
        for process in self.started:
            if process.poll() is None:
                below = find_descendants(process.pid)
                process.kill()
                for pid in below:
                    kill(pid)
            process.communicate()


def finish(process: subprocess.Popen[bytes], seconds: float = 60) -> tuple[int, str, str]:
    """Wait for a run to end; return its code, stdout and stderr."""
    out, err = process.communicate(timeout=seconds)
    return process.returncode, out.decode(), err.decode()


def state(pid: int) -> str:
    """Return the state of a process, like ``S`` or ``T``; "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0].replace("Z", "")
    except OSError:
        return ""


def parent(pid: int) -> int:
    """Return the parent of a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def is_gone(pid: int) -> bool:
    """Return whether a process has ended."""
    return not state(pid)


def children(pid: int) -> list[int]:
    """Return the children of a process."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill(pid: int) -> None:
    """Kill a process, if it still exists."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
