"""The SQLite file of a history: opened for one transaction at a time, safe for concurrent runs, replaced if corrupt."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from balance_cli import files
from balance_cli.deadline import Deadline
from balance_cli.history.model import HistoryError

VERSION: Final = 1
PATIENCE: Final = 5.0
"""Seconds to wait for other writers when there is no deadline."""
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
_CORRUPTION: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PAUSE: Final = 0.02
"""Seconds between two attempts while another process holds the lock."""

T = TypeVar("T")


class CorruptHistoryError(HistoryError):
    """The file is not a database, or a damaged one; ``file`` is its inode number."""

    def __init__(self, message: str, file: int) -> None:
        super().__init__(message)
        self.file = file


@contextmanager
def open_history(path: Path, until: Deadline, begin: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
    """Open the file for one transaction, creating it and its folder if missing; raise HistoryError."""
    with translate_errors(path), closing(_retry_while_locked(until, lambda: _begin(path, until, begin))) as database:
        yield database
        _retry_while_locked(until, lambda: database.execute("COMMIT"))


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite and of the system into HistoryError."""
    file = _read_inode(path)
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _CORRUPTION:
            raise CorruptHistoryError(
                f"{path} is corrupt ({error}); recording renames it and starts a new one", file
            ) from None
        raise HistoryError(f"{path}: {error}") from None
    except OSError as error:
        raise HistoryError(f"{path}: {error.strerror or error}") from None


def _read_inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _retry_while_locked(until: Deadline, work: Callable[[], T]) -> T:
    """Do the work, retrying while another process holds a lock; signals are still handled meanwhile."""
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not until.left():
                raise
        time.sleep(_PAUSE)


def _begin(path: Path, until: Deadline, begin: str) -> sqlite3.Connection:
    """Open the file and begin a transaction."""
    if not path.exists():
        _create(path, until)
    elif not path.is_file():
        raise HistoryError(f"{path} is not a regular file: choose another")
    with ExitStack() as failed:
        database = failed.enter_context(closing(_connect(path)))
        if _read_version(database) == 0:
            _create(path, until)
        if _read_version(database) != VERSION:
            raise HistoryError(
                f"{path} was written by a newer version of balance: update balance, or choose another file"
            )
        database.execute(begin)
        failed.pop_all()
    return database


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=0, isolation_level=None)
    database.execute("PRAGMA synchronous = NORMAL")  # a power failure may lose the last runs, but never the file
    return database


def _read_version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _create(path: Path, until: Deadline) -> None:
    """Create the file, readable only by its owner; with write-ahead logging, readers do not wait for writers."""
    with files.lock(path, until.left()):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(_connect(path)) as database:
            if _read_version(database) == 0:
                if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise HistoryError(f"{path} is another program's database: choose another file")
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")


def replace_corrupt(path: Path, file: int, until: Deadline) -> Path:
    """Rename a corrupt file and create a new one; of several runs that try at once, one does it."""
    stem = f"{path.name}.{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    try:
        with files.lock(path, until.left()):
            aside = path.with_name(f"{stem}.corrupt")
            while aside.exists():
                aside = aside.with_name(f"{stem}.{time.monotonic_ns()}.corrupt")
            if _read_inode(path) == file:
                for suffix in ("-wal", "-shm"):
                    with suppress(FileNotFoundError):
                        Path(f"{path}{suffix}").replace(f"{aside}{suffix}")
                path.replace(aside)
                _create_like(aside, path)
    except OSError as error:
        raise HistoryError(f"{path} is corrupt, and cannot be moved away: {error.strerror or error}") from None
    return aside


def _create_like(aside: Path, path: Path) -> None:
    """Create a new file with the owner and mode of the old one, which another user may have moved away."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with suppress(PermissionError), os.fdopen(handle, "wb"):
        files.copy_owner_and_mode(handle, aside.stat())
