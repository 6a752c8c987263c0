"""The commands that need a few lines each: providers, demo, init, completion, schema."""

from typing import Annotated

import typer

from balance_cli.cli._frame import COLORS, ColorOption, ConfigOption, DebugOption, JsonOption, choice
from balance_cli.registry import stems


def providers(
    provider: Annotated[str | None, typer.Argument(metavar="[ID]", help="One provider, or a part of its name.")] = None,
    json: JsonOption = False,
) -> int:
    """List what can be checked, with which key, documented where; or show one provider in full."""
    from balance_cli.commands import providers as command

    return command.providers(provider, as_json=json)


def demo(
    serve: Annotated[
        bool, typer.Option("--serve", help="Keep the demo's server up and print a config to rehearse with.")
    ] = False,
    port: Annotated[int, typer.Option("--port", metavar="PORT", help="The server's port.", min=0, max=65535)] = 0,
    color: ColorOption = "auto",
    debug: DebugOption = False,
) -> int:
    """Show the whole thing without any account, against a server on this machine."""
    from balance_cli.commands import demo as command

    return command.demo(serve=serve, port=port, color=choice(color, COLORS, "--color"), debug=debug)


def init(config: ConfigOption = None) -> int:
    """Make profiles of the keys that are here already, one question each; in a pipe only print them."""
    from balance_cli.commands import init as command

    return command.init(config)


def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help=f"One of {', '.join(stems('shells'))}.")],
) -> int:
    """Print the completion script of a shell; its first lines say where it goes."""
    from balance_cli.shells import script
    from balance_cli.terminal.out import emit

    return emit(script(choice(shell, stems("shells"), "SHELL")))


def schema() -> int:
    """Print the JSON Schema of `balance check --json`."""
    from balance_cli.commands import schema as command

    return command.schema()
