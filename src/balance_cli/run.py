"""One run of the program: from the command line to the exit code of the process, whatever happens."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType
from typing import Final, NoReturn

import typer

from balance_cli.cli import command
from balance_cli.environment import Environment
from balance_cli.errors import Failure, Misconfigured
from balance_cli.exits import NAGIOS_UNKNOWN, Exit, JobExit

_SIGNALS: Final = [
    getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM") if hasattr(signal, name)
]
_UNWINDING: Final = 0.5
"""Maximum seconds between a signal and the end of the process."""


class Ended(BaseException):
    """A signal asks the process to end; ``code`` is the exit code."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def run(arguments: Sequence[str], environment: Environment) -> None:
    """Run the command line and end the process, without waiting for threads that still wait for a provider."""
    code: int
    received: list[int] = []
    try:
        try:
            _set_handlers(partial(_unwind, received))
            code = _run_safely(arguments, environment, received)
        finally:
            _set_handlers(_ignore)
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except Ended as ended:
        code = ended.code
    _leave(code)


def _set_handlers(handler: Callable[[int, FrameType | None], object]) -> None:
    """Set the handler of the terminating signals, except for one that is ignored, as under ``nohup``."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _unwind(received: list[int], number: int, _: FrameType | None) -> NoReturn:
    """Unwind the stack once; a timer ends the process anyway if that is swallowed or takes too long.

    In a destructor or the callback of a weak reference, Python swallows the exception and would print a traceback.
    """
    _set_handlers(_ignore)
    sys.unraisablehook = lambda _: None
    received.append(number)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: _leave(128 + number))
        signal.setitimer(signal.ITIMER_REAL, _UNWINDING)
    raise _make_exception(number)


def _make_exception(number: int) -> BaseException:
    return KeyboardInterrupt() if number == signal.SIGINT else Ended(number)


def _ignore(_: int, __: FrameType | None) -> None:
    """Do nothing: the process is already ending."""


def _leave(code: int) -> None:
    if children := sys.modules.get("balance_cli.keys.children"):  # only where a command was started
        children.kill_all()
    if code < 0:  # a signal killed the job of `balance run`
        from balance_cli.job.signals import die_of

        die_of(-code)
    os._exit(128 - code if code < 0 else code)  # without flushing streams again or joining threads


def _run_safely(arguments: Sequence[str], environment: Environment, received: Sequence[int]) -> int:
    """Return the exit code of a command line, even if it fails with a bug."""
    try:
        return _run_command(arguments, environment)
    except (Ended, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - no error may look like a verdict
        if received:  # importing a C extension turns the exception of a signal into an ImportError
            raise _make_exception(received[0]) from None
        debug = "--debug" in arguments
        if debug:
            import traceback

            traceback.print_exc()
        advice = "please report it" if debug else "run with --debug"
        environment.talk(f"balance: this is a bug: {type(error).__name__} ({advice})")
        return _convert_code(Exit.CRASH, arguments)


def _run_command(arguments: Sequence[str], environment: Environment) -> int:
    try:
        main = command(arguments).main
        return int(main(list(arguments), prog_name="balance", standalone_mode=False, obj=environment) or 0)
    except typer.Abort:
        return Exit.INTERRUPTED
    except SystemExit:  # Typer exits like this if the reader of its help has gone
        return Exit.BROKEN_PIPE
    except (typer.TyperException, Failure, OSError) as error:
        return _convert_code(_report_stop(error, arguments, environment), arguments)


def _report_stop(
    error: typer.TyperException | Failure | OSError, arguments: Sequence[str], environment: Environment
) -> Exit:
    """Print one line about what stopped the run; return the exit code."""
    from balance_cli.keys.pasted import hide_keys

    if isinstance(error, typer.TyperException):
        return _report_misuse(error, arguments, environment)
    if isinstance(error, Failure):
        environment.talk(f"balance: {hide_keys(error.describe())}")
        return Exit.MISCONFIGURED if isinstance(error, Misconfigured) else Exit.UNKNOWN
    why = error.strerror or "it is closed"
    environment.talk(
        f"balance: cannot write to stdout: {why}"
    )  # only help gets here; all other output goes through emit
    return Exit.CRASH


def _report_misuse(error: typer.TyperException, arguments: Sequence[str], environment: Environment) -> Exit:
    """Print what is wrong with the arguments, or the help for a command without any."""
    text = error.format_message()
    if not text.startswith("Usage:"):
        from balance_cli.cli._mistakes import explain
        from balance_cli.keys.pasted import hide_keys
        from balance_cli.text import clean

        text = f"balance: {clean(hide_keys(explain(error, arguments)), 300)}"
    environment.talk(text)
    return Exit.MISCONFIGURED


def _convert_code(code: Exit, arguments: Sequence[str]) -> int:
    """Return the exit code for a run that failed: Nagios, and `balance run`, give the usual ones another meaning."""
    from balance_cli.cli._words import read_words

    words = read_words(arguments)
    if words.path == "balance run":
        return JobExit.UNKNOWN if code == Exit.UNKNOWN else JobExit.TROUBLE
    return NAGIOS_UNKNOWN if words.path == "balance check" and words.given.get("output") == "nagios" else code
