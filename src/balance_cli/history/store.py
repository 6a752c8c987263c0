"""Samples on disk: SQLite, written by any number of runs at once, and nothing in it that is a key or came whole."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from decimal import Decimal
from pathlib import Path
from typing import Final

from balance_cli.amount import plain
from balance_cli.deadline import Deadline
from balance_cli.history.file import Corrupt, opened, set_aside, troubles
from balance_cli.history.model import Row, Sample, Series
from balance_cli.terminal.out import talk

_PATIENCE: Final = 5.0
"""The seconds that whoever has no deadline waits for others that write."""
_COMING: Final = 'CREATE TABLE coming (profile, provider, name, unit, at, remaining, used, "limit", unlimited);'
_COME: Final = "INSERT INTO coming VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_AMOUNT: Final = re.compile(r"-?[0-9]{1,80}(\.[0-9]{1,80})?", re.ASCII)
_PRUNED: Final = 1000
"""How many samples one run forgets at the most: a clock that is wrong for once must not empty a history."""


def record(
    path: Path, found: Iterable[tuple[Series, Sample]], keep: float | None = None, *, patience: float = _PATIENCE
) -> str:
    """Add samples and forget those that are older than ``keep`` seconds; return what the user is to be told, if any.

    A file that is no history any more is set aside under another name, and a new one begun. Others that write are
    waited for ``patience`` seconds. Raises Trouble.
    """
    rows, until = list(found), Deadline(patience)
    with suppress(Corrupt):  # a disk may fail for once: what cannot be read twice is
        _add(path, rows, keep, until)
        return ""
    try:
        _add(path, rows, keep, until)
    except Corrupt as corrupt:
        aside = set_aside(path, corrupt.file, until)
        _add(path, rows, keep, until)
        return f"{path} could not be read any more: it is kept as {aside.name}, and a new one begun"
    return ""


def take(path: Path, found: Iterable[tuple[Series, Sample]]) -> tuple[int, int]:
    """Add samples that are not there yet, all of them or none; return how many there were, and how many were new.

    They are kept aside until the last of them has come: whoever sends them may take long, and nobody waits for that.
    """
    with opened(path, Deadline(_PATIENCE), "BEGIN"):
        pass  # a history to which nothing can be added is refused before anything is read
    with (
        troubles(path),
        closing(sqlite3.connect("", isolation_level=None)) as aside,
    ):  # "" has no name, and is not kept
        aside.executescript(f"BEGIN; {_COMING}")
        seen = aside.executemany(_COME, ((*series, *_amounts(sample).values()) for series, sample in found)).rowcount
        with opened(path, Deadline(_PATIENCE)) as database:
            new = _moved(aside, database)
    return seen, new


def _moved(aside: sqlite3.Connection, database: sqlite3.Connection) -> int:
    """Add what was kept aside and is not there yet; return how much that was."""
    new, known = 0, dict[Series, int]()
    for profile, provider, name, unit, *amounts in aside.execute("SELECT * FROM coming"):
        series = Series(profile, provider, name, unit)
        number = known.get(series) or known.setdefault(series, _number(database, series))
        row = dict(zip(Sample._fields, amounts, strict=True))
        new += database.execute(_INSERT_NEW, {"series": number, **row}).rowcount
    return new


def load(
    path: Path,
    since: float,
    until: float,
    profiles: Iterable[str] | None = None,
    *,
    parts: int | None = None,
    patience: float = _PATIENCE,
) -> Iterator[tuple[Series, list[Row]]]:
    """Yield what was seen in a time, in seconds since 1970, a series at a time; raises Trouble.

    With ``parts`` that is what was recorded last in each of so many equal parts of the time. What is no sample is left
    out, and said.
    """
    if not path.exists():
        return
    wanted = None if profiles is None else set(profiles)
    with opened(path, Deadline(patience), "BEGIN") as database:
        for number, *words in database.execute("SELECT id, profile, provider, name, unit FROM series ORDER BY id"):
            series = Series(*words)
            if wanted is None or series.profile in wanted:
                about = (number, int(since), int(until))
                part = max(int((until - since) / parts), 1) if parts else 0
                rows = database.execute(SELECT_FEW if part else SELECT, (*about, part) if part else about).fetchall()
                rows = _sound(rows, series, path)
                rows.sort()  # by the order in which they were recorded: the index has that of their clocks
                if rows:
                    yield series, rows


SELECT: Final = "SELECT rowid, at, remaining, used, unlimited FROM samples WHERE series = ? AND at BETWEEN ? AND ?"
SELECT_FEW: Final = (
    "SELECT rowid, at, remaining, used, unlimited FROM samples WHERE rowid IN "
    "(SELECT max(rowid) FROM samples WHERE series = ? AND at BETWEEN ? AND ? GROUP BY at / ?)"
)
_INSERT: Final = "INSERT INTO samples VALUES (:series, :at, :remaining, :used, :limit, :unlimited)"
_INSERT_NEW: Final = (
    "INSERT INTO samples SELECT :series, :at, :remaining, :used, :limit, :unlimited WHERE NOT EXISTS ("
    "SELECT 1 FROM samples WHERE series = :series AND at = :at AND remaining IS :remaining AND used IS :used "
    'AND "limit" IS :limit AND unlimited = :unlimited)'
)


def _add(path: Path, rows: Sequence[tuple[Series, Sample]], keep: float | None, until: Deadline) -> None:
    with opened(path, until) as database:
        for series, sample in rows:
            number = _number(database, series)
            database.execute(_INSERT, {"series": number, **_amounts(sample)})
            if keep is not None:
                oldest = sample.at - int(keep)
                database.execute(
                    "DELETE FROM samples WHERE rowid IN "
                    "(SELECT rowid FROM samples WHERE series = ? AND at < ? ORDER BY at LIMIT ?)",
                    (number, oldest, _PRUNED),
                )


def _number(database: sqlite3.Connection, series: Series) -> int:
    database.execute("INSERT OR IGNORE INTO series (profile, provider, name, unit) VALUES (?, ?, ?, ?)", series)
    where = "SELECT id FROM series WHERE profile = ? AND provider = ? AND name = ? AND unit = ?"
    return int(database.execute(where, series).fetchone()[0])


def _amounts(sample: Sample) -> dict[str, object]:
    """Return a sample as it is kept: amounts with their own digits."""
    kept = {name: plain(value) if isinstance(value, Decimal) else value for name, value in sample._asdict().items()}
    return {**kept, "unlimited": int(sample.unlimited)}


def _sound(rows: Sequence[Row], series: Series, path: Path) -> list[Row]:
    """Return the rows whose amounts are some, and say of others that they are left out."""
    sound = [row for row in rows if all(one is None or _is_amount(one) for one in row[2:4])]
    if damaged := len(rows) - len(sound):
        talk(f"balance: {path}: {damaged} of {series.profile}'s samples are damaged and were left out")
    return sound


def _is_amount(text: object) -> bool:
    return isinstance(text, str) and _AMOUNT.fullmatch(text) is not None
