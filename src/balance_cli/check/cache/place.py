"""The folder of kept readings: files that only their owner can read and change, and locks that end with a process."""

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from balance_cli import files

_MOST_BYTES: Final = 1 << 20
_KEY_BYTES: Final = 32
_OTHERS_WRITE: Final = 0o022
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


class Lock:
    """A lock on a file, held until ``release`` or the end of the process; without a handle, it locks nothing."""

    def __init__(self, handle: int | None) -> None:
        self._handle = handle

    def release(self) -> None:
        """Let others have it."""
        if self._handle is not None:
            os.close(self._handle)


def read(file: Path) -> bytes:
    """Return the content of a file in the folder; raise OSError if it is not only the user's own."""
    require_own(file.lstat(), stat.S_ISREG)
    body, status = files.read_start(file, _MOST_BYTES)
    require_own(status, stat.S_ISREG)
    return body


def require_own(status: os.stat_result, is_kind: Callable[[int], bool]) -> None:
    """Raise PermissionError unless a file is of this kind, is the user's, and nobody else can write to it."""
    if os.name == "nt":
        return
    if not is_kind(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & _OTHERS_WRITE:
        raise PermissionError(errno.EPERM, "it is not only yours")


def write(file: Path, text: str) -> None:
    """Replace a file, or the link that somebody has put in its place; raise OSError. A crash may lose it."""
    temporary = file.with_name(f".{file.name}.{os.urandom(6).hex()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
        temporary.replace(file)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def lock(file: Path) -> Lock | None:
    """Lock a file, ``None`` if another process holds it; raise OSError if this folder can hold no locks."""
    try:
        import fcntl
    except ImportError:  # no such lock on this system: every caller asks
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from None
    handle = os.open(file, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:
        os.close(handle)
        raise
    return Lock(handle)


def read_hash_key(folder: Path) -> bytes:
    """Return the key of the hashes in this folder; raise OSError, also if there is none."""
    require_own(folder.lstat(), stat.S_ISDIR)
    key = read(folder / "key")
    if len(key) != 2 * _KEY_BYTES:
        raise OSError(errno.EINVAL, "its key is broken")
    return key


def make_hash_key(folder: Path) -> bytes:
    """Return the key of the hashes in this folder; create it, or replace a broken one. Raise OSError."""
    files.folder(folder)
    try:
        return read_hash_key(folder)
    except FileNotFoundError:
        with suppress(FileExistsError):  # another process was faster
            files.create(folder / "key", os.urandom(_KEY_BYTES).hex())
    except OSError:
        require_own(folder.lstat(), stat.S_ISDIR)
        write(folder / "key", os.urandom(_KEY_BYTES).hex())
    return read_hash_key(folder)
