"""Child processes: each runs in its own session, and none outlives the program."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

_PATIENCE: Final = 1.0
"""Seconds to wait at exit for a command that is just being started."""
_starting = threading.Lock()
_running: set["subprocess.Popen[bytes]"] = set()


@contextmanager
def start_command(command: Sequence[str], *, folder: str, heard: bool) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command without a shell or a terminal until the block ends; raise OSError or ValueError.

    It runs in ``folder`` if that exists; with ``heard`` its stderr is a pipe too. At the end of the block kill it with
    all its child processes, if it is still running.
    """
    import subprocess

    def start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - the user's own command, from a file that only its owner can write
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if heard else subprocess.DEVNULL,
            cwd=folder if os.path.isdir(folder) else None,  # noqa: PTH112 - the folder of a new config may not exist yet
            start_new_session=True,
        )

    with _hold(start) as process:
        yield process


@contextmanager
def start_shell(
    text: str, *, stdin: IO[bytes], output: int, variables: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command line with the shell until the block ends; raise OSError or ValueError.

    ``output`` is the handle for its stdout and stderr. At the end of the block kill it with all its child processes, if
    it is still running.
    """
    import subprocess

    def start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - the user's own command, from the command line
            ["/bin/sh", "-c", text], stdin=stdin, stdout=output, stderr=output, env=variables, start_new_session=True
        )

    with _hold(start) as process:
        yield process


@contextmanager
def _hold(start: Callable[[], "subprocess.Popen[bytes]"]) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a process that is killed at the end of the block, or of the program, if it is still running."""
    with _starting:  # so that kill_all() finds every process that was started
        process = start()
        _running.add(process)
    try:
        with process:
            try:
                yield process
            finally:
                kill(process)
    finally:
        _running.discard(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a command and its child processes, unless it is known to have ended: its PID may have been reused."""
    if process.returncode is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)


def kill_all() -> None:
    """Kill every running command and let no other start, because the program is ending."""
    _starting.acquire(timeout=_PATIENCE)
    for process in tuple(_running):
        kill(process)
