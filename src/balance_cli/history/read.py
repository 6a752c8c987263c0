"""Read from a history: the past that an outlook needs, and what happened in a period."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from balance_cli.deadline import Deadline
from balance_cli.files import may_exist
from balance_cli.foresight.hours import WEEK, WEEKS
from balance_cli.foresight.points import Point
from balance_cli.foresight.steps import Past
from balance_cli.history.file import PATIENCE, open_history
from balance_cli.history.model import Row, Series
from balance_cli.history.rows import SELECT_AFTER, SELECT_BEFORE, are_valid, find_row, is_valid, select_rows, to_points
from balance_cli.history.sums import find_damaged, find_stale, read_hours, read_sums
from balance_cli.times import DAY, HOUR

_NEEDED: Final = (WEEKS * WEEK + 1) * HOUR
"""Seconds of history that an outlook needs at least."""
_RECENT: Final = 3 * HOUR
"""Seconds up to now for which an outlook needs every sample."""
_BY_SAMPLES: Final = 2 * DAY
_BY_HOURS: Final = 60 * DAY
"""A period is read by samples or by hours if it is not longer than this many seconds, otherwise by days."""

Talk = Callable[[str], object]


class Period(NamedTuple):
    """What happened to a balance between two times.

    ``first`` and ``last`` are its first and newest samples in that time, and ``past`` begins with the first. ``recent``
    is the past that an outlook needs.
    """

    series: Series
    first: Point
    last: Point
    unlimited: bool
    past: Past
    recent: Past


def load_recent(
    path: Path, now: int, window: float, profiles: Iterable[str], *, patience: float = PATIENCE, talk: Talk
) -> Iterator[tuple[Series, Past]]:
    """Yield the past of each series of these profiles, as an outlook needs it, in seconds; raise HistoryError."""
    if may_exist(path):
        with open_history(path, Deadline(patience), "BEGIN") as database:
            reader = _Reader(database, path, talk)
            for number, series in reader.list_series(profiles):
                yield series, reader.read_recent(number, now, window)
            reader.report_damaged()


def load_periods(
    path: Path, since: int, until: int, profiles: Iterable[str] | None, *, window: float, detailed: bool, talk: Talk
) -> Iterator[Period]:
    """Yield each series of these profiles, or of all, that has a sample between two times; raise HistoryError.

    With ``detailed``, never read by days.
    """
    if may_exist(path):
        with open_history(path, Deadline(PATIENCE), "BEGIN") as database:
            reader = _Reader(database, path, talk)
            for number, series in reader.list_series(profiles):
                first, last = reader.find_ends(number, since, until)
                if first and last:
                    span = HOUR if detailed or until - since <= _BY_HOURS else DAY
                    [begin], [end] = to_points([first]), to_points([last])
                    past = reader.read_from(number, first[1], until, span if until - since > _BY_SAMPLES else 0)
                    yield Period(series, begin, end, bool(last[4]), past, reader.read_recent(number, until, window))
            reader.report_damaged()


def list_recorded(path: Path) -> set[str]:
    """Return the names of all profiles in the history; raise HistoryError."""
    if not may_exist(path):
        return set()
    with open_history(path, Deadline(PATIENCE), "BEGIN") as database:
        return {name for (name,) in database.execute("SELECT DISTINCT profile FROM series")}


class _Reader:
    """A history that is open for reading; it counts the damaged samples that it skips."""

    def __init__(self, database: sqlite3.Connection, path: Path, talk: Talk) -> None:
        self._database, self._path, self._talk = database, path, talk
        self._stale = find_stale(database)
        self._damaged = defaultdict[int, set[int]](set)
        self._names: dict[int, str] = {}

    def list_series(self, profiles: Iterable[str] | None) -> Iterator[tuple[int, Series]]:
        """Yield the number of each series of these profiles, or of all."""
        wanted = None if profiles is None else set(profiles)
        query = "SELECT id, profile, provider, name, unit FROM series ORDER BY id"
        for number, *words in self._database.execute(query).fetchall():
            series = Series(*words)
            if wanted is None or series.profile in wanted:
                self._names[number] = series.profile
                yield number, series

    def find_ends(self, number: int, since: int, until: int) -> tuple[Row | None, Row | None]:
        """Return the first and the newest valid sample between two times."""
        first = find_row(self._database, SELECT_AFTER, number, since)
        last = find_row(self._database, SELECT_BEFORE, number, until + 1)
        return (first, last) if first and last and first[1] <= last[1] else (None, None)

    def read_recent(self, number: int, now: int, window: float) -> Past:
        """Return the past of a series up to now, by hours, and by samples at the end."""
        begin = (now - int(max(window, _NEEDED))) // HOUR * HOUR
        end = max(min(self._stale.get(number, 0), now - _RECENT) // HOUR * HOUR, begin)
        self._count_damaged(number, begin, end)
        sums = read_hours(self._database, number, begin, end) if end > begin else ()
        return Past((), to_points(self._select(number, end, now + 1)), end, sums)

    def read_from(self, number: int, first: int, until: int, span: int) -> Past:
        """Return the past of a series from its sample at ``first`` on, by spans if these are summed."""
        begin = -(-first // span) * span if span else 0
        end = min(self._stale.get(number, 0), until) // span * span if span else 0
        if end <= begin:
            return Past((), to_points(self._select(number, first, until + 1, first=first)), first)
        edge = Past((), to_points(self._select(number, first, begin, first=first)), first)
        self._count_damaged(number, begin, end)
        changes = [*edge.measure(), *read_sums(self._database, number, span, begin, end)]
        return Past(changes, to_points(self._select(number, end, until + 1, first=first)), end)

    def _select(self, number: int, begin: int, end: int, *, first: int = 0) -> list[Row]:
        """Return the samples between two times, those before that say how to read them, and one before them all."""
        rows = select_rows(self._database, number, begin, end, first=first)
        if not are_valid(rows):
            self._damaged[number].update(row[0] for row in rows if not is_valid(row))
        return rows

    def _count_damaged(self, number: int, begin: int, end: int) -> None:
        if end > begin and (damaged := set(find_damaged(self._database, number, begin, end))):
            self._damaged[number] |= damaged

    def report_damaged(self) -> None:
        """Tell the user how many damaged samples were skipped."""
        for number, rows in self._damaged.items():
            self._talk(f"balance: {self._path}: skipped damaged samples of {self._names[number]} ({len(rows)})")
