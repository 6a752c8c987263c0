"""`balance config`: path, show, edit, check."""

import typer

from balance_cli.cli._frame import PLAIN, ConfigOption

config = typer.Typer(help="Find, show, edit and check the config file.", **PLAIN)


@config.command("path")
def config_path(context: typer.Context, config: ConfigOption = None) -> int:
    """Print the path of the config file, even if it does not exist."""
    from balance_cli.commands import config as command

    return command.path(context.obj, config)


@config.command("show")
def config_show(context: typer.Context, config: ConfigOption = None) -> int:
    """Print the config file with every key in it hidden, so that it can be pasted into an issue."""
    from balance_cli.commands import config as command

    return command.show(context.obj, config)


@config.command("edit")
def config_edit(context: typer.Context, config: ConfigOption = None) -> int:
    """Edit the config file, and check it before it is saved.

    The editor, $VISUAL or else $EDITOR, opens a copy. If that has a problem, choose on a terminal whether to edit it
    again, to save it anyway or to discard it.
    """
    from balance_cli.commands import config_edit as command

    return command.edit_config(context.obj, config)


@config.command("check")
def config_check(context: typer.Context, config: ConfigOption = None) -> int:
    """Print every problem of the config file, with its line. Makes no requests."""
    from balance_cli.commands import config as command

    return command.check(context.obj, config)
