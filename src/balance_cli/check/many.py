"""Check many profiles at once, within one deadline. No printing."""

import signal
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from itertools import takewhile
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.errors import Failure
from balance_cli.minimum import Minimum
from balance_cli.verdict import Report, Verdict

if TYPE_CHECKING:
    import ssl

    import httpx

    from balance_cli.check.verdicts import Run
    from balance_cli.http.api import Spawn

CONNECTIONS: Final = 16
"""Maximum connections to one origin, so that a hundred keys of one provider do not look like an attack."""
_GRACE: Final = 0.25
"""Seconds after the deadline in which a thread may still report why it is late."""
_WAIT: Final = 0.2
"""Maximum seconds per wait: a signal that arrives just before a wait may be handled only after it."""
_OPTIONAL: Final = ("anyio", "trio", "h2", "click", "brotli", "brotlicffi", "zstandard")
"""Importing them costs up to two fifths of a check."""

_MOST_THREADS: Final = 200
"""With more threads, a run over a thousand profiles waits for the CPU instead of the providers."""
_STACK: Final = 1 << 20
"""Bytes per thread stack: enough for a request, and small enough for many threads."""
_PROGRAM: Final = 160 << 20
_HEAP: Final = 64 << 20
"""Address space of the program without threads, and of the heap that the C library gives each of the first threads."""
_STARTING: Final = threading.Lock()
"""The stack size is a setting of the whole process."""

_T = TypeVar("_T")
_Done = SimpleQueue[tuple[int, Verdict]]


