"""Samples on disk (SQLite): safe for concurrent runs; stores no keys and no raw responses."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Final

from balance_cli.amount import format_exact
from balance_cli.deadline import Deadline
from balance_cli.history.file import PATIENCE, CorruptHistoryError, open_history, replace_corrupt
from balance_cli.history.model import Sample, Series
from balance_cli.history.sums import is_behind, prepare, refresh

_MAX_PRUNED: Final = 1000
"""How many samples one write deletes at most: a clock that is wrong once must not empty a history."""
_MAX_SUMMED: Final = 20_000
"""About how many samples one write sums at most: a check must not wait long for a large history without sums."""


def record(
    path: Path, samples: Iterable[tuple[Series, Sample]], keep: float | None = None, *, patience: float = PATIENCE
) -> str:
    """Add samples and delete those older than ``keep`` seconds; return a notice for the user, or "".

    A corrupt file is renamed and a new one created. Wait up to ``patience`` seconds for other writers. Raise
    HistoryError.
    """
    rows, until = list(samples), Deadline(patience)
    with suppress(
        CorruptHistoryError
    ):  # a disk error may be transient: a file counts as corrupt only if it fails twice
        _add(path, rows, keep, until)
        return ""
    try:
        _add(path, rows, keep, until)
    except CorruptHistoryError as corrupt:
        aside = replace_corrupt(path, corrupt.file, until)
        _add(path, rows, keep, until)
        return f"{path} was corrupt: it was renamed to {aside.name}, and a new history was started"
    return ""


_INSERT: Final = "INSERT INTO samples VALUES (:series, :at, :remaining, :used, :limit, :unlimited)"


def _add(path: Path, rows: Sequence[tuple[Series, Sample]], keep: float | None, until: Deadline) -> None:
    with open_history(path, until) as database:
        prepare(database)
        numbers = {series: add_series(database, series) for series, _ in rows}
        for series, sample in rows:
            number = numbers[series]
            database.execute(_INSERT, {"series": number, **_to_columns(sample)})
            if keep is not None:
                oldest = sample.at - int(keep)
                database.execute(
                    "DELETE FROM samples WHERE rowid IN "
                    "(SELECT rowid FROM samples WHERE series = ? AND at < ? ORDER BY at LIMIT ?)",
                    (number, oldest, _MAX_PRUNED),
                )
        refresh(database, numbers.values(), _MAX_SUMMED)


def catch_up(path: Path, *, patience: float = PATIENCE) -> None:
    """Sum the samples of a history in which many are not summed yet; raise HistoryError.

    Wait up to ``patience`` seconds for other writers.
    """
    with open_history(path, Deadline(patience), "BEGIN") as database:
        behind = is_behind(database)
    while behind:
        with open_history(path, Deadline(patience)) as database:
            prepare(database)
            series = [number for (number,) in database.execute("SELECT series FROM stale")]
            behind = not refresh(database, series, _MAX_SUMMED)


def add_series(database: sqlite3.Connection, series: Series) -> int:
    """Return the id of a series, which is added if it is new."""
    database.execute("INSERT OR IGNORE INTO series (profile, provider, name, unit) VALUES (?, ?, ?, ?)", series)
    where = "SELECT id FROM series WHERE profile = ? AND provider = ? AND name = ? AND unit = ?"
    return int(database.execute(where, series).fetchone()[0])


def _to_columns(sample: Sample) -> dict[str, object]:
    """Return a sample's columns: amounts as text, with all their digits."""
    values = {
        name: format_exact(value) if isinstance(value, Decimal) else value for name, value in sample._asdict().items()
    }
    return {**values, "unlimited": int(sample.unlimited)}
