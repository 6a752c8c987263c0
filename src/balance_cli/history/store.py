"""Samples on disk: SQLite, written by any number of runs at once, and nothing in it that is a key or came whole."""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from balance_cli import files
from balance_cli.amount import plain
from balance_cli.history.model import Row, Sample, Series, Trouble

VERSION: Final = 1
_PATIENCE: Final = 5.0
"""The seconds that a run which writes waits for others that do."""
_HASTE: Final = 1.0
"""The seconds that a run which reads waits: with write-ahead logging for nobody who writes."""
_SCHEMA: Final = """
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  profile TEXT NOT NULL,
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  UNIQUE (profile, provider, name, unit)
);
CREATE TABLE samples (
  series INTEGER NOT NULL REFERENCES series,
  at INTEGER NOT NULL,
  remaining TEXT,
  used TEXT,
  "limit" TEXT,
  unlimited INTEGER NOT NULL
);
CREATE INDEX samples_at ON samples (series, at);
"""
_DEAD: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRUNED: Final = 1000
"""How many samples one run forgets at the most: a clock that is wrong for once must not empty a history."""


def record(path: Path, found: Iterable[tuple[Series, Sample]], keep: float | None = None) -> str:
    """Add samples and forget those that are older than ``keep`` seconds; return what the user is to be told, if any.

    A file that is no history any more is set aside under another name, and a new one begun. Raises Trouble.
    """
    rows = list(found)
    try:
        _add(path, rows, keep)
    except _Corrupt as corrupt:
        aside = _set_aside(path, corrupt.file)
        _add(path, rows, keep)
        return f"{path} could not be read any more: it is kept as {aside.name}, and a new one begun"
    return ""


def take(path: Path, found: Iterable[tuple[Series, Sample]]) -> tuple[int, int]:
    """Add samples that are not there yet, all of them or none; return how many there were, and how many were new."""
    seen = new = 0
    with _opened(path) as database:
        known: dict[Series, int] = {}
        for series, sample in found:
            number = known.get(series) or known.setdefault(series, _number(database, series))
            seen += 1
            new += database.execute(_INSERT_NEW, {**_row(number, sample)}).rowcount
    return seen, new


def load(
    path: Path, since: float, until: float, profiles: Iterable[str] | None = None, *, parts: int | None = None
) -> Iterator[tuple[Series, list[Row]]]:
    """Yield what was seen in a time, in seconds since 1970, a series at a time; raises Trouble.

    With ``parts`` that is what was recorded last in each of so many equal parts of the time.
    """
    if not path.exists():
        return
    wanted = None if profiles is None else set(profiles)
    with _opened(path, "BEGIN", _HASTE) as database:
        for number, *words in database.execute("SELECT id, profile, provider, name, unit FROM series ORDER BY id"):
            series = Series(*words)
            if wanted is None or series.profile in wanted:
                about = (number, int(since), int(until))
                part = max(int((until - since) / parts), 1) if parts else 0
                rows = database.execute(SELECT_FEW if part else SELECT, (*about, part) if part else about).fetchall()
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


class _Corrupt(Trouble):
    """The file is no database, or not a whole one; ``file`` is its number on its disk."""

    def __init__(self, message: str, file: int) -> None:
        super().__init__(message)
        self.file = file


def _add(path: Path, rows: Sequence[tuple[Series, Sample]], keep: float | None) -> None:
    with _opened(path) as database:
        for series, sample in rows:
            number = _number(database, series)
            database.execute(_INSERT, _row(number, sample))
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


def _row(number: int, sample: Sample) -> dict[str, object]:
    amounts = {"remaining": sample.remaining, "used": sample.used, "limit": sample.limit}
    texts = {name: None if amount is None else plain(amount) for name, amount in amounts.items()}
    return {"series": number, "at": sample.at, **texts, "unlimited": int(sample.unlimited)}


@contextmanager
def _opened(path: Path, begin: str = "BEGIN IMMEDIATE", patience: float = _PATIENCE) -> Iterator[sqlite3.Connection]:
    """Open the file for one transaction, made with its folder where it is missing; raises Trouble."""
    file = 0
    try:
        if not path.exists():
            _make(path)
        file = path.stat().st_ino
        database = _connected(path, patience)
        try:
            if _version(database) == 0:
                _make(path)
            if _version(database) != VERSION:
                raise Trouble(f"{path} was written by a newer balance: update this one, or name another file")
            database.execute(begin)
            yield database
            database.execute("COMMIT")
        finally:
            database.close()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DEAD:
            raise _Corrupt(f"{path} is not a history any more ({error}): recording sets it aside", file) from None
        raise Trouble(f"{path}: {error}") from None
    except OSError as error:
        raise Trouble(f"{path}: {error.strerror or error}") from None


def _connected(path: Path, patience: float = _PATIENCE) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=patience, isolation_level=None)
    database.execute("PRAGMA synchronous = NORMAL")  # a crash of the machine may lose the last runs, and never the file
    return database


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _make(path: Path) -> None:
    """Make the file, for its owner alone, with write-ahead logging: runs that read wait for none that writes."""
    with files.locked(path):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        database = _connected(path)
        try:
            if _version(database) == 0:
                if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise Trouble(f"{path} is another program's database: name another file")
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        finally:
            database.close()


def _set_aside(path: Path, file: int) -> Path:
    """Give a file that is no history any more another name; of several runs that want to, one does."""
    stem = f"{path.name}.{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    try:
        with files.locked(path):
            aside = path.with_name(f"{stem}.corrupt")
            while aside.exists():
                aside = aside.with_name(f"{stem}.{time.monotonic_ns()}.corrupt")
            if path.exists() and path.stat().st_ino == file:
                for suffix in ("-wal", "-shm"):
                    with suppress(FileNotFoundError):
                        Path(f"{path}{suffix}").replace(f"{aside}{suffix}")
                path.replace(aside)
    except OSError as error:
        raise Trouble(f"{path} is not a history any more, and cannot be moved: {error.strerror or error}") from None
    return aside
