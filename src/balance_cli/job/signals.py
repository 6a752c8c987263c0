"""Collect signals, so that a loop can wait for them together with other events."""

import math
import os
import signal
import time
from collections.abc import Container, Iterable
from contextlib import suppress
from types import FrameType
from typing import Final

ENDING: Final = frozenset({signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM})
"""The signals that end a process."""
PASSED_ON: Final = ENDING | {signal.SIGUSR1, signal.SIGUSR2, signal.SIGTSTP, signal.SIGCONT}
"""The signals that go on to the job."""
STOPPING: Final = frozenset({signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU})
"""The signals that stop a job; `balance` stops when the job does, not before."""
_MOST: Final = 4096
_REPEATED: Final = 0.2
_LATE: Final = 10.0
"""Seconds in which the same signal counts as one, if it was already matched and if not."""


class Signals:
    """The signals that arrived. One that is ignored, as under ``nohup``, stays ignored."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._numbers = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
        for number in self._numbers:
            signal.signal(number, _note)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)

    def fileno(self) -> int:
        """Return a file that can be read once a signal has arrived."""
        return self._reader

    def take(self) -> bytes:
        """Return the numbers of the signals that arrived since the last call; SIGCONT undoes a SIGTSTP before it."""
        numbers = self._read()
        if signal.SIGTSTP in numbers:  # this process may have been stopped and continued just now
            numbers += self._read()
        before, continued, after = numbers.rpartition(bytes([signal.SIGCONT]))
        return (before.replace(bytes([signal.SIGTSTP]), b"") if continued else before) + continued + after

    def _read(self) -> bytes:
        with suppress(BlockingIOError):
            return os.read(self._reader, _MOST)
        return b""

    def release(self, numbers: Container[int]) -> None:
        """Let some of these signals have their usual effect again."""
        for number in self._numbers:
            if number in numbers:
                signal.signal(number, signal.SIG_DFL)


class GroupSignals:
    """The signals that reached another member of the process group, and so were probably sent to all members.

    A terminal sends a signal to all of them at once; timeout(1) and service managers send it to one and then to all, or
    to one after the other. Each of these counts as one signal.
    """

    def __init__(self) -> None:
        self._times: dict[int, float] = {}
        self._unmatched: set[int] = set()

    def add(self, numbers: Iterable[int]) -> None:
        """Add the signals that arrived here."""
        for number in numbers:
            self._times[number] = time.monotonic()
            self._unmatched.add(number)
            if number == signal.SIGCONT:
                self._times.pop(signal.SIGTSTP, None)

    def has_received(self, number: int) -> bool:
        """Return whether a signal that `balance` got arrived here too; on a busy machine it may be reported late."""
        age = time.monotonic() - self._times.get(number, -math.inf)
        matched = number in self._unmatched
        self._unmatched.discard(number)
        return age < (_LATE if matched else _REPEATED)


def _note(_: int, __: FrameType | None) -> None:
    """Do nothing: the number of the signal is in the pipe."""


def reset_for_command() -> None:
    """Give a command the dispositions that a shell would; handlers are reset when it is executed."""
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores these
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def die_of(number: int) -> None:
    """End this process as one that a signal killed, without a core dump of its own."""
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with suppress(OSError, ValueError):  # SIGKILL has no handler
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
