"""Look at balances in a thread, while the main thread waits for the job."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.job.link import wait_any
from balance_cli.verdict import Report

Check = Callable[[Sequence[Profile], Deadline], Report]


class Looks:
    """One look at a time; ``count`` is how many were taken."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._reader, self._writer = os.pipe()
        self._report: Report | None = None
        self._deadline = Deadline(0)
        self.began: float | None = None
        self.count = 0

    def fileno(self) -> int:
        """Return a file that can be read once a look is done."""
        return self._reader

    def start(self, profiles: Sequence[Profile], seconds: float) -> None:
        """Begin a look that takes at most some seconds."""
        self.began = time.monotonic()
        self.count += 1
        self._report, self._deadline = None, Deadline(seconds)
        thread = threading.Thread(target=self._look, args=(profiles, self._deadline), daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system allows no more threads
            os.write(self._writer, b".")

    def is_done(self) -> bool:
        """Return whether a look is done and its result can be taken."""
        return wait_any(0, self._reader)

    def take(self) -> Report | None:
        """Wait for the result of a look, ``None`` if it failed altogether."""
        os.read(self._reader, 1)
        self.began = None
        return self._report

    def abandon(self) -> None:
        """Give up a look that is not done."""
        self._deadline.expire()

    def _look(self, profiles: Sequence[Profile], deadline: Deadline) -> None:
        with suppress(Exception):
            self._report = self._check(profiles, deadline)
        os.write(self._writer, b".")
