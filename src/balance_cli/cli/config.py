"""`balance config`: path, check."""

import typer

from balance_cli.cli._frame import EPILOG, PLAIN, ConfigOption

config = typer.Typer(help="Find and verify the config.", **PLAIN)


@config.command("path", epilog=EPILOG)
def config_path(config: ConfigOption = None) -> int:
    """Print where the config is, whether it is there or not."""
    from balance_cli.commands import config as command

    return command.path(config)


@config.command("check", epilog=EPILOG)
def config_check(config: ConfigOption = None) -> int:
    """Say everything that is wrong with the config, with its line; nothing is asked."""
    from balance_cli.commands import config as command

    return command.check(config)
