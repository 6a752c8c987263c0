"""One run of the program: the command line in, the process's exit code out, whatever happens between."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final, NoReturn

import typer

from balance_cli.cli import command
from balance_cli.errors import Failure, Misconfigured
from balance_cli.exits import NAGIOS_UNKNOWN, Exit
from balance_cli.terminal.out import leave, talk

_SIGNALS: Final = [
    getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM") if hasattr(signal, name)
]
_UNWINDING: Final = 0.5
"""The seconds within which a signal ends the process, whatever it is doing."""


class Ended(BaseException):
    """A signal asks the process to end; ``code`` is what it then ends with."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def run(arguments: Sequence[str]) -> None:
    """Run the command line and end the process at once: threads that still wait for a provider are left behind."""
    code: int
    try:
        try:
            _listen(_end)
            code = _caught(arguments)
        finally:
            _listen(_deaf)
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except Ended as ended:
        code = ended.code
    _leave(code)


def _listen(handler: Callable[[int, FrameType | None], object]) -> None:
    """Set what becomes of the signals that end a process; one that its user wants ignored (``nohup``) stays so."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _end(number: int, _: FrameType | None) -> NoReturn:
    """Unwind, once; where something swallows that, or keeps it up, end the process all the same."""
    _listen(_deaf)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: _leave(128 + number))
        signal.setitimer(signal.ITIMER_REAL, _UNWINDING)
    raise KeyboardInterrupt if number == signal.SIGINT else Ended(number)


def _deaf(_: int, __: FrameType | None) -> None:
    """Do nothing: the process ends already."""


def _leave(code: int) -> None:
    if children := sys.modules.get("balance_cli.keys.children"):  # only where a command was started
        children.end()
    leave(code)


def _caught(arguments: Sequence[str]) -> int:
    """Return the exit code of a command line, also where it fails as nobody expected."""
    try:
        return _code(arguments)
    except (Ended, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it was, it must not look like a verdict
        debug = "--debug" in arguments
        if debug:
            import traceback

            traceback.print_exc()
        talk(f"balance: this is a bug: {type(error).__name__} ({'please report it' if debug else 'run with --debug'})")
        return NAGIOS_UNKNOWN if _for_nagios(arguments) else Exit.CRASH


def _code(arguments: Sequence[str]) -> int:
    try:
        if sys.stdout is None:  # Typer would print its help nowhere, and call that a success
            sys.stdout = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - whatever is written to it fails
        return int(command(arguments).main(list(arguments), prog_name="balance", standalone_mode=False) or 0)
    except typer.Abort:
        return Exit.INTERRUPTED
    except SystemExit:  # Typer's answer to a reader of the help that has gone
        return Exit.BROKEN_PIPE
    except (typer.TyperException, Failure, OSError) as error:
        code = _stopped(error, arguments)
        return NAGIOS_UNKNOWN if _for_nagios(arguments) else code


def _stopped(error: typer.TyperException | Failure | OSError, arguments: Sequence[str]) -> Exit:
    """Say in one line what stopped the run; return what that comes to."""
    from balance_cli.keys.pasted import without_keys

    if isinstance(error, typer.TyperException):
        return _misused(error, arguments)
    if isinstance(error, Failure):
        talk(f"balance: {without_keys(error.said())}")
        return Exit.MISCONFIGURED if isinstance(error, Misconfigured) else Exit.UNKNOWN
    talk(f"balance: stdout could not be written: {error.strerror or 'it is closed'}")  # the help: the rest is emitted
    return Exit.CRASH


def _misused(error: typer.TyperException, arguments: Sequence[str]) -> Exit:
    """Say what is wrong with the flags; a command without any words shows its help."""
    from balance_cli.cli._words import said
    from balance_cli.keys.pasted import without_keys
    from balance_cli.text import clean

    text = without_keys(error.format_message())
    talk(text if text.startswith("Usage:") else f"balance: {clean(text, 300)} (see `{said(arguments).path} --help`)")
    return Exit.MISCONFIGURED


def _for_nagios(arguments: Sequence[str]) -> bool:
    from balance_cli.cli._words import said

    path, given = said(arguments)
    return path == "balance check" and given.get("output") == "nagios"
