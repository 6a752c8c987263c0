"""`balance profile`: list, add, remove."""

from typing import Annotated

import typer

from balance_cli.cli._frame import (
    COLORS,
    EPILOG,
    PLAIN,
    ColorOption,
    ConfigOption,
    DebugOption,
    JsonOption,
    choice,
    parsed,
)

profile = typer.Typer(help="List, add and remove the profiles of the config.", **PLAIN)


@profile.command("list", epilog=EPILOG)
def profile_list(config: ConfigOption = None, json: JsonOption = False) -> int:
    """List the profiles, where their keys come from and their minimums; nothing is asked."""
    from balance_cli.commands import profile as command

    return command.listing(config, as_json=json)


@profile.command("add", epilog=EPILOG)
def profile_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")],
    provider: Annotated[str | None, typer.Option("--provider", metavar="ID", help="See `balance providers`.")] = None,
    key_env: Annotated[str | None, typer.Option("--key-env", metavar="VARIABLE", help="It holds the key.")] = None,
    key_command: Annotated[
        str | None, typer.Option("--key-command", metavar="COMMAND", help="It prints the key; run without a shell.")
    ] = None,
    key_file: Annotated[str | None, typer.Option("--key-file", metavar="PATH", help="It holds the key.")] = None,
    key_keyring: Annotated[
        str | None, typer.Option("--key-keyring", metavar="SERVICE/USER", help="An entry of the desktop's keyring.")
    ] = None,
    key_stdin: Annotated[
        bool,
        typer.Option(
            "--key-stdin",
            help="Read the key from stdin and store it: in --key-file, --key-keyring, else beside the config.",
        ),
    ] = False,
    minimums: Annotated[
        list[str] | None, typer.Option("--min", metavar="AMOUNT[UNIT]", help="The profile's minimum. Repeatable.")
    ] = None,
    base_url: Annotated[
        str | None, typer.Option("--base-url", metavar="URL", help="Where it is, if not at the provider's own address.")
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="Where the provider does not say it.")
    ] = None,
    budget: Annotated[str | None, typer.Option("--budget", metavar="AMOUNT[UNIT]", help="What may be spent.")] = None,
    options: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A provider's own option. Repeatable.")
    ] = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="Save it without trying it.")] = False,
    config: ConfigOption = None,
    color: ColorOption = "auto",
    debug: DebugOption = False,
) -> int:
    """Add a profile to the config: asks on a terminal, takes everything from options elsewhere.

    The new profile is tried before it is saved. The file keeps everything else that is in it.
    """
    from balance_cli.commands import profile_add as command

    given = {
        "provider": provider,
        "key_env": key_env,
        "key_command": key_command,
        "key_file": key_file,
        "key_keyring": key_keyring,
        "min": minimums or None,
        "base_url": base_url,
        "unit": unit,
        "budget": budget,
        **dict(parsed(_pair, text, "--set") for text in options or []),
    }
    return command.add(
        name,
        {key: value for key, value in given.items() if value is not None},
        key_stdin=key_stdin,
        try_it=not no_check,
        config=config,
        color=choice(color, COLORS, "--color"),
        debug=debug,
    )


@profile.command("remove", epilog=EPILOG)
def profile_remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")], config: ConfigOption = None
) -> int:
    """Remove a profile from the config; the file keeps everything else that is in it."""
    from balance_cli.commands import profile as command

    return command.remove(name, config)


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    if not key or not value:
        raise ValueError(f"{text!r} is not KEY=VALUE")
    return key, value
