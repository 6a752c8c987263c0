"""stdout is data, stderr is talk: writing either, and what it means where that fails.

--version needs this and nothing else, so that what only a failure needs is imported there.
"""

import os
import sys


def emit(text: str) -> int:
    """Write data to stdout and see it through; return 0, or the exit code of a process that could not."""
    try:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        from balance_cli.exits import Exit

        return Exit.BROKEN_PIPE
    except (AttributeError, OSError, ValueError) as error:
        from balance_cli.exits import Exit

        talk(f"balance: stdout could not be written: {getattr(error, 'strerror', None) or 'it is closed'}")
        return Exit.CRASH
    return 0


def leave(code: int) -> None:
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