def check_profiles(
    environment: Environment,
    profiles: Sequence[Profile],
    deadline: Deadline,
    *,
    minimums: Sequence[Minimum] = (),
    warnings: Sequence[Minimum] = (),
    debug: Callable[[str], None] | None = None,
    progress: Callable[[Collection[str]], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
    keep: Callable[[Profile, Verdict], object] | None = None,
) -> Report:
    """Check every profile before the deadline; the verdicts are in the given order.

    ``minimums`` replace the profiles' own; a balance below ``warnings`` is ``near``. ``progress`` gets the names of the
    pending profiles, ``meanwhile`` is called once while they are pending, and ``keep`` for each as soon as it is done.
    A profile that does not respond in time is ``unknown``; its thread may be left behind, so a program must not join it
    in order to end. If no threads can be started, check all profiles in this one.
    """
    now, began = environment.now(), time.monotonic()
    import ssl  # noqa: F401 - two threads must not import it at once

    trust = _Trust(environment, wanted=any(not profile.origin.startswith("http:") for profile in profiles))
    with _without_extras():
        import httpcore  # noqa: F401 - httpx would import it with the first client, when nothing is hidden any more

        import balance_cli.check.one  # noqa: F401 - loads httpx while _Trust loads certificates
    from balance_cli.check.verdicts import Run, make_late_verdict

    run = Run(environment=environment, deadline=deadline, now=now, minimums=minimums, warnings=warnings, debug=debug)
    done: _Done = SimpleQueue()
    verdicts: dict[int, Verdict] = {}
    # Unlike a dict, it finds its first item at once even if many before it were deleted.
    pending = OrderedDict((index, profile.name) for index, profile in enumerate(profiles))
    try:
        _start(profiles, run, trust, done)
        if meanwhile:
            meanwhile()
        while pending:
            if progress:
                progress(pending.values())
            index, verdict = _wait_next(done, deadline)
            verdicts[index] = verdict
            del pending[index]
            if keep:
                keep(profiles[index], verdict)
    except Empty:
        for index in pending:
            verdicts[index] = make_late_verdict(profiles[index], deadline)
        deadline.expire()
    elapsed = round((time.monotonic() - began) * 1000)
    return Report(checked_at=now, verdicts=tuple(verdicts[index] for index in range(len(profiles))), elapsed_ms=elapsed)


def _wait_next(done: _Done, deadline: Deadline) -> tuple[int, Verdict]:
    """Return the next verdict; raise Empty after the deadline."""
    while left := deadline.left(_GRACE):
        with suppress(Empty):
            return done.get(timeout=min(left, _WAIT))
    return done.get_nowait()


@contextmanager
def _without_extras() -> Iterator[None]:
    """Hide the optional parts of httpx from imports in this block, except for those that are already imported."""
    hidden = [name for name in _OPTIONAL if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None stands for "cannot be imported"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


class _Trust:
    """The trusted certificates of a run, loaded in a separate thread."""

    def __init__(self, environment: Environment, *, wanted: bool) -> None:
        self._environment = environment
        self._made: ssl.SSLContext | Exception | None = None
        self._thread = _start_thread(self._load) if wanted else None

    def _load(self) -> None:
        from balance_cli.http.trust import create_context

        try:
            self._made = create_context(self._environment.variables)
        except Exception as error:  # noqa: BLE001 - get() raises it again
            self._made = error

    def get(self) -> "ssl.SSLContext":
        """Wait for the certificates; raise Misconfigured if the user's own cannot be read."""
        if self._thread:
            self._thread.join()
        else:
            self._load()
        if self._made is None or isinstance(self._made, Exception):
            raise self._made or RuntimeError("no certificates were loaded")
        return self._made


def _start(profiles: Sequence[Profile], run: "Run", trust: _Trust, done: _Done) -> None:
    """Start the threads.

    Profiles are grouped by origin. An origin has at most 16 lanes; a lane is a thread with one connection that checks
    the origin's profiles one after another. Every origin gets its first lane before any gets a second. What the lanes
    leave is spare, for profiles that send several requests at once.
    """
    origins: dict[str, deque[tuple[int, Profile]]] = {}
    for index, profile in enumerate(profiles):
        origins.setdefault(profile.origin, deque()).append((index, profile))
    lanes = deque(origin for row in range(CONNECTIONS) for origin, waiting in origins.items() if len(waiting) > row)
    threads = _count_threads()
    count = min(threads, len(lanes))
    spare = Spare(threads - count, {origin: CONNECTIONS - len(waiting) for origin, waiting in origins.items()})

    def work() -> None:
        for origin in _take(lanes):
            connect = partial(_connect, origin, trust, run.environment.variables)
            _run_lane(origins[origin], run, connect, partial(spare.start, origin, connect), done)

    # Stop at the first thread that cannot be started: fewer threads still do all the work.
    started = sum(1 for _ in takewhile(lambda _: _start_thread(work), range(count)))
    if count and not started:
        _work_without_threads(work, run.deadline)


def _count_threads() -> int:
    """Return how many threads with a stack of ``_STACK`` bytes a run may start, at least one.

    If the address space is limited (``ulimit -v``), one thread too many makes any allocation fail, in C libraries too,
    and the program dies without a message.
    """
    try:
        import resource
    except ImportError:  # Windows
        return _MOST_THREADS
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return _MOST_THREADS
    return max(1, min(_MOST_THREADS, (limit - _PROGRAM) // (_HEAP + _STACK)))


def _start_thread(work: Callable[[], None]) -> threading.Thread | None:
    """Start a thread with a stack of ``_STACK`` bytes; return ``None`` if the system allows no more."""
    thread = threading.Thread(target=work, daemon=True)
    with _STARTING:
        before = threading.stack_size(_STACK)
        try:
            thread.start()
        except RuntimeError:
            return None
        finally:
            threading.stack_size(before)
    return thread


def _work_without_threads(work: Callable[[], None], deadline: Deadline) -> None:
    """Do the work in this thread; an alarm interrupts whatever it waits for when the run is over."""

    def interrupt(*_: object) -> NoReturn:
        raise _Late

    before = signal.signal(signal.SIGALRM, interrupt)
    with suppress(_Late):
        try:
            signal.setitimer(signal.ITIMER_REAL, deadline.left(_GRACE))
            work()
        finally:
            if signal.getsignal(signal.SIGALRM) is interrupt:  # not if a terminating signal has set its own
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)


class _Late(BaseException):
    """Raised to interrupt the only thread when the run is over."""


class Spare:
    """The threads, and the connections to each origin, that the lanes of a run leave."""

    def __init__(self, threads: int, connections: Mapping[str, int]) -> None:
        self._threads = threads
        self._connections = dict(connections)
        self._lock = threading.Lock()

    def start(self, origin: str, connect: "Callable[[], httpx.Client]", work: "Callable[[httpx.Client], None]") -> None:
        """Do the work in a spare thread with its own connection; if there is none, do nothing."""

        def run() -> None:
            try:
                with suppress(Failure), connect() as client:
                    work(client)
            finally:
                self._give_back(origin)

        if self._take(origin) and _start_thread(run) is None:
            self._give_back(origin)

    def _take(self, origin: str) -> bool:
        with self._lock:
            free = self._threads > 0 and self._connections[origin] > 0
            if free:
                self._threads -= 1
                self._connections[origin] -= 1
            return free

    def _give_back(self, origin: str) -> None:
        with self._lock:
            self._threads += 1
            self._connections[origin] += 1


def _connect(origin: str, trust: _Trust, variables: Mapping[str, str]) -> "httpx.Client":
    """Return a client for one thread."""
    from balance_cli.http.client import make_client

    return make_client(None if origin.startswith("http:") else trust.get(), variables)


def _run_lane(
    waiting: deque[tuple[int, Profile]], run: "Run", connect: "Callable[[], httpx.Client]", spawn: "Spawn", done: _Done
) -> None:
    from balance_cli.check.one import verdict

    with ExitStack() as stack:
        client = cache(lambda: stack.enter_context(connect()))
        for index, profile in _take(waiting):
            done.put((index, verdict(profile, run, client, spawn)))


def _take(waiting: deque[_T]) -> Iterator[_T]:
    """Yield the waiting items, each to one thread only."""
    with suppress(IndexError):
        while True:
            yield waiting.popleft()
