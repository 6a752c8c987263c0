"""`balance config`: path, show, check."""

import typer

from balance_cli.cli._frame import PLAIN, ConfigOption

config = typer.Typer(help="Find, show and check the config file.", **PLAIN)


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


@config.command("check")
def config_check(context: typer.Context, config: ConfigOption = None) -> int:
    """Print every problem of the config file, with its line. Makes no requests."""
    from balance_cli.commands import config as command

    return command.check(context.obj, config)
