"""Files that must not be lost: read without ever waiting, written whole or not at all, by one writer at a time."""

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from balance_cli.errors import Misconfigured

MOST_BYTES: Final = 4 << 20
_PATIENCE: Final = 5.0


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


def write(file: Path, text: str, *, mode: int = 0o600) -> None:
    """Put a text in a file's place, whole or not at all; a link stays a link. Raises OSError.

    A new file gets ``mode``; one that is there keeps its own.
    """
    import tempfile

    target = Path(os.path.realpath(file))
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(target.stat().st_mode)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            os.fchmod(handle, mode)
            opened.write(text)
            opened.flush()
            os.fsync(handle)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    with suppress(OSError):  # some file systems cannot sync a directory; the file itself is safe
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Be the only writer of a file, made with its folder where there is none; raises OSError after five seconds."""
    folder = Path(os.path.realpath(file)).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # no such lock on this system: the replacement is still whole
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
        yield
    finally:
        os.close(handle)
