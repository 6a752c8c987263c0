"""Settings of the terminal: color, width, and progress while a check waits."""

import shutil
from collections.abc import Callable, Collection
from datetime import datetime
from itertools import islice

from balance_cli.environment import Environment, is_terminal
from balance_cli.render import View


def view(environment: Environment, color: str, *, details: bool = False) -> View:
    """Return how to format text for stdout; a flag beats the environment, which beats the terminal."""
    width = find_width(environment)
    encoding = (getattr(environment.stdout, "encoding", None) or "ascii").casefold()
    wanted = _wants_color(environment, color, terminal=width is not None)
    return View(
        color=wanted,
        width=width,
        details=details,
        ascii=not encoding.startswith("utf"),
        localize=datetime.astimezone,
    )


def find_width(environment: Environment) -> int | None:
    """Return the width of the terminal, ``None`` if stdout is not one."""
    return shutil.get_terminal_size().columns if is_terminal(environment.stdout) else None


def _wants_color(environment: Environment, color: str, *, terminal: bool) -> bool:
    if color != "auto":
        return color == "always"
    variables = environment.variables
    if variables.get("NO_COLOR"):
        return False
    if any(variables.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return terminal and not is_dumb(environment)


def is_dumb(environment: Environment) -> bool:
    """Return whether the terminal cannot move its cursor."""
    return environment.variables.get("TERM") in {"dumb", "unknown"}


def make_progress(environment: Environment, total: int) -> Callable[[Collection[str]], None] | None:
    """Return a function that shows the pending profiles on stderr, or ``None`` if that is not a terminal."""
    if not is_terminal(environment.stderr) or is_dumb(environment):
        return None
    width = shutil.get_terminal_size().columns

    def show(pending: Collection[str]) -> None:
        line = f"{total - len(pending)} of {total} done, waiting for {', '.join(islice(pending, 20))}"
        environment.talk(f"\r\x1b[K{line if len(line) < width else line[: width - 4] + '...'}", end="")

    return show


def make_debug(environment: Environment, *, wanted: bool) -> Callable[[str], None] | None:
    """Return a function that logs debug lines to stderr, or ``None`` without ``--debug``."""
    return (lambda line: environment.talk(f"balance: debug: {line}")) if wanted else None
