"""One deadline for a whole run, on the monotonic clock, shared by everything that waits."""

import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic


class Deadline:
    """The end of a run, and the callbacks to call then."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = monotonic() + seconds
        self._ends: list[Callable[[], object]] | None = []
        self._lock = threading.Lock()
        self._expired = threading.Event()

    def left(self, grace: float = 0) -> float:
        """Return the seconds until the end, plus ``grace``; never below zero."""
        return max(0.0, self._end + grace - monotonic())

    def wait(self, seconds: float) -> bool:
        """Wait, but not beyond the run if it expires; return whether it has."""
        return self._expired.wait(seconds)

    def make_part(self) -> "Deadline":
        """Return a deadline with the same end, which can expire sooner without ending the run."""
        part = Deadline(self.seconds)
        part._end = self._end
        return part

    def then(self, end: Callable[[], object]) -> None:
        """Call ``end`` when the run expires, or at once if it already has."""
        with self._lock:
            if self._ends is not None:
                self._ends.append(end)
                return
        _call(end)

    def expire(self) -> None:
        """End the run now and call the callbacks."""
        with self._lock:
            self._end = min(self._end, monotonic())
            ends, self._ends = self._ends or [], None
        self._expired.set()
        for end in ends:
            _call(end)


def _call(end: Callable[[], object]) -> None:
    with suppress(OSError):  # it has already ended
        end()
