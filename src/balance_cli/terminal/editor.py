"""The user's editor: run it on a file, and wait until it is closed."""

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured

_USUAL: Final = "notepad" if os.name == "nt" else "vi"
_HINT: Final = "set VISUAL to the command of your editor"


def run_editor(environment: Environment, file: Path) -> None:
    """Open a file in $VISUAL, $EDITOR or the usual editor; raise Misconfigured if that fails."""
    words = _find_command(environment)
    with _ignore_keys():
        try:
            process = subprocess.Popen([*words, str(file)])  # noqa: S603 - the user's own command
        except OSError as error:
            raise Misconfigured(f"cannot run the editor {words[0]}: {error.strerror}", hint=_HINT) from None
        try:
            code = process.wait()
        except BaseException:
            process.terminate()  # unlike a kill, this lets an editor save what it can
            raise
    if code:
        raise Misconfigured(f"the editor {words[0]} ended with code {code}", hint="nothing was saved")


def _find_command(environment: Environment) -> list[str]:
    variables = environment.variables
    try:
        return shlex.split(variables.get("VISUAL") or variables.get("EDITOR") or _USUAL) or [_USUAL]
    except ValueError:
        raise Misconfigured("the command of the editor has an unclosed quote", hint=_HINT) from None


@contextmanager
def _ignore_keys() -> Iterator[None]:
    """Ignore keys like Ctrl-C in this process: the terminal also sends them to the editor, which decides."""
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
