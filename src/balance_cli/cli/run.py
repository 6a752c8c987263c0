"""`balance run`."""

import shlex
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from balance_cli.cli._frame import (
    COLORS,
    ColorOption,
    ConfigOption,
    DebugOption,
    make_epilog,
    parse_choice,
    parse_optional,
    parse_value,
)
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.exits import JOB_MEANINGS

_EPILOG: Final = make_epilog(
    JOB_MEANINGS,
    "  else the code of COMMAND; if a signal killed it, the same signal kills balance",
)


class _RunCommand(TyperCommand):
    """A command with another one after ``--``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what is before ``--``; what follows becomes ``ctx.args``."""
        place = args.index("--") if "--" in args else len(args)
        words, job = args[:place], args[place + 1 :]
        if not job and not {"-h", "--help", "--version"} & {*words}:
            raise _report_missing_command(ctx.obj, self, words, dashes=place < len(args))
        rest = super().parse_args(ctx, words)
        ctx.args = job
        return rest


SETTINGS: Final[dict[str, Any]] = {"epilog": _EPILOG, "cls": _RunCommand}


def _report_missing_command(
    environment: Environment, command: Any, words: Sequence[str], *, dashes: bool
) -> Misconfigured:
    """Return an error with the line that the user probably meant."""
    from balance_cli.cli._words import count_own_words
    from balance_cli.config import load as configs
    from balance_cli.keys.pasted import hide_keys
    from balance_cli.providers import ids
    from balance_cli.text import clean

    known = set(ids())
    with suppress(Misconfigured):
        known |= {profile.name for profile in configs.load(environment).profiles}
    place = len(words) if dashes else count_own_words(command, words, known)
    own, job = shlex.join(words[:place]), shlex.join(words[place:])
    line = " ".join(filter(None, ["balance run", own, "--", job or "COMMAND"]))
    problem = "there is no -- before the command" if job else "there is no command to run"
    return Misconfigured(problem, hint=f"`{clean(hide_keys(line))}`")


def run(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]... -- COMMAND...", help="Profiles or providers to look at, and the command to run."
        ),
    ] = None,
    minimums: Annotated[
        list[str] | None,
        typer.Option(
            "--min", metavar="AMOUNT[UNIT]", help="Stop the command if less remains: 5, 5USD, 10%. Repeatable."
        ),
    ] = None,
    spend: Annotated[
        list[str] | None,
        typer.Option(
            "--spend", metavar="AMOUNT[UNIT]", help="Stop the command once this much was spent: 2, 2USD. Repeatable."
        ),
    ] = None,
    every: Annotated[
        str, typer.Option("--every", metavar="TIME", help="Longest time between two looks at the balances.")
    ] = "60s",
    number: Annotated[
        str, typer.Option("--signal", metavar="SIGNAL", help="Signal that asks the command to end.")
    ] = "TERM",
    grace: Annotated[str, typer.Option("--grace", metavar="TIME", help="Time from that signal until SIGKILL.")] = "10s",
    blind: Annotated[
        str, typer.Option("--blind", metavar="TIME", help="How long the command may run while no balance can be read.")
    ] = "1h",
    settle: Annotated[
        str | None,
        typer.Option("--settle", metavar="TIME", help="Wait after the end: some providers book use late."),
    ] = None,
    report: Annotated[
        str | None, typer.Option("--report", metavar="PATH", help="Also write how it went to PATH, as JSON.")
    ] = None,
    timeout: Annotated[
        str | None, typer.Option("--timeout", metavar="TIME", help="Time limit for each look (default 15s).")
    ] = None,
    config: ConfigOption = None,
    color: ColorOption = "auto",
    debug: DebugOption = False,
) -> int:
    """Run a command only while there is enough: stop it when a balance runs low.

    COMMAND starts if every balance is known and high enough, and gets the terminal, stdin and stdout unchanged. While
    it runs, balance looks again at half the time that the nearest minimum lasts at the fastest pace seen, at least
    every --every. To stop the command, it sends --signal to all its processes, and SIGKILL after --grace.

    This is a brake and no guarantee: a burst between two looks, use that is booked late, and other users of the same
    key can go below the minimum. Killing balance ends the command too. Systems other than Linux do not find processes
    whose parent has ended.
    """
    from balance_cli.commands import run as command
    from balance_cli.job.brake import Limits
    from balance_cli.job.keeper import Stop
    from balance_cli.minimum import parse_minimum
    from balance_cli.values import parse_seconds, parse_timeout

    return command.run(
        context.obj,
        command.RunOptions(
            names=names or [],
            command=context.args,
            minimums=[parse_value(parse_minimum, text, "--min") for text in minimums or []],
            limits=Limits(
                spend=[parse_value(_parse_spend, text, "--spend") for text in spend or []],
                every=parse_value(_parse_interval, every, "--every"),
                blind=parse_value(parse_seconds, blind, "--blind"),
            ),
            stop=Stop(parse_value(_parse_signal, number, "--signal"), parse_value(parse_seconds, grace, "--grace")),
            settle=parse_optional(parse_seconds, settle, "--settle"),
            report=report,
            timeout=parse_optional(parse_timeout, timeout, "--timeout"),
            config=config,
            color=parse_choice(color, COLORS, "--color"),
            debug=debug,
        ),
    )


def _parse_spend(text: str) -> Any:
    from balance_cli.minimum import parse_minimum

    limit = parse_minimum(text)
    if limit.amount <= 0 or limit.unit == "%":
        raise ValueError(f'"{limit}" is not an amount above zero, like 2 or 2USD')
    return limit


def _parse_interval(text: str) -> float:
    from balance_cli.values import parse_seconds

    seconds = parse_seconds(text)
    if seconds < 1:
        raise ValueError("must be at least one second")
    return seconds


def _parse_signal(text: str) -> int:
    """Return the number of a signal that can end a process: ``TERM``, ``SIGTERM`` or ``15``."""
    name = text.upper().removeprefix("SIG")
    stopping = {"STOP", "TSTP", "TTIN", "TTOU", "CONT", "CHLD", "WINCH", "URG"}
    known = {one.name.removeprefix("SIG"): one for one in signal.Signals}
    found = known.get(name) or next((one for one in known.values() if str(int(one)) == text), None)
    if found is None or found.name.removeprefix("SIG") in stopping:
        raise ValueError(f"{text!r} is not a signal that ends a process, like TERM, INT or KILL")
    return int(found)
