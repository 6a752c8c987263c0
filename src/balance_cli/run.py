"""One run of the program: the command line in, the process's exit code out, whatever happens between."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import typer

from balance_cli.cli import command
from balance_cli.errors import Failure, Misconfigured
from balance_cli.exits import NAGIOS_UNKNOWN, Exit
from balance_cli.out import leave, talk


class Terminated(BaseException):
    """The process was asked to end."""


def run(arguments: Sequence[str]) -> None:
    """Run the command line and end the process at once: threads that still wait for a provider are left behind."""
    debug = "--debug" in arguments
    code: int
    try:
        signal.signal(signal.SIGTERM, _terminated)
        code = _code(arguments)
    except Terminated:
        code = Exit.TERMINATED
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except BaseException as error:  # noqa: BLE001 - whatever it was, it must not look like a verdict
        if debug:
            import traceback

            traceback.print_exc()
        talk(f"balance: this is a bug: {type(error).__name__} ({'please report it' if debug else 'run with --debug'})")
        code = NAGIOS_UNKNOWN if _for_nagios(arguments) else Exit.CRASH
    leave(code)


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
    if isinstance(error, typer.TyperException):
        return _misused(error, arguments)
    if isinstance(error, Failure):
        talk(f"balance: {error.said()}")
        return Exit.MISCONFIGURED if isinstance(error, Misconfigured) else Exit.UNKNOWN
    talk(f"balance: stdout could not be written: {error.strerror or 'it is closed'}")  # the help: the rest is emitted
    return Exit.CRASH


def _misused(error: typer.TyperException, arguments: Sequence[str]) -> Exit:
    """Say what is wrong with the flags; a command without any words shows its help."""
    from balance_cli.cli._words import said
    from balance_cli.text import clean

    text = error.format_message()
    talk(text if text.startswith("Usage:") else f"balance: {clean(text, 300)} (see `{said(arguments).path} --help`)")
    return Exit.MISCONFIGURED


def _for_nagios(arguments: Sequence[str]) -> bool:
    from balance_cli.cli._words import said

    path, given = said(arguments)
    return path == "balance check" and given.get("output") == "nagios"


def _terminated(_: int, __: FrameType | None) -> NoReturn:
    raise Terminated
