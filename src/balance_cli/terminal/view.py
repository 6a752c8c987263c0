"""Settings of the terminal: color, width, and progress while a check waits."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence

from balance_cli.out import talk
from balance_cli.render import View


def view(color: str, *, details: bool = False) -> View:
    """Return how to format text for stdout; a flag beats the environment, which beats the terminal."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").casefold()
    return View(
        color=_wants_color(color, terminal=terminal), width=width, details=details, ascii=not encoding.startswith("utf")
    )


def _wants_color(color: str, *, terminal: bool) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return terminal and not is_dumb()


def is_dumb() -> bool:
    """Return whether the terminal cannot move its cursor."""
    return os.environ.get("TERM") in {"dumb", "unknown"}


def make_progress(total: int) -> Callable[[Sequence[str]], None] | None:
    """Return a function that shows the pending profiles on stderr, or ``None`` if that is not a terminal."""
    if sys.stderr is None or not sys.stderr.isatty() or is_dumb():
        return None
    width = shutil.get_terminal_size().columns

    def show(pending: Sequence[str]) -> None:
        line = f"{total - len(pending)} of {total} done, waiting for {', '.join(pending[:20])}"
        talk(f"\r\x1b[K{line if len(line) < width else line[: width - 2] + '…'}", end="")

    return show


def make_debug(wanted: bool) -> Callable[[str], None] | None:  # noqa: FBT001 - a flag
    """Return a function that logs debug lines to stderr, or ``None`` without ``--debug``."""
    return (lambda line: talk(f"balance: debug: {line}")) if wanted else None
