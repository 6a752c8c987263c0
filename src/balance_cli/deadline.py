"""One deadline for a whole run: on the monotonic clock, shared by everything that waits."""

import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic


class Deadline:
    """The moment when a run is over, and what has to be ended with it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = monotonic() + seconds
        self._ends: list[Callable[[], object]] | None = []
        self._lock = threading.Lock()

    def left(self, grace: float = 0) -> float:
        """Return the seconds that are left, with ``grace`` those until so long after the end; never below zero."""
        return max(0.0, self._end + grace - monotonic())

    def then(self, end: Callable[[], object]) -> None:
        """See to it that ``end`` is called when the run expires; at once where it has."""
        with self._lock:
            if self._ends is not None:
                self._ends.append(end)
                return
        _call(end)

    def expire(self) -> None:
        """Be over now, and end what would go on."""
        with self._lock:
            self._end = min(self._end, monotonic())
            ends, self._ends = self._ends or [], None
        for end in ends:
            _call(end)


def _call(end: Callable[[], object]) -> None:
    with suppress(OSError):  # what is to be ended has ended
        end()
