"""Profiles to verdicts: all at once, inside one deadline, each with its own. No printing."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, TypeVar

from balance_cli.deadline import Deadline
from balance_cli.errors import Unreachable
from balance_cli.memory import threads
from balance_cli.minimum import Minimum
from balance_cli.profile import Profile
from balance_cli.verdict import Report, Verdict

if TYPE_CHECKING:
    import ssl

    import httpx

    from balance_cli.read import Run

CONNECTIONS: Final = 16
"""To one origin at a time, so that a hundred keys of one provider do not look like an attack."""
_GRACE: Final = 0.25
"""How much longer than the deadline a thread may take to say itself why it is late."""

_T = TypeVar("_T")
_Done = SimpleQueue[tuple[int, Verdict]]


def check(
    profiles: Sequence[Profile],
    *,
    timeout: float,
    minimums: Sequence[Minimum] = (),
    warnings: Sequence[Minimum] = (),
    debug: Callable[[str], None] | None = None,
    progress: Callable[[Sequence[str]], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
    now: datetime | None = None,
) -> Report:
    """Read and judge every profile, in the order given, within ``timeout`` seconds.

    ``minimums`` replace the profiles' own; with ``warnings`` a balance below them is ``near``. ``progress`` is told
    which profiles are still out, and ``meanwhile`` is called once, while they are waited for. ``now`` is when the check
    is made, in UTC. A profile that has not answered in time is ``unknown``; its thread is left behind, so that a
    program which wants to end must not wait for it.
    """
    deadline, now = Deadline(timeout), now or datetime.now(UTC)
    import ssl  # noqa: F401 - not in both threads at once

    trust = _Trust(wanted=any(not profile.origin.startswith("http:") for profile in profiles))
    from balance_cli.read import Run, failed  # loads the HTTP client, while the certificates are being loaded

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
            index, verdict = done.get(timeout=deadline.left() + _GRACE)
            verdicts[index] = verdict
    except Empty:
        for index, profile in enumerate(profiles):
            late = Unreachable(f"no answer within {timeout:g} s", hint="run again, or raise --timeout")
            verdicts.setdefault(index, failed(profile, late))
    finally:
        deadline.expire()
    return Report(checked_at=now, verdicts=tuple(verdicts[index] for index in range(len(profiles))))


class _Trust:
    """The certificates that a run trusts, loaded in a thread of their own."""

    def __init__(self, *, wanted: bool) -> None:
        self._made: ssl.SSLContext | Exception = RuntimeError("no certificates were wanted")
        self._thread = threading.Thread(target=self._load, daemon=True)
        if wanted:
            self._thread.start()

    def _load(self) -> None:
        from balance_cli.trust import context

        try:
            self._made = context()
        except Exception as error:  # noqa: BLE001 - raised again by whoever asks for the certificates
            self._made = error

    def get(self) -> "ssl.SSLContext":
        """Wait for them; raises Misconfigured where the user's own cannot be read."""
        self._thread.join()
        if isinstance(self._made, Exception):
            raise self._made
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

    for started in range(min(threads(), len(lanes))):
        try:
            threading.Thread(target=work, daemon=True).start()
        except RuntimeError:  # the system gives no more: those that run do all of the work, or else this one does
            if not started:
                work()
            break


def _lane(origin: str, waiting: deque[tuple[int, Profile]], run: "Run", trust: _Trust, done: _Done) -> None:
    from balance_cli.api import client
    from balance_cli.read import verdict

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
