"""A program on a terminal of its own."""

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
from typing import Final, Self

from conftest import KEY

SIZE: Final = struct.pack("HHHH", 24, 100, 0, 0)


@dataclass(slots=True)
class Terminal:
    """A program on a terminal of its own, and everything that it wrote there."""

    arguments: list[str]
    env: dict[str, str]
    text: str = ""
    process: subprocess.Popen[bytes] = field(init=False)
    handle: int = field(init=False)

    def __enter__(self) -> Self:
        self.handle, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, SIZE)
        env = {name: value for name, value in self.env.items() if name != "COLUMNS"} | {"TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            ["setsid", "-c", *self.arguments], stdin=other, stdout=other, stderr=other, env=env
        )
        os.close(other)
        return self

    def until(self, words: str, seconds: float = 20, times: int = 1) -> str:
        """Read until it wrote that so often, and return everything so far."""
        end = time.monotonic() + seconds
        while self.text.count(words) < times:
            assert time.monotonic() < end, self.text
            if select.select([self.handle], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):  # Linux' way to say that nobody has it open any more
                    self.text += os.read(self.handle, 65536).decode("utf-8", "replace")
            if self.process.poll() is not None and self.text.count(words) < times:
                raise AssertionError(self.text)
        return self.text

    def type(self, keys: str) -> None:
        """Type these keys."""
        os.write(self.handle, keys.encode())

    def end(self, seconds: float = 10) -> int:
        """Wait for its end, reading what it still writes; return the exit code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.handle], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):
                    self.text += os.read(self.handle, 65536).decode("utf-8", "replace")
        code = self.process.wait(1)
        with contextlib.suppress(OSError):
            while select.select([self.handle], [], [], 0.1)[0]:
                self.text += os.read(self.handle, 65536).decode("utf-8", "replace")
        return code

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        os.close(self.handle)
        assert KEY not in self.text
        assert "Traceback" not in self.text
