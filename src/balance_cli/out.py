"""stdout is data, stderr is talk: writing either, and what it means where that fails."""

import os
import sys
from typing import NoReturn

from balance_cli.exits import Exit


def emit(text: str) -> Exit:
    """Write data to stdout and see it through; return ``OK``, or how a process ends that could not."""
    try:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        return Exit.BROKEN_PIPE
    except (AttributeError, OSError, ValueError) as error:
        talk(f"balance: stdout could not be written: {getattr(error, 'strerror', None) or 'it is closed'}")
        return Exit.CRASH
    return Exit.OK


def leave(code: int) -> NoReturn:
    """End the process now: what could not be written is not tried again, and no thread is waited for."""
    os._exit(code)


def talk(line: str, *, end: str = "\n") -> None:
    """Write a line to stderr; where that is closed or full there is nobody to tell."""
    try:
        sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stderr.write(line + end)
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        return
