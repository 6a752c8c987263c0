"""Add the samples of an earlier log to a history: all those that are new, or none."""

import sqlite3
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from balance_cli.deadline import Deadline
from balance_cli.history.file import PATIENCE, open_history, translate_errors
from balance_cli.history.imports import Log
from balance_cli.history.store import add_series, catch_up
from balance_cli.history.sums import prepare

_CREATE: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
BEGIN;
CREATE TABLE logged (series, at, remaining, used, "limit", unlimited);
"""
_STAGE: Final = "INSERT INTO logged VALUES"
_ROW: Final = "(?, ?, ?, ?, ?, ?)"
_COLUMNS: Final = 6
_ROWS: Final = 50
"""How many rows one statement stages: faster than one by one, and within the 999 values of older SQLite."""
_DROP_REPEATED: Final = """
DELETE FROM logged WHERE rowid NOT IN
  (SELECT min(rowid) FROM logged GROUP BY series, at, remaining, used, "limit", unlimited)
"""
_INSERT: Final = """
INSERT INTO samples
  SELECT id, at, remaining, used, "limit", unlimited FROM staged.logged JOIN temp.numbers USING (series)
"""
_UNLESS_KNOWN: Final = """
  WHERE NOT EXISTS (
    SELECT 1 FROM samples AS known
    WHERE known.series = id AND known.at = logged.at AND known.remaining IS logged.remaining
      AND known.used IS logged.used AND known."limit" IS logged."limit" AND known.unlimited = logged.unlimited
  )
"""
_IS_KNOWN: Final = "SELECT EXISTS (SELECT 1 FROM samples WHERE series = ? AND at BETWEEN ? AND ?)"


def import_samples(path: Path, log: Log) -> tuple[int, int]:
    """Add those samples that are new, all of them or none; return how many were read, and how many were new.

    Collect them in a temporary database first: the input may be slow, and must not keep the history locked.
    """
    with open_history(path, Deadline(PATIENCE), "BEGIN"):
        pass  # fail before reading any input if the history cannot be opened
    with translate_errors(path), TemporaryDirectory(prefix="balance-") as folder:
        staged = Path(folder, "staged.db")
        total = _stage(staged, log)
        with open_history(path, Deadline(PATIENCE)) as database:
            database.execute("ATTACH ? AS staged", (str(staged),))
            prepare(database)
            new = _move(database, log)
    catch_up(path)
    return total, new


def _stage(path: Path, log: Log) -> int:
    """Write the samples of a log into a temporary database, each of them once; return how many were read."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(_CREATE)
        total, values = 0, chain.from_iterable(chain.from_iterable(log.read_samples()))
        while batch := tuple(islice(values, _ROWS * _COLUMNS)):
            count = len(batch) // _COLUMNS
            database.execute(f"{_STAGE} {', '.join([_ROW] * count)}", batch)
            total += count
        if log.may_repeat:
            database.execute(_DROP_REPEATED)
        database.execute("COMMIT")
    return total


def _move(database: sqlite3.Connection, log: Log) -> int:
    """Add the staged samples that are new; return how many were."""
    numbers = [add_series(database, series) for series in log.series]
    database.execute("CREATE TEMP TABLE numbers (series INTEGER PRIMARY KEY, id INTEGER)")
    database.executemany("INSERT INTO temp.numbers VALUES (?, ?)", enumerate(numbers, 1))
    known = any(database.execute(_IS_KNOWN, (number, log.earliest, log.latest)).fetchone()[0] for number in numbers)
    return database.execute(f"{_INSERT}{_UNLESS_KNOWN if known else ''} ORDER BY logged.series, logged.rowid").rowcount
