"""The file of a history: opened for one transaction, by any number of runs at once, and set aside where it is dead."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from balance_cli import files
from balance_cli.deadline import Deadline
from balance_cli.history.model import Trouble

VERSION: Final = 1
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
_PAUSE: Final = 0.02
"""The seconds between two attempts at what another program has locked."""

T = TypeVar("T")


class Corrupt(Trouble):
    """The file is no database, or not a whole one; ``file`` is its number on its disk."""

    def __init__(self, message: str, file: int) -> None:
        super().__init__(message)
        self.file = file


@contextmanager
def opened(path: Path, until: Deadline, begin: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
    """Open the file for one transaction, made with its folder where it is missing; raises Trouble."""
    with troubles(path), closing(_patiently(until, lambda: _begun(path, until, begin))) as database:
        yield database
        _patiently(until, lambda: database.execute("COMMIT"))


@contextmanager
def troubles(path: Path) -> Iterator[None]:
    """Raise Trouble for whatever SQLite or the system raise."""
    file = _number_on_disk(path)
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DEAD:
            raise Corrupt(f"{path} is not a history any more ({error}): recording sets it aside", file) from None
        raise Trouble(f"{path}: {error}") from None
    except OSError as error:
        raise Trouble(f"{path}: {error.strerror or error}") from None


def _number_on_disk(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _patiently(until: Deadline, work: Callable[[], T]) -> T:
    """Do what another program's lock may stand against, until it does not; a signal is heard meanwhile."""
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not until.left():
                raise
        time.sleep(_PAUSE)


def _begun(path: Path, until: Deadline, begin: str) -> sqlite3.Connection:
    """Return the file in a transaction."""
    if not path.exists():
        _make(path, until)
    elif not path.is_file():
        raise Trouble(f"{path} is not a file: name another")
    with ExitStack() as failed:
        database = failed.enter_context(closing(_connected(path)))
        if _version(database) == 0:
            _make(path, until)
        if _version(database) != VERSION:
            raise Trouble(f"{path} was written by a newer balance: update this one, or name another file")
        database.execute(begin)
        failed.pop_all()
    return database


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=0, isolation_level=None)
    database.execute("PRAGMA synchronous = NORMAL")  # a crash of the machine may lose the last runs, and never the file
    return database


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _make(path: Path, until: Deadline) -> None:
    """Make the file, for its owner alone, with write-ahead logging: runs that read wait for none that writes."""
    with files.locked(path, until.left()):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(_connected(path)) as database:
            if _version(database) == 0:
                if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise Trouble(f"{path} is another program's database: name another file")
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")


def set_aside(path: Path, file: int, until: Deadline) -> Path:
    """Give a file that is no history any more another name; of several runs that want to, one does."""
    stem = f"{path.name}.{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    try:
        with files.locked(path, until.left()):
            aside = path.with_name(f"{stem}.corrupt")
            while aside.exists():
                aside = aside.with_name(f"{stem}.{time.monotonic_ns()}.corrupt")
            if _number_on_disk(path) == file:
                for suffix in ("-wal", "-shm"):
                    with suppress(FileNotFoundError):
                        Path(f"{path}{suffix}").replace(f"{aside}{suffix}")
                path.replace(aside)
                _begin_like(aside, path)
    except OSError as error:
        raise Trouble(f"{path} is not a history any more, and cannot be moved: {error.strerror or error}") from None
    return aside


def _begin_like(aside: Path, path: Path) -> None:
    """Make a new file for whom the other was, also where another user, who may, has set that one aside."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with suppress(PermissionError), os.fdopen(handle, "wb"):
        files.resemble(handle, aside.stat())
