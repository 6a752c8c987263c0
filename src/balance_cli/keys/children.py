"""Commands while they run: each in a session of its own, and none that outlives the program."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

_PATIENCE: Final = 1.0
"""The seconds that a command may take to be started when the program ends."""
_starting = threading.Lock()
_running: set["subprocess.Popen[bytes]"] = set()


@contextmanager
def started(command: Sequence[str], *, folder: str, heard: bool) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command, never through a shell and without a terminal, until the block ends; raises OSError, ValueError.

    It runs in a folder where that is there, and where it is to be ``heard`` its stderr is a pipe too. What still runs
    then is killed, with all that it started itself.
    """
    import subprocess

    with _starting:  # so that the end of the program finds each that was started
        process = subprocess.Popen(  # noqa: S603 - the user's own command, from a file that only its owner can write
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if heard else subprocess.DEVNULL,
            cwd=folder if os.path.isdir(folder) else None,  # noqa: PTH112 - one for a new config may not be there yet
            start_new_session=True,
        )
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
    """Kill a command and all that it started, unless its end is known: its number may then be another's."""
    if process.returncode is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)


def end() -> None:
    """Kill every command that runs, and let no other start: the program ends."""
    _starting.acquire(timeout=_PATIENCE)
    for process in tuple(_running):
        kill(process)
