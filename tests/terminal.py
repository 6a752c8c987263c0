"""A program in its own pseudoterminal."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from dataclasses import dataclass, field
from typing import Self

from conftest import KEY


@dataclass(slots=True)
class Terminal:
    """A program in its own pseudoterminal, and everything it wrote there."""

    arguments: list[str]
    env: dict[str, str]
    columns: int = 100
    rows: int = 24
    text: str = ""
    process: subprocess.Popen[bytes] = field(init=False)
    handle: int = field(init=False)

    def __enter__(self) -> Self:
        self.handle, other = pty.openpty()
        self.resize(self.columns, self.rows)
        env = {name: value for name, value in {"TERM": "xterm-256color", **self.env}.items() if name != "COLUMNS"}
        self.process = subprocess.Popen(
            ["setsid", "-c", *self.arguments], stdin=other, stdout=other, stderr=other, env=env
        )
        os.close(other)
        return self

    def resize(self, columns: int, rows: int) -> None:
        """Set the size of its window."""
        self.columns, self.rows = columns, rows
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds: float) -> bool:
        """Read its output for up to that time; return whether there was any."""
        if not select.select([self.handle], [], [], seconds)[0]:
            return False
        try:
            part = os.read(self.handle, 65536)
        except OSError:  # on Linux: no process has the terminal open any more
            return False
        self.text += part.decode("utf-8", "replace")
        return bool(part)

    def until(self, words: str, seconds: float = 60) -> str:
        """Read until the output contains these words; return all output so far."""
        end = time.monotonic() + seconds
        while words not in self.text:
            ended = self.process.poll() is not None
            assert self.read(0.2) or (not ended and time.monotonic() < end), self.text
        return self.text

    def type(self, keys: str) -> None:
        """Type these keys."""
        os.write(self.handle, keys.encode())

    def end(self, seconds: float = 60) -> int:
        """Wait for it to end while reading its output; return the exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.1)
        code = self.process.wait(1)
        while self.read(0.1):
            pass
        return code

    def leave(self, keys: str) -> int:
        """Type these keys until it ends; a key typed before the program waits for one may be lost."""
        for _ in range(20):
            self.type(keys)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self.end(3)
        return self.end()

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        os.close(self.handle)
        assert KEY not in self.text
        assert "Traceback" not in self.text
