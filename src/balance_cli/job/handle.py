"""The job as `balance` sees it: start it, wait for it, pass signals on to it, and brake it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple, Self

from balance_cli.job.keeper import Stop, fork_keeper, release
from balance_cli.job.link import wait_any
from balance_cli.job.signals import ENDING, PASSED_ON, STOPPING, Signals
from balance_cli.job.system import adopt_orphans
from balance_cli.job.tree import kill_descendants


class Ended(NamedTuple):
    """How a job ended.

    ``status`` is that of wait(2), and ``None`` if it was braked or its keeper was killed. ``remaining`` is the number
    of processes that could not be ended.
    """

    status: int | None = None
    braked: bool = False
    remaining: int = 0


class Job:
    """A command and its keeper, which ends it at the end of the block. Make it before any thread starts."""

    def __init__(self, command: Sequence[str], stop: Stop) -> None:
        self._keeper, self._link = fork_keeper(command, stop)
        self._signals: Signals | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()
        with suppress(ChildProcessError):  # it was killed, and its end was already noticed
            os.waitpid(self._keeper, 0)

    def start(self) -> int:
        """Start the command; return 0, or the number of the error."""
        adopt_orphans()  # in case the keeper is killed
        self._signals = Signals(PASSED_ON | STOPPING)
        self._link.send("start")
        while not self._link.closed:
            wait_any(None, self._link)
            if message := self._link.receive():
                _, (error,) = message
                if not error:
                    release(0, 1)
                return error
        raise RuntimeError("the keeper has ended")

    def brake(self) -> None:
        """Begin to end every process of the job."""
        self._link.send("brake")

    def wait(self, seconds: float | None, other: int) -> Ended | None:
        """Wait for the job to end, for a time to pass, or for another file to become readable."""
        assert self._signals  # noqa: S101 - it was started
        wait_any(seconds, self._link, self._signals, other)
        for number in self._signals.take():
            if number in PASSED_ON:
                self._link.send("signal", number)
        message = self._link.receive()
        if not message and not self._link.closed:
            return None
        self._signals.release(STOPPING)
        word, (number,) = message or ("lost", [kill_descendants(os.getpid(), _reap)])
        return Ended(number) if word == "ended" else Ended(braked=word == "braked", remaining=number)

    def pause(self, seconds: float, other: int | None = None) -> bool:
        """Wait after the end of the job, or for another file; return whether a signal interrupted that."""
        assert self._signals  # noqa: S101 - it was started
        wait_any(seconds, self._signals, *([] if other is None else [other]))
        return not ENDING.isdisjoint(self._signals.take())


def _reap() -> None:
    """Collect ended processes."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
