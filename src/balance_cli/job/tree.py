"""The processes that a process has started, directly or not."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_PATIENCE: Final = 5.0
"""Seconds to repeat SIGKILL: a process may start others while they are listed."""
_PAUSE: Final = 0.02


def find_descendants(root: int) -> list[int]:
    """Return the living descendants of a process, parents before their children."""
    below: dict[int, list[int]] = {}
    for pid, parent in _list_processes():
        below.setdefault(parent, []).append(pid)
    found = below.get(root, [])
    for pid in found:  # grows meanwhile
        found += below.get(pid, [])
    return found


def send_signals(root: int, *numbers: int) -> None:
    """Send signals to every descendant of a process, to parents first: a shell must not start its next command."""
    for pid in find_descendants(root):
        for number in numbers:
            with suppress(OSError):  # it has ended, or belongs to another user
                os.kill(pid, number)


def kill_descendants(root: int, reap: Callable[[], object]) -> int:
    """Kill every descendant of a process, calling ``reap`` in between; return how many could not be killed."""
    end = time.monotonic() + _PATIENCE
    while (found := find_descendants(root)) and time.monotonic() < end:
        send_signals(root, signal.SIGKILL)
        time.sleep(_PAUSE)
        reap()
    return len(found)


def _list_processes() -> Iterator[tuple[int, int]]:
    """Yield every living process and its parent."""
    if not (_PROC / "self" / "stat").exists():
        yield from list_with_ps()
        return
    for name in os.listdir(_PROC):  # noqa: PTH208 - names only
        if name.isdigit():
            with suppress(OSError):  # it has ended
                state, parent = (_PROC / name / "stat").read_bytes().rpartition(b")")[2].split()[:2]
                if state != b"Z":
                    yield int(name), int(parent)


def list_with_ps() -> Iterator[tuple[int, int]]:
    """Yield every living process and its parent on systems without /proc."""
    import subprocess

    command = ["ps", "-A", "-o", "pid=", "-o", "ppid=", "-o", "state="]
    with suppress(OSError):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
        for line in done.stdout.splitlines():
            pid, parent, state = line.split()
            if not state.startswith("Z"):
                yield int(pid), int(parent)
