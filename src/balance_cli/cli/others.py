"""The small commands: open, providers, demo, init, completion, schema, statusline."""

from typing import Annotated

import typer

from balance_cli.cli._frame import (
    COLORS,
    ColorOption,
    ConfigOption,
    DebugOption,
    JsonOption,
    parse_choice,
    parse_optional,
    parse_value,
)
from balance_cli.registry import stems


def open(  # noqa: A001 - the name of the command
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A profile or a provider; not needed if there is only one profile."),
    ] = None,
    print_only: Annotated[
        bool, typer.Option("--print", help="Print the address of the page, and open nothing.")
    ] = False,
    config: ConfigOption = None,
) -> int:
    """Open the page to top up in the browser.

    For a self-hosted gateway, open its own site. Without a browser, over ssh, and if stdout is not a terminal, print
    the address of the page instead.
    """
    from balance_cli.commands import open as command

    return command.open_page(context.obj, name, config, print_only=print_only)


def providers(
    context: typer.Context,
    provider: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A provider, or part of its ID or name.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """List the providers, or show one in full."""
    from balance_cli.commands import providers as command

    return command.providers(context.obj, provider, as_json=json)


def demo(
    context: typer.Context,
    serve: Annotated[
        bool, typer.Option("--serve", help="Keep the demo server running, and print the command line to try.")
    ] = False,
    port: Annotated[
        str, typer.Option("--port", metavar="PORT", help="Port of the demo server; 0 for any free port.")
    ] = "0",
    color: ColorOption = "auto",
    debug: DebugOption = False,
) -> int:
    """Try `balance` without any account.

    All requests go to a server on this machine.
    """
    from balance_cli.commands import demo as command
    from balance_cli.values import parse_port

    return command.demo(
        context.obj,
        serve=serve,
        port=parse_value(parse_port, port, "--port"),
        color=parse_choice(color, COLORS, "--color"),
        debug=debug,
    )


def init(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing, and add the profiles whose keys work.")] = False,
    no_try: Annotated[bool, typer.Option("--no-try", help="Make no requests, and do not try the keys.")] = False,
    minimum: Annotated[
        str | None,
        typer.Option(
            "--min",
            metavar="AMOUNT[UNIT]",
            help="Give each new profile this minimum, or none. With --yes, it is 1USD by default.",
        ),
    ] = None,
    config: ConfigOption = None,
    debug: DebugOption = False,
) -> int:
    """Create profiles for keys on this machine.

    On a terminal, try all keys at once, and ask about each. In a pipe, make no requests, and print the profiles
    instead, unless --yes is given.
    """
    from balance_cli.commands import init as command
    from balance_cli.minimum import parse_minimum_or_none

    parse_optional(parse_minimum_or_none, minimum, "--min")
    asked = command.InitOptions(minimum=minimum, yes=yes, try_keys=not no_try, config=config, debug=debug)
    return command.init(context.obj, asked)


def completion(
    context: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help=f"One of {', '.join(stems('shells'))}.")],
) -> int:
    """Print a shell's completion script.

    Its first lines say how to install it.
    """
    from balance_cli.commands import completion as command

    return command.completion(context.obj, parse_choice(shell, stems("shells"), "SHELL"))


def schema(context: typer.Context) -> int:
    """Print the JSON Schema of `balance check --json`."""
    from balance_cli.commands import schema as command

    return command.schema(context.obj)


def statusline(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Profiles to show too, as last read by `balance check --max-age`."),
    ] = None,
    config: ConfigOption = None,
) -> int:
    """Act as the status line of Claude Code: print what it reports about a plan, and keep it.

    The provider claude reads what was kept.
    """
    from balance_cli.commands import statusline as command

    return command.statusline(context.obj, names or [], config)
