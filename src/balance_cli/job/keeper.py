"""The keeper: a process between `balance` and its job that has no threads and outlives neither.

It starts the job, adopts what the job leaves behind, and so still finds every process of the job if `balance` is
killed. It shares the process group with both: a terminal's Ctrl-C, Ctrl-Z and `fg` reach the job by themselves.
"""

import os
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple, NoReturn

from balance_cli.job.command import execute
from balance_cli.job.link import Link, wait_any
from balance_cli.job.signals import PASSED_ON, STOPPING, GroupSignals, Signals
from balance_cli.job.system import adopt_orphans, die_with_parent
from balance_cli.job.tree import find_descendants, kill_descendants, send_signals
from balance_cli.job.tty import Tty

_TOGETHER: Final = 0.05
"""Seconds in which a signal that was sent to every process of a group has reached them all."""
_TICK: Final = 0.1
"""Seconds between two looks at the processes that are being ended."""
_STANDARD: Final = (0, 1, 2)


class Stop(NamedTuple):
    """How to end a job: the signal to send, and the seconds until SIGKILL."""

    number: int
    grace: float


def fork_keeper(command: Sequence[str], stop: Stop) -> tuple[int, Link]:
    """Start a keeper for a command; return its PID and the connection to it. No other thread may be running."""
    ours, theirs = socket.socketpair()
    front = os.getpid()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # no handler may run in the wrong process
    pid = os.fork()
    if pid == 0:
        _keep(ours, theirs, mask, Keeper(command, stop, front))
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    theirs.close()
    return pid, Link(ours)


def _keep(ours: socket.socket, theirs: socket.socket, mask: set[int | signal.Signals], keeper: "Keeper") -> NoReturn:
    """Run as the keeper until the job has ended; never return to the caller."""
    try:
        ours.close()
        keeper.serve(Link(theirs), mask)
    finally:
        os._exit(0)


class Keeper:
    """The state of a keeper."""

    def __init__(self, command: Sequence[str], stop: Stop, front: int) -> None:
        self._command, self._stop, self._front = command, stop, front
        self._job = 0
        self._stopped = False
        self._status: int | None = None
        self._kill_at: float | None = None
        self._group = GroupSignals()

    def serve(self, link: Link, mask: set[int | signal.Signals]) -> None:
        """Do what `balance` asks for until the job has ended; end the job if `balance` itself ends."""
        self._link, self._tty = link, Tty()
        self._ignores_children = signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._signals = Signals(PASSED_ON | STOPPING | {signal.SIGCHLD})
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        adopt_orphans()
        while not self._is_over():
            wait_any(None if self._kill_at is None else _TICK, self._link, self._signals)
            self._take_signals()
            self._reap()
            while message := self._link.receive():
                self._obey(*message)
            if self._link.closed:
                self._brake()

    def _obey(self, word: str, numbers: Sequence[int]) -> None:
        match word:
            case "start":
                self._start()
            case "brake":
                self._brake()
            case "signal":
                self._pass_on(numbers[0])

    def _start(self) -> None:
        """Start the job; send whether that worked."""
        reader, writer = os.pipe()
        self._job = os.fork()
        if self._job == 0:
            self._become_job(writer)
        os.close(writer)
        problem = os.read(reader, 16)
        os.close(reader)
        if problem:
            os.waitpid(self._job, 0)
            self._job = 0
        release(*_STANDARD)
        self._link.send("started", int(problem or 0))

    def _become_job(self, writer: int) -> NoReturn:
        try:
            die_with_parent(signal.SIGKILL)
            if self._ignores_children:
                signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            execute(self._command)
        except OSError as error:
            os.write(writer, str(error.errno).encode())
        finally:
            os._exit(1)

    def _brake(self) -> None:
        """Ask every process of the job to end, once."""
        if self._kill_at is None and self._status is None:
            self._kill_at = time.monotonic() + self._stop.grace
            send_signals(os.getpid(), self._stop.number, signal.SIGCONT)

    def _is_over(self) -> bool:
        """Return whether the job has ended, and if it was braked, all its processes; send how."""
        if self._kill_at is None:
            if self._status is None:
                return False
            self._link.send("ended", self._status)
            return True
        if find_descendants(os.getpid()) and time.monotonic() < self._kill_at:
            return False
        remaining = kill_descendants(os.getpid(), self._reap)
        self._reap()
        if self._job:
            self._tty.restore()
        self._link.send("braked", remaining)
        return True

    def _reap(self) -> None:
        """Collect ended processes, and notice when the job stops and continues."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
                if pid == 0:
                    return
                if pid != self._job:
                    continue
                if os.WIFSTOPPED(status):
                    self._stopped = True
                    self._mirror(signal.SIGSTOP)
                elif os.WIFCONTINUED(status):
                    self._stopped = False
                    self._mirror(signal.SIGCONT)
                else:
                    self._status = status

    def _mirror(self, number: int) -> None:
        """Stop or continue `balance` like its job, for the shell of a terminal; elsewhere it must go on looking."""
        if self._tty.exists and self._kill_at is None and os.getppid() == self._front:
            os.kill(self._front, number)

    def _pass_on(self, number: int) -> None:
        """Send the job a signal that `balance` received, unless it was sent to the whole process group."""
        if not self._is_running() or (number == signal.SIGCONT and not self._stopped):
            return
        with suppress(OSError):
            together = os.getpgid(self._job) == os.getpgrp()
            if together and self._group.has_received(number):
                return
            time.sleep(_TOGETHER)
            self._take_signals()
            self._reap()
            if self._is_running() and not (together and self._group.has_received(number)):
                os.kill(self._job, number)

    def _is_running(self) -> bool:
        return self._status is None

    def _take_signals(self) -> None:
        self._group.add(self._signals.take())


def release(*files: int) -> None:
    """Replace standard streams by /dev/null: pipes must close when the job ends. One that is closed may be in use."""
    import sys

    streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    nothing = os.open(os.devnull, os.O_RDWR)
    for file in files:
        if streams[file] is not None:
            os.dup2(nothing, file)
    os.close(nothing)
