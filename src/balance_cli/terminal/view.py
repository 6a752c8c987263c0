"""How a terminal wants its text: in colour or not, how wide, and what it shows while a check waits."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence

from balance_cli.render import View
from balance_cli.terminal.out import talk


def view(color: str, *, details: bool = False) -> View:
    """Return how stdout wants its text: a flag beats the environment, and that beats the terminal."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").casefold()
    return View(
        color=_colored(color, terminal=terminal), width=width, details=details, ascii=not encoding.startswith("utf")
    )


def _colored(color: str, *, terminal: bool) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return terminal and not dumb()


def dumb() -> bool:
    """Return whether the terminal can only take one line after the other."""
    return os.environ.get("TERM") in {"dumb", "unknown"}


def waiting(total: int) -> Callable[[Sequence[str]], None] | None:
    """Return what says on a terminal which profiles are still out; nothing anywhere else."""
    if sys.stderr is None or not sys.stderr.isatty() or dumb():
        return None
    width = shutil.get_terminal_size().columns

    def said(out: Sequence[str]) -> None:
        line = f"{total - len(out)} of {total} have answered, waiting for {', '.join(out[:20])}"
        talk(f"\r\x1b[K{line if len(line) < width else line[: width - 2] + '…'}", end="")

    return said


def debugging(wanted: bool) -> Callable[[str], None] | None:  # noqa: FBT001 - a flag
    """Return what tells stderr about every request, where it is wanted."""
    return (lambda line: talk(f"balance: debug: {line}")) if wanted else None
