"""`balance check`."""

from typing import Annotated, Final

import typer

from balance_cli.cli._frame import (
    COLORS,
    EPILOG,
    ColorOption,
    ConfigOption,
    DebugOption,
    JsonOption,
    parse_choice,
    parse_optional,
    parse_own_format,
    parse_value,
)
from balance_cli.registry import stems

SETTINGS: Final = {"epilog": EPILOG}


def check(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Profiles, or providers whose key is in the usual variable."),
    ] = None,
    minimums: Annotated[
        list[str] | None,
        typer.Option(
            "--min", metavar="AMOUNT[UNIT]", help="Exit with 3 if less remains: 5, 5USD, 100credits, 10%. Repeatable."
        ),
    ] = None,
    json: JsonOption = False,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FORMAT",
            help=f"Output format: {', '.join(stems('render'))} (-o help describes them).",
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="TEXT",
            help="Print TEXT for each profile: '{profile}: {remaining} {unit}' (--format help lists the fields).",
        ),
    ] = None,
    output_file: Annotated[
        str | None,
        typer.Option("--output-file", metavar="PATH", help="Write to PATH instead of stdout, atomically."),
    ] = None,
    warn: Annotated[
        list[str] | None,
        typer.Option(
            "--warn", metavar="AMOUNT[UNIT]", help="Warn below this amount (only with -o nagios). Repeatable."
        ),
    ] = None,
    watch: Annotated[
        str | None,
        typer.Option("--watch", metavar="TIME", help="Repeat the check every TIME: 30s, 5m, 1h (at least 10s)."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="STATUS", help="With --watch, end as soon as all is ok, or anything is low."),
    ] = None,
    length: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="TIME", help="With --watch, end after this time, with the code of the last look."
        ),
    ] = None,
    on_change: Annotated[
        str | None,
        typer.Option(
            "--on-change",
            metavar="COMMAND",
            help="Run COMMAND in a shell when a verdict has changed since the last look, with the JSON on its stdin.",
        ),
    ] = None,
    changes: Annotated[
        bool, typer.Option("--changes", help="Print nothing unless a verdict has changed since the last look.")
    ] = False,
    min_days: Annotated[
        str | None,
        typer.Option(
            "--min-days",
            metavar="TIME",
            help="Exit with 3 unless it lasts this long, even in a surge: 36h, 2d, 1w.",
        ),
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Add this check to the history.")] = False,
    window: Annotated[
        str | None,
        typer.Option(
            "--window", metavar="TIME", help="How far back to measure the burn rate: 1h or more (default 7d)."
        ),
    ] = None,
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age", metavar="TIME", help="Take a reading that is at most this old instead of asking: 60s, 10m."
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("-q", "--quiet", help="Print no table; on stderr, print one line per problem."),
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="Show every balance, not only those that gate.")] = False,
    timeout: Annotated[
        str | None, typer.Option("--timeout", metavar="TIME", help="Time limit for the whole run (default 15s).")
    ] = None,
    config: ConfigOption = None,
    color: ColorOption = "auto",
    debug: DebugOption = False,
) -> int:
    """Read balances and compare them with minimums.

    Without names, check every profile in the config, or if there are none, every provider whose usual variable is set.
    --min and --min-days replace the profiles' own minimums. Without a minimum, a balance must be above zero.
    """
    from balance_cli.commands import check as command
    from balance_cli.commands.options import CheckOptions
    from balance_cli.minimum import parse_minimum
    from balance_cli.values import parse_age, parse_days, parse_seconds, parse_timeout, parse_window

    if output == "help":
        return command.formats(context.obj)
    if template == "help":
        return command.fields(context.obj)
    wanted = parse_own_format(template, output, stems("render"), json=json)
    if warn and wanted != "nagios":
        raise typer.BadParameter("requires -o nagios", param_hint="--warn")
    asked = CheckOptions(
        names=names or [],
        minimums=[parse_value(parse_minimum, text, "--min") for text in minimums or []],
        warnings=[parse_value(parse_minimum, text, "--warn") for text in warn or []],
        form=wanted,
        template=parse_optional(command.parse_template, template, "--format") or "",
        file=output_file,
        quiet=quiet,
        details=details,
        timeout=parse_optional(parse_timeout, timeout, "--timeout"),
        config=config,
        color=parse_choice(color, COLORS, "--color"),
        debug=debug,
        record=record,
        min_days=parse_optional(parse_days, min_days, "--min-days"),
        window=parse_optional(parse_window, window, "--window"),
        changes=changes,
        on_change=parse_optional(_parse_command, on_change, "--on-change"),
        max_age=parse_optional(parse_age, max_age if watch is None else max_age or "0", "--max-age"),
    )
    if watch is None:
        for option, value in {"--until": until, "--for": length}.items():
            if value is not None:
                raise typer.BadParameter("requires --watch", param_hint=option)
        return command.check(context.obj, asked)
    from balance_cli.commands import watch as watching

    interval = parse_value(parse_seconds, watch, "--watch")
    if interval < watching.LEAST:
        raise typer.BadParameter(f"must be at least {watching.LEAST}s", param_hint="--watch")
    plan = watching.Plan(
        interval,
        until=None if until is None else parse_choice(until, watching.UNTIL, "--until"),
        length=parse_optional(parse_seconds, length, "--for"),
    )
    return watching.watch(context.obj, asked, plan)


def _parse_command(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text
