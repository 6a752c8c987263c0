"""The command line: parse arguments, call one function, return its exit code. No logic.

Each command is a function in one of these files; only the file of the command that runs is imported.
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
    "run": "run",
    "history": "history",
    "open": "others",
    "providers": "others",
    "demo": "others",
    "init": "others",
    "completion": "others",
    "statusline": "others",
    "schema": "others",
    "profile": "profile",
    "config": "config",
}
"""All commands and groups of commands, in the order of the help, and the file with the function of that name."""


def command(arguments: Sequence[str] = ()) -> Any:
    """Return the Click command of ``app``; let every command accept the global options, even those it does not use."""
    group = typer.main.get_command(app(arguments))
    for one in _iterate_commands(group):
        one.context_class = _Context
        one.short_help = (one.help or "").partition("\n")[0].partition(". ")[0].rstrip(".") + "."  # never cut off
        if not hasattr(one, "commands"):
            own = {param.name for param in one.params}
            one.params += [_ignore(option) for option in group.params if option.name not in own]
    return group


class _Context(typer.Context):
    """The context of a command, with our own formatter of its help."""

    def make_formatter(self) -> Any:
        """Return the formatter."""
        from balance_cli.cli._help import Formatter

        return Formatter()


def _iterate_commands(group: Any) -> Iterator[Any]:
    """Yield a command, and all commands below it."""
    yield group
    for one in getattr(group, "commands", {}).values():
        yield from _iterate_commands(one)


def _ignore(option: Any) -> Any:
    """Return a hidden copy of an option whose value is not passed to the command."""
    ignored = copy(option)
    ignored.hidden, ignored.expose_value = True, False
    return ignored


def app(arguments: Sequence[str] = ()) -> typer.Typer:
    """Return the Typer app, with only the command that ``arguments`` start with, if they start with one.

    Typer builds all commands that it is given, which costs time.
    """
    first, second = (*arguments[:2], "", "")[:2]
    names = [first] if first in COMMANDS and first != "completion" else COMMANDS  # completion scripts need all of them
    made = typer.Typer(
        name="balance", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, **PLAIN
    )
    made.callback(epilog=EPILOG)(root)
    for name in names:
        module = import_module(f"balance_cli.cli.{COMMANDS[name]}")
        command = getattr(module, name)
        if isinstance(command, typer.Typer):
            wanted = [one for one in command.registered_commands if one.name == second]
            command.registered_commands = wanted or command.registered_commands
            made.add_typer(command, name=name)
        else:
            made.command(name, **getattr(module, "SETTINGS", {}))(command)
    return made


def _print_version(context: typer.Context, wanted: bool) -> None:
    if wanted:
        raise typer.Exit(context.obj.emit(f"balance {__version__}\n"))


def root(
    context: typer.Context,
    config: ConfigOption = None,
    color: ColorOption = "auto",
    debug: DebugOption = False,
    version: Annotated[  # noqa: ARG001 - handled by its callback, before any command
        bool, typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Is there enough left? Check the balances of API providers, and gate scripts on them."""
    given = {"color": color, "debug": debug, **({} if config is None else {"config": config})}
    context.default_map = _map_defaults(context.command, given)


def _map_defaults(group: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options before a command as the defaults of every command."""
    commands = getattr(group, "commands", None)
    return {name: _map_defaults(one, given) for name, one in commands.items()} if commands else dict(given)
