"""`balance check`."""

from typing import Annotated

import typer

from balance_cli.cli._frame import (
    COLORS,
    ColorOption,
    ConfigOption,
    DebugOption,
    JsonOption,
    choice,
    form,
    optional,
    parsed,
)
from balance_cli.registry import stems


def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="A profile, or a provider whose key is in its usual variable."),
    ] = None,
    minimums: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="AMOUNT[UNIT]", help="At least this: 5, 5USD, 100credits, 10%. Repeatable."),
    ] = None,
    json: JsonOption = False,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FORMAT",
            help=f"The format: {', '.join(stems('render'))}; `-o help` explains them.",
        ),
    ] = None,
    output_file: Annotated[
        str | None,
        typer.Option("--output-file", metavar="PATH", help="Write it there instead, whole or not at all."),
    ] = None,
    warn: Annotated[
        list[str] | None,
        typer.Option("--warn", metavar="AMOUNT[UNIT]", help="A warning below this, with -o nagios. Repeatable."),
    ] = None,
    watch: Annotated[
        str | None, typer.Option("--watch", metavar="SECONDS", help="Look again so often, 10 s or more apart.")
    ] = None,
    min_days: Annotated[
        str | None, typer.Option("--min-days", metavar="DAYS", help="It must last so long at its pace.")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Add what was read to the history.")] = False,
    window: Annotated[
        str | None, typer.Option("--window", metavar="TIME", help="The pace is that of the last 7d, or of this.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="No table; on stderr a line for each profile that is not ok.")
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="Every balance, not only those that gate.")] = False,
    timeout: Annotated[
        str | None, typer.Option("--timeout", metavar="SECONDS", help="For the whole run, all of it (default 15).")
    ] = None,
    config: ConfigOption = None,
    color: ColorOption = "auto",
    debug: DebugOption = False,
) -> int:
    """Read balances and hold them against minimums.

    Without names it takes every profile of the config, or where there is none every provider whose usual variable is
    set. --min and --min-days replace the profiles' own; without a minimum, a balance must have more than nothing left.
    """
    from balance_cli.commands import check as command
    from balance_cli.config.values import days, seconds, span
    from balance_cli.minimum import minimum

    if output == "help":
        return command.formats()
    wanted = form(output, stems("render"), json=json)
    if warn and wanted != "nagios":
        raise typer.BadParameter("it is for -o nagios, the others know one minimum", param_hint="--warn")
    asked = command.Asked(
        names=names or [],
        minimums=[parsed(minimum, text, "--min") for text in minimums or []],
        warnings=[parsed(minimum, text, "--warn") for text in warn or []],
        form=wanted,
        file=output_file,
        quiet=quiet,
        details=details,
        timeout=optional(seconds, timeout, "--timeout"),
        config=config,
        color=choice(color, COLORS, "--color"),
        debug=debug,
        record=record,
        min_days=optional(days, min_days, "--min-days"),
        window=optional(span, window, "--window"),
    )
    if watch is None:
        return command.check(asked)
    if quiet:
        raise typer.BadParameter("a watch that says nothing is none", param_hint="--watch and -q")
    from balance_cli.commands import watch as watching

    every = parsed(seconds, watch, "--watch")
    if every < watching.LEAST:
        raise typer.BadParameter(f"at least {watching.LEAST} s apart", param_hint="--watch")
    return watching.watch(asked, every)
