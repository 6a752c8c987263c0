"""A connection between `balance` and the keeper of its job: lines of words and numbers."""

import select
import socket
from collections import deque
from contextlib import suppress
from typing import Final, Protocol

_MOST: Final = 4096
_LONGEST: Final = 3600.0
"""Maximum seconds of a wait; the caller waits again."""


class Link:
    """One end of the connection; ``closed`` becomes true once the other end is gone."""

    def __init__(self, end: socket.socket) -> None:
        self._end, self._rest = end, b""
        self._messages: deque[tuple[str, list[int]]] = deque()
        self.closed = False
        end.setblocking(False)  # noqa: FBT003 - its only parameter

    def fileno(self) -> int:
        """Return a file that can be read once a message has arrived."""
        return self._end.fileno()

    def close(self) -> None:
        """Close this end."""
        self._end.close()

    def send(self, word: str, *numbers: int) -> None:
        """Send a message; nobody may be there to receive it."""
        with suppress(OSError):
            self._end.sendall(" ".join([word, *map(str, numbers)]).encode() + b"\n")

    def receive(self) -> tuple[str, list[int]] | None:
        """Return the next message that has arrived, or ``None``."""
        if not self._messages:
            self._read()
        return self._messages.popleft() if self._messages else None

    def _read(self) -> None:
        try:
            part = self._end.recv(_MOST)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        self.closed = not part
        *lines, self._rest = (self._rest + part).split(b"\n")
        for word, *numbers in (line.decode().split() for line in lines):
            self._messages.append((word, list(map(int, numbers))))


class _File(Protocol):
    def fileno(self) -> int: ...


def wait_any(seconds: float | None, *files: _File | int) -> bool:
    """Wait until one of these files can be read, or for a time; return whether one can."""
    ready = select.poll()
    for file in files:
        ready.register(file, select.POLLIN)
    return bool(ready.poll(None if seconds is None else min(max(0.0, seconds), _LONGEST) * 1000))
