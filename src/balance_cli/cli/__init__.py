"""The command line: parse, call one function, return its exit code. No logic.

A command is a function of one of these files, and only the file of the one that is asked for is loaded.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Final

import typer

from balance_cli import __version__
from balance_cli.cli._frame import EPILOG, PLAIN, ColorOption, ConfigOption, DebugOption

COMMANDS: Final = {
    "check": "check",
    "history": "history",
    "providers": "others",
    "demo": "others",
    "init": "others",
    "completion": "others",
    "schema": "others",
    "profile": "profile",
    "config": "config",
}
"""Every command or group of commands, in the order of the help, and the file that has the function of its name."""


def app(arguments: Sequence[str] = ()) -> typer.Typer:
    """Return the command line: all of it, or no other command than the one that ``arguments`` begin with.

    Typer builds every command that there is, whichever is asked for.
    """
    first, second = (*arguments[:2], "", "")[:2]
    names = [first] if first in COMMANDS and first != "completion" else COMMANDS  # whose scripts are about all of them
    made = typer.Typer(
        name="balance", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, **PLAIN
    )
    made.callback(epilog=EPILOG)(root)
    for name in names:
        command = getattr(import_module(f"balance_cli.cli.{COMMANDS[name]}"), name)
        if isinstance(command, typer.Typer):
            asked = [one for one in command.registered_commands if one.name == second]
            command.registered_commands = asked or command.registered_commands
            made.add_typer(command, name=name)
        else:
            made.command(name, epilog=EPILOG)(command)
    return made


def _version(asked: bool) -> None:
    if asked:
        from balance_cli.out import emit

        raise typer.Exit(emit(f"balance {__version__}\n"))


def root(
    context: typer.Context,
    config: ConfigOption = None,
    color: ColorOption = "auto",
    debug: DebugOption = False,
    version: Annotated[  # noqa: ARG001 - answered by its callback, before any command is looked for
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Is there enough left? Asks API providers for balances, and gates scripts on them."""
    given = {"color": color, "debug": debug, **({"config": config} if config else {})}
    below = dict.fromkeys(("list", "add", "remove", "path", "check"), given)
    context.default_map = {name: {**given, **below} for name in COMMANDS}
