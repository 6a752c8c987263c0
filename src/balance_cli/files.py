"""Files: read without blocking, write atomically, lock against other writers."""

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
_UNREAD: Final = "no process is reading this pipe"


def read(file: Path) -> tuple[str, os.stat_result]:
    """Return the text and status of a config file; raise FileNotFoundError, or Misconfigured if it is unusable."""
    try:
        body, status = read_start(file, MOST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Misconfigured(f"cannot read {file}: {error.strerror}", hint="name another file with --config") from None
    if len(body) > MOST_BYTES:
        raise Misconfigured(f"{file} is too large for a config", hint="name another file with --config")
    try:
        return body.decode(), status
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise Misconfigured(f"{file}: line {line}: not UTF-8", hint="save the file as UTF-8") from None


def may_exist(file: Path) -> bool:
    """Return whether a file exists, or whether that cannot be told: opening it then says why."""
    try:
        return file.exists()
    except OSError:
        return True


def read_start(file: Path, size: int) -> tuple[bytes, os.stat_result]:
    """Return the first ``size`` bytes of a file, and its status; raise OSError, also for anything that might block."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except ValueError:  # a NUL in the path
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        with os.fdopen(handle, "rb", closefd=False) as opened:
            return opened.read(size), status
    finally:
        os.close(handle)


def write(file: Path, text: str, *, mode: int | None = 0o600) -> None:
    """Write a file atomically; a symbolic link stays one. Raise OSError.

    An existing file keeps its owner, group and mode; a new one gets ``mode``, or with ``None`` what the umask allows.
    """
    target = Path(os.path.realpath(file))
    try:
        before = target.stat()
    except FileNotFoundError:
        before = None
    with _write_temporary(target, text, mode, before) as temporary:
        temporary.replace(target)
    _sync(target.parent)


def create(file: Path, text: str) -> None:
    """Create a file atomically, readable only by its owner; raise FileExistsError if it exists, or OSError."""
    target = Path(os.path.realpath(file))
    folder(target.parent)
    with _write_temporary(target, text, 0o600, None) as temporary:
        try:
            os.link(temporary, target)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            temporary.replace(target)
    _sync(target.parent)


@contextmanager
def _write_temporary(target: Path, text: str, mode: int | None, like: os.stat_result | None) -> Iterator[Path]:
    """Write a temporary file in the same folder as ``target``, and remove it at the end unless it was renamed."""
    temporary = target.with_name(f".{target.name}.{os.urandom(6).hex()}")
    first = 0o600 if like else 0o666 if mode is None else mode
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, first)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            if like:
                copy_owner_and_mode(handle, like)
            elif mode is not None:  # regardless of the umask
                os.fchmod(handle, mode)
            opened.write(text)
            opened.flush()
            os.fsync(handle)
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink()


def copy_owner_and_mode(handle: int, like: os.stat_result) -> None:
    """Give an open file the owner, group and mode of another; raise OSError if that is not permitted."""
    status = os.fstat(handle)
    if (status.st_uid, status.st_gid) != (like.st_uid, like.st_gid):
        try:
            os.fchown(handle, like.st_uid, like.st_gid)
        except PermissionError:
            raise PermissionError(errno.EPERM, "its owner or group is different and cannot be kept") from None
    os.fchmod(handle, stat.S_IMODE(like.st_mode))


def _sync(folder: Path) -> None:
    with suppress(OSError):  # some file systems cannot sync a directory; the file itself is safe
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def append(file: Path, text: str, deadline: Deadline) -> None:
    """Append a text to a file or a pipe; raise OSError, also if no one reads the pipe before the deadline."""
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
    """Create a folder and its missing parents, accessible only by their owner; raise OSError."""
    if not place.is_dir():
        folder(place.parent)
        place.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def lock(file: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Lock a file's folder, creating it if missing; raise OSError if that takes more than ``patience`` seconds."""
    place = Path(os.path.realpath(file)).parent
    folder(place)
    try:
        import fcntl
    except ImportError:  # no such lock on this system; writes are still atomic
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
                    raise BlockingIOError(errno.EAGAIN, "another process is writing to it") from None
                time.sleep(0.02)
        yield
    finally:
        os.close(handle)
