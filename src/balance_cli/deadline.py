"""One deadline for a whole run: on the monotonic clock, shared by everything that waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic


class Deadline:
    """The moment when a run is over, and what has to be ended with it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = monotonic() + seconds
        self._ends: set[Callable[[], None]] = set()

    def left(self) -> float:
        """Return the seconds that are left, never below zero."""
        return max(0.0, self._end - monotonic())

    @contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """See to it that ``end`` is called if the run is over before this block is."""
        self._ends.add(end)
        try:
            yield
        finally:
            self._ends.discard(end)

    def expire(self) -> None:
        """Be over now, and end what would go on."""
        self._end = monotonic()
        for end in tuple(self._ends):
            end()
