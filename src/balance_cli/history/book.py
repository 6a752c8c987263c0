"""A user's history, as a check uses it: read while waiting for providers, written after they have answered."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.history.model import HistoryError
from balance_cli.history.outlook import Pasts, add_outlooks, collect_samples
from balance_cli.verdict import Report

_READ_WAIT: Final = 1.0
"""Seconds to wait for a lock when reading; with write-ahead logging, readers never wait for writers."""
_WRITE_WAIT: Final = 5.0
"""Seconds to wait for other writers, if the deadline allows."""
_MIN_WRITE_WAIT: Final = 0.25
"""Seconds to wait for them even after the deadline, which a slow provider may have used up."""


class Book:
    """A check's access to the history; a failure here affects only what depends on the history.

    ``path`` is ``None`` if the user has no home directory.
    """

    def __init__(
        self, environment: Environment, path: Path | None, *, keep: float, record: bool, window: float
    ) -> None:
        self._environment = environment
        self._path, self._keep, self._record, self._window = path, keep, record, window
        self._pasts: Pasts = {}

    def read(self, profiles: Iterable[str], deadline: Deadline) -> None:
        """Read the samples of these profiles within the window; on failure, print why and use no history."""
        now = self._environment.now().timestamp()
        try:
            from balance_cli.history.read import load_recent

            patience, talk = min(_READ_WAIT, deadline.left()), self._environment.talk
            self._pasts = dict(load_recent(self._file, int(now), self._window, profiles, patience=patience, talk=talk))
        except (HistoryError, ValueError, ImportError) as error:
            self._environment.talk(f"balance: cannot read the history: {error}")

    def extend(self, report: Report, deadline: Deadline) -> Report:
        """Return the report with its outlooks, and record it if requested; print a failure to record."""
        if self._record:
            try:
                from balance_cli.history.store import record

                patience = max(min(_WRITE_WAIT, deadline.left()), _MIN_WRITE_WAIT)
                if notice := record(self._file, collect_samples(report), self._keep, patience=patience):
                    self._environment.talk(f"balance: {notice}")
            except (HistoryError, ImportError) as error:  # some builds of Python have no sqlite3
                self._environment.talk(f"balance: cannot record the check: {error}")
        return add_outlooks(report, self._pasts, self._window)

    @property
    def _file(self) -> Path:
        if self._path is None:
            raise HistoryError("no home directory (set HOME, or [history] path in the config)")
        return self._path
