"""The controlling terminal: give it back as it was after a job was killed."""

import os
import signal
from contextlib import suppress
from typing import Any


class Tty:
    """The controlling terminal and its modes at the start of a job, if there is one."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._modes: list[Any] | None = None
        with suppress(OSError, ImportError):
            import termios

            self._file = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
            if os.tcgetpgrp(self._file) == os.getpgrp():  # in the background, the modes are those of the shell's prompt
                self._modes = termios.tcgetattr(self._file)

    @property
    def exists(self) -> bool:
        """Whether there is a controlling terminal."""
        return self._file is not None

    def restore(self) -> None:
        """Take the terminal back from the job and restore its modes, unless another job of the shell has it."""
        if self._file is None:
            return
        import termios

        before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # else this would stop a background process
        with suppress(OSError, termios.error):
            foreground = os.tcgetpgrp(self._file)
            if foreground == os.getpgrp() or not _exists(foreground):
                os.tcsetpgrp(self._file, os.getpgrp())
                if self._modes:
                    termios.tcsetattr(self._file, termios.TCSANOW, self._modes)
        signal.signal(signal.SIGTTOU, before)


def _exists(group: int) -> bool:
    """Return whether a process group has a living process."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
