"""The history of one user, as a check uses it: read while providers are waited for, written when they have answered."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from balance_cli.deadline import Deadline
from balance_cli.history.model import Trouble
from balance_cli.history.outlook import Past, foresee, points, samples
from balance_cli.terminal.out import talk
from balance_cli.verdict import Report

_PARTS: Final = 512
"""Of how many parts of its window a check reads the last look: enough for a pace, whoever looks every minute."""

_HASTE: Final = 1.0
"""The seconds that a check which reads waits: with write-ahead logging for nobody who writes."""
_PATIENCE: Final = 5.0
"""The seconds that a check which writes waits for others that do, where its deadline has them."""
_LEAST: Final = 0.25
"""What it waits after its deadline, which a slow provider may have used up."""


class Book:
    """A history and what a check makes of it; no trouble with it changes more than what depends on it.

    It is nowhere (``None``) where its user has no home.
    """

    def __init__(self, path: Path | None, *, keep: float, record: bool, window: float) -> None:
        self._path, self._keep, self._record, self._window = path, keep, record, window
        self._past: Past = {}

    def read(self, profiles: Iterable[str], deadline: Deadline) -> None:
        """Read what was recorded of profiles in the window; trouble is said, and then there is no history."""
        now = time.time()
        try:
            from balance_cli.history.store import load

            patience = min(_HASTE, deadline.left())
            found = load(self._place, now - self._window, now, profiles, parts=_PARTS, patience=patience)
            self._past = {series: points(rows) for series, rows in found}
        except (Trouble, ValueError, ImportError) as trouble:
            talk(f"balance: the history was not read: {trouble}")

    def extend(self, report: Report, deadline: Deadline) -> Report:
        """Return the report with its outlooks; record it where that is wanted, and say what trouble there was."""
        if self._record:
            try:
                from balance_cli.history.store import record

                patience = max(min(_PATIENCE, deadline.left()), _LEAST)
                if said := record(self._place, samples(report), self._keep, patience=patience):
                    talk(f"balance: {said}")
            except (Trouble, ImportError) as trouble:  # some builds of Python have no sqlite3
                talk(f"balance: the check was not recorded: {trouble}")
        return foresee(report, self._past, self._window)

    @property
    def _place(self) -> Path:
        if self._path is None:
            raise Trouble("there is no home for it (set HOME, or say [history] path in the config)")
        return self._path
