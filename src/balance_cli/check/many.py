"""Profiles to verdicts: all at once, inside one deadline, each with its own. No printing."""

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import cache
from itertools import takewhile
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from balance_cli.check.threads import STACK, count_threads
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.errors import Unreachable
from balance_cli.minimum import Minimum
from balance_cli.verdict import Report, Verdict

if TYPE_CHECKING:
    import ssl

    import httpx

    from balance_cli.check.one import Run

CONNECTIONS: Final = 16
"""To one origin at a time, so that a hundred keys of one provider do not look like an attack."""
_GRACE: Final = 0.25
"""How much longer than the deadline a thread may take to say itself why it is late."""
_WAIT: Final = 0.2
"""How long to wait at a time: a signal that comes just before may not end a wait, but its handler runs after it."""

_T = TypeVar("_T")
_Done = SimpleQueue[tuple[int, Verdict]]


def check_profiles(
    profiles: Sequence[Profile],
    deadline: Deadline,
    *,
    minimums: Sequence[Minimum] = (),
    warnings: Sequence[Minimum] = (),
    debug: Callable[[str], None] | None = None,
    progress: Callable[[Sequence[str]], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
    now: datetime | None = None,
) -> Report:
    """Read and judge every profile, in the order given, before the deadline.

    ``minimums`` replace the profiles' own; with ``warnings`` a balance below them is ``near``. ``progress`` is told
    which profiles are still out, and ``meanwhile`` is called once, while they are waited for. ``now`` is when the check
    is made, in UTC. A profile that has not answered in time is ``unknown``; its thread may be left behind, so that a
    program which wants to end must not wait for it. Where there are no threads to be had this one asks them all.
    """
    now = now or datetime.now(UTC)
    import ssl  # noqa: F401 - not in both threads at once

    trust = _Trust(wanted=any(not profile.origin.startswith("http:") for profile in profiles))
    from balance_cli.http.hidden import without_extras

    with without_extras():
        from balance_cli.check.one import Run, failed  # loads httpx, while the certificates are being loaded

    run = Run(deadline=deadline, now=now, minimums=minimums, warnings=warnings, debug=debug)
    done: _Done = SimpleQueue()
    verdicts: dict[int, Verdict] = {}
    try:
        _start(profiles, run, trust, done)
        if meanwhile:
            meanwhile()
        while len(verdicts) < len(profiles):
            if progress:
                progress([profile.name for index, profile in enumerate(profiles) if index not in verdicts])
            index, verdict = _next(done, deadline)
            verdicts[index] = verdict
    except Empty:
        for index, profile in enumerate(profiles):
            late = Unreachable(f"no answer within {deadline.seconds:g} s", hint="run again, or raise --timeout")
            verdicts.setdefault(index, failed(profile, late))
        deadline.expire()
    return Report(checked_at=now, verdicts=tuple(verdicts[index] for index in range(len(profiles))))


def _next(done: _Done, deadline: Deadline) -> tuple[int, Verdict]:
    """Return what is done next; raises Empty when it is too late."""
    while left := deadline.left(_GRACE):
        with suppress(Empty):
            return done.get(timeout=min(left, _WAIT))
    return done.get_nowait()


class _Trust:
    """The certificates that a run trusts, loaded in a thread of their own."""

    def __init__(self, *, wanted: bool) -> None:
        self._made: ssl.SSLContext | Exception | None = None
        self._thread = _thread(self._load) if wanted else None

    def _load(self) -> None:
        from balance_cli.http.trust import context

        try:
            self._made = context()
        except Exception as error:  # noqa: BLE001 - raised again by whoever asks for the certificates
            self._made = error

    def get(self) -> "ssl.SSLContext":
        """Wait for them; raises Misconfigured where the user's own cannot be read."""
        if self._thread:
            self._thread.join()
        else:
            self._load()
        if self._made is None or isinstance(self._made, Exception):
            raise self._made or RuntimeError("no certificates were wanted")
        return self._made


def _start(profiles: Sequence[Profile], run: "Run", trust: _Trust, done: _Done) -> None:
    """Start the threads.

    Profiles are grouped by origin. An origin has at most 16 lanes; a lane is a thread with one connection that takes
    the origin's next profile whenever it is done with one. Every origin gets its first lane before any gets a second.
    """
    origins: dict[str, deque[tuple[int, Profile]]] = {}
    for index, profile in enumerate(profiles):
        origins.setdefault(profile.origin, deque()).append((index, profile))
    lanes = deque(origin for row in range(CONNECTIONS) for origin, waiting in origins.items() if len(waiting) > row)

    def work() -> None:
        for origin in _taken(lanes):
            _lane(origin, origins[origin], run, trust, done)

    wanted = min(count_threads(), len(lanes))
    before = threading.stack_size(STACK)
    started = sum(1 for _ in takewhile(lambda _: _thread(work), range(wanted)))  # fewer do all of the work
    threading.stack_size(before)
    if wanted and not started:
        _alone(work, run.deadline)


def _thread(work: Callable[[], None]) -> threading.Thread | None:
    """Start a thread; return ``None`` where the system gives no more."""
    thread = threading.Thread(target=work, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread


def _alone(work: Callable[[], None], deadline: Deadline) -> None:
    """Do the work in this thread; when the run is over an alarm gets it out of whatever it waits for."""

    def late(*_: object) -> NoReturn:
        raise _Late

    before = signal.signal(signal.SIGALRM, late)
    with suppress(_Late):
        try:
            signal.setitimer(signal.ITIMER_REAL, deadline.left(_GRACE))
            work()
        finally:
            if signal.getsignal(signal.SIGALRM) is late:  # and not that of a signal that ends the process
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)


class _Late(BaseException):
    """The run is over, in the one thread that there is."""


def _lane(origin: str, waiting: deque[tuple[int, Profile]], run: "Run", trust: _Trust, done: _Done) -> None:
    from balance_cli.check.one import verdict
    from balance_cli.http.client import client

    with ExitStack() as stack:

        @cache
        def connected() -> "httpx.Client":
            return stack.enter_context(client(None if origin.startswith("http:") else trust.get()))

        for index, profile in _taken(waiting):
            done.put((index, verdict(profile, run, connected)))


def _taken(waiting: deque[_T]) -> Iterator[_T]:
    """Yield what is waiting, each to one thread only."""
    with suppress(IndexError):
        while True:
            yield waiting.popleft()
