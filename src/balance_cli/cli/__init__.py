"""The command line: parse, call one function, return its exit code. No logic.

A command is a function of one of these files, and only the file of the one that is asked for is loaded.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from importlib import import_module
from typing import Annotated, Any, Final

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


def command(arguments: Sequence[str] = ()) -> Any:
    """Return what ``app`` comes to, where every command also takes the options that stand before one."""
    made = typer.main.get_command(app(arguments))
    for one in _leaves(made):
        have = {param.name for param in one.params}
        one.params += [_accepted(option) for option in made.params if option.name not in have]
    return made


def _leaves(made: Any) -> Iterator[Any]:
    if below := getattr(made, "commands", None):
        for one in below.values():
            yield from _leaves(one)
    else:
        yield made


def _accepted(option: Any) -> Any:
    """Return an option that a command takes without a use for it."""
    taken = copy(option)
    taken.hidden, taken.expose_value = True, False
    return taken


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
        from balance_cli.terminal.out import emit

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
    given = {"color": color, "debug": debug, **({} if config is None else {"config": config})}
    context.default_map = _below(context.command, given)


def _below(made: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given before a command as the defaults of every command."""
    commands = getattr(made, "commands", None)
    return {name: _below(one, given) for name, one in commands.items()} if commands else dict(given)
