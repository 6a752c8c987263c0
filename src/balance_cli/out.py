"""Write data to stdout and messages to stderr, and handle errors while writing.

--version imports only this module, so anything needed only after an error is imported there.
"""

import os
import sys


def emit(text: str) -> int:
    """Write and flush data to stdout; return 0, or the exit code if that fails."""
    try:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        from balance_cli.exits import Exit

        return Exit.BROKEN_PIPE
    except (AttributeError, OSError, ValueError) as error:
        from balance_cli.exits import Exit

        talk(f"balance: cannot write to stdout: {getattr(error, 'strerror', None) or 'it is closed'}")
        return Exit.CRASH
    return 0


def leave(code: int) -> None:
    """End the process now, without flushing streams again or joining threads."""
    os._exit(code)


def talk(line: str, *, end: str = "\n") -> None:
    """Write a line to stderr; ignore errors, because there is no other place to report them."""
    try:
        sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stderr.write(line + end)
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        return
