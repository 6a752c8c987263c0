"""`balance history`."""

from typing import Annotated

import typer

from balance_cli.cli._frame import (
    COLORS,
    ColorOption,
    ConfigOption,
    JsonOption,
    parse_choice,
    parse_format,
    parse_value,
)

FORMATS = ("csv", "json", "table")


def history(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]... | import FILE...", help="Profiles to show, or log files to import (- for stdin)."
        ),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="How far back to look: 30m, 12h, 7d, 2w.")
    ] = "7d",
    window: Annotated[
        str, typer.Option("--window", metavar="TIME", help="How far back to measure the burn rate: 1h or more.")
    ] = "7d",
    json: JsonOption = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="KIND", help=f"Output format: {', '.join(FORMATS)}.")
    ] = None,
    runs: Annotated[bool, typer.Option("--runs", help="Show the jobs of `balance run` instead of balances.")] = False,
    plot: Annotated[str | None, typer.Option("--plot", metavar="NAME", help="Draw a chart of this profile.")] = None,
    config: ConfigOption = None,
    color: ColorOption = "auto",
) -> int:
    """Show how balances changed, and how long they will last.

    `balance check --record` adds to the history. `balance history import FILE` adds earlier output of
    `balance check --json`; FILE may contain any number of documents. To show a profile called import, name it after
    another one, or use --plot.
    """
    from balance_cli.commands import history as command
    from balance_cli.errors import Misconfigured
    from balance_cli.values import parse_span, parse_window

    if names and names[0] == "import":  # no sub-command: a group of Typer's takes either names or commands
        if not names[1:]:
            raise Misconfigured("history import needs a file", hint="`balance history import FILE`, or - for stdin")
        return command.add(context.obj, names[1:], config)
    wanted = parse_format(output, FORMATS, json=json)
    if plot and (json or output or names or runs):
        raise typer.BadParameter("cannot be combined with NAME, --runs, --json or -o", param_hint="--plot")
    return command.history(
        context.obj,
        command.Asked(
            names=names or [],
            since=parse_value(parse_span, since, "--since"),
            window=parse_value(parse_window, window, "--window"),
            form=wanted,
            plot=plot,
            runs=runs,
            config=config,
            color=parse_choice(color, COLORS, "--color"),
        ),
    )
