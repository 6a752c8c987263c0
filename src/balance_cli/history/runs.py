"""The jobs of `balance run` in a history: when, how long, and what was spent; no arguments."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from balance_cli.amount import format_exact
from balance_cli.deadline import Deadline
from balance_cli.files import may_exist
from balance_cli.history.file import open_history
from balance_cli.job.outcome import Outcome, Spent

_PATIENCE: Final = 2.0
"""Seconds to wait for other writers."""
_MAX_PRUNED: Final = 1000
"""How many jobs one write deletes at most: a clock that is wrong once must not empty a history."""
_PRUNE: Final = "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE at < ? ORDER BY at LIMIT ?)"
_RUNS: Final = (
    "CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, seconds REAL NOT NULL, "
    "program TEXT NOT NULL, result TEXT NOT NULL, exit_code INTEGER NOT NULL, reason TEXT NOT NULL)"
)
_BALANCES: Final = (
    "CREATE TABLE IF NOT EXISTS run_balances (run INTEGER NOT NULL REFERENCES runs, profile TEXT NOT NULL, "
    "provider TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL, gates INTEGER NOT NULL, spent TEXT, "
    "at_least INTEGER NOT NULL, before TEXT, after TEXT)"
)
"""Tables beside those of the samples, made when they are first needed; programs that do not know them ignore them."""


def record_run(path: Path, outcome: Outcome, keep: float) -> None:
    """Add a job, and delete those older than ``keep`` seconds; raise HistoryError."""
    at = int(outcome.started_at.timestamp())
    with open_history(path, Deadline(_PATIENCE)) as database:
        for table in (_RUNS, _BALANCES):
            database.execute(table)
        row = (at, outcome.seconds, outcome.program, outcome.result, outcome.exit_code, outcome.reason)
        run = database.execute("INSERT INTO runs VALUES (NULL, ?, ?, ?, ?, ?, ?)", row).lastrowid
        balances = ((run, *map(_to_column, balance)) for balance in outcome.balances)
        database.executemany("INSERT INTO run_balances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", balances)
        database.execute(_PRUNE, (at - int(keep), _MAX_PRUNED))
        database.execute("DELETE FROM run_balances WHERE run NOT IN (SELECT id FROM runs)")


def load_runs(path: Path, since: float, until: float) -> Iterator[Outcome]:
    """Yield the jobs that started between two times, in seconds since 1970, oldest first; raise HistoryError."""
    if not may_exist(path):
        return
    with open_history(path, Deadline(_PATIENCE), "BEGIN") as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'run_balances'").fetchone():
            return
        query = "SELECT * FROM runs WHERE at BETWEEN ? AND ? ORDER BY at, id"
        for run, at, seconds, program, result, code, reason in database.execute(query, (int(since), int(until))):
            started = datetime.fromtimestamp(at, UTC)
            balances = tuple(_load_balances(database, run))
            yield Outcome(program, result, code, started, seconds, reason=reason, balances=balances)


def _load_balances(database: sqlite3.Connection, run: int) -> Iterator[Spent]:
    for row in database.execute("SELECT * FROM run_balances WHERE run = ? ORDER BY rowid", (run,)):
        _, profile, provider, name, unit, gates, spent, at_least, before, after = row
        amounts = (None if text is None else Decimal(text) for text in (spent, before, after))
        gone, first, last = amounts
        yield Spent(profile, provider, name, unit, bool(gates), gone, bool(at_least), first, last)


def _to_column(value: object) -> object:
    """Return a value for a column: an amount as text, with all its digits."""
    return format_exact(value) if isinstance(value, Decimal) else value
