"""Files that must not be lost: read without ever waiting, written whole or not at all, by one writer at a time."""

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured

MOST_BYTES: Final = 1 << 20
_PATIENCE: Final = 5.0
_UNREAD: Final = "nobody reads this pipe"


def read(file: Path) -> tuple[str, os.stat_result]:
    """Return a config's text and its status; raises FileNotFoundError, or Misconfigured for what is no such file."""
    try:
        body, status = begin(file, MOST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}", hint="name another with --config") from None
    if len(body) > MOST_BYTES:
        raise Misconfigured(f"{file} is too large for a config", hint="name another with --config")
    try:
        return body.decode(), status
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise Misconfigured(f"{file}: line {line}: not UTF-8", hint="save the file as UTF-8") from None


def begin(file: Path, size: int) -> tuple[bytes, os.stat_result]:
    """Return the beginning of a file and its status; raises OSError, also for what would make us wait."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except ValueError:  # a NUL
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a file")
        with os.fdopen(handle, "rb", closefd=False) as opened:
            return opened.read(size), status
    finally:
        os.close(handle)


def write(file: Path, text: str, *, mode: int | None = 0o600) -> None:
    """Put a text in a file's place, whole or not at all; a link stays a link. Raises OSError.

    A file that is there keeps its owner, group and mode; a new one gets ``mode``, ``None`` is what the umask leaves.
    """
    target = Path(os.path.realpath(file))
    try:
        before = target.stat()
    except FileNotFoundError:
        before = None
    with _beside(target, text, mode, before) as made:
        made.replace(target)
    _sync(target.parent)


def create(file: Path, text: str) -> None:
    """Make a file for its owner alone, whole or not at all; raises FileExistsError where there is one, or OSError."""
    target = Path(os.path.realpath(file))
    folder(target.parent)
    with _beside(target, text, 0o600, None) as made:
        try:
            os.link(made, target)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            made.replace(target)
    _sync(target.parent)


@contextmanager
def _beside(target: Path, text: str, mode: int | None, like: os.stat_result | None) -> Iterator[Path]:
    """Write a text into a file beside another, which is gone when the block ends if it did not take its place."""
    made = target.with_name(f".{target.name}.{os.urandom(6).hex()}")
    first = 0o600 if like else 0o666 if mode is None else mode
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, first)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            if like:
                resemble(handle, like)
            elif mode is not None:  # whatever the umask is
                os.fchmod(handle, mode)
            opened.write(text)
            opened.flush()
            os.fsync(handle)
        yield made
    finally:
        with suppress(OSError):
            made.unlink()


def resemble(handle: int, like: os.stat_result) -> None:
    """Give an open file the owner, group and mode of another; raises OSError where it cannot have them."""
    status = os.fstat(handle)
    if (status.st_uid, status.st_gid) != (like.st_uid, like.st_gid):
        try:
            os.fchown(handle, like.st_uid, like.st_gid)
        except PermissionError:
            raise PermissionError(errno.EPERM, "its owner or group is another, and would not stay") from None
    os.fchmod(handle, stat.S_IMODE(like.st_mode))


def _sync(folder: Path) -> None:
    with suppress(OSError):  # some file systems cannot sync a directory; the file itself is safe
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def append(file: Path, text: str, deadline: Deadline) -> None:
    """Add a text at a file's end, or write it into a pipe that is read before the deadline; raises OSError."""
    import select

    try:
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o666)
    except OSError as error:
        raise (OSError(error.errno, _UNREAD) if error.errno == errno.ENXIO else error) from None
    try:
        ready, rest = select.poll(), text.encode()
        ready.register(handle, select.POLLOUT)
        while rest:
            try:
                rest = rest[os.write(handle, rest) :]
            except BlockingIOError:
                if not ready.poll(deadline.left() * 1000):
                    raise TimeoutError(errno.ETIMEDOUT, _UNREAD) from None
    finally:
        os.close(handle)


def folder(place: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner alone; raises OSError."""
    if not place.is_dir():
        folder(place.parent)
        place.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def locked(file: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Be the only writer of a file, its folder made where there is none; raises OSError after ``patience`` seconds."""
    place = Path(os.path.realpath(file)).parent
    folder(place)
    try:
        import fcntl
    except ImportError:  # no such lock on this system: the replacement is still whole
        yield
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise BlockingIOError(errno.EAGAIN, "another program is writing there") from None
                time.sleep(0.02)
        yield
    finally:
        os.close(handle)
