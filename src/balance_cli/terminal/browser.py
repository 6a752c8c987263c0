"""The user's browser: whether there is one where the user sees it, and open a page in it."""

import shutil
import signal
import sys
from typing import Final

from balance_cli.environment import Environment

_REMOTE: Final = ("SSH_CONNECTION", "SSH_TTY")
_LOCAL: Final = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
_DESKTOP: Final = sys.platform in {"darwin", "win32"}
"""Whether this system always has a display and a default browser."""


def is_visible(environment: Environment) -> bool:
    """Return whether the user would see a page that is opened here: not over ssh, and not without a display."""
    if any(environment.variables.get(name) for name in _REMOTE):
        return False
    return _DESKTOP or any(environment.variables.get(name) for name in _LOCAL)


def launch(environment: Environment, page: str) -> bool:
    """Open a page in $BROWSER, or else in the default browser; return whether one was found."""
    if hasattr(signal, "SIGHUP"):  # inherited by the browser, which must outlive a terminal that ends with this process
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if environment.variables.get("BROWSER") or not (_DESKTOP or shutil.which("xdg-open")):
        import webbrowser  # unlike typer.launch, honors $BROWSER everywhere and tells that no browser was found

        return webbrowser.open(page)
    import typer

    return typer.launch(page) == 0
