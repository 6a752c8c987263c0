"""Replace this process by the user's command, as a shell would start it."""

import errno
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from balance_cli.job.signals import reset_for_command


def execute(command: Sequence[str]) -> None:
    """Execute a command found on PATH, with the environment that `balance` was given; raise OSError."""
    reset_for_command()
    environment = _read_environment()
    try:
        os.execvpe(command[0], list(command), environment)  # noqa: S606 - the user's own command
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        script = shutil.which(command[0]) or command[0]  # without #!, like env, nohup and nice
        os.execve("/bin/sh", ["/bin/sh", script, *command[1:]], environment)  # noqa: S606 - the same


def _read_environment() -> Mapping[bytes, bytes]:
    """Return the environment as it was at the start: Python sets LC_CTYPE in it where there is no locale."""
    with suppress(OSError):
        entries = Path("/proc/self/environ").read_bytes().split(b"\0")
        return dict(entry.split(b"=", 1) for entry in entries if b"=" in entry)
    return os.environb
