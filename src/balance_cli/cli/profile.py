"""`balance profile`: list, show, add, remove."""

from typing import Annotated

import typer

from balance_cli.cli._frame import (
    COLORS,
    PLAIN,
    ColorOption,
    ConfigOption,
    DebugOption,
    JsonOption,
    parse_choice,
    parse_value,
)

profile = typer.Typer(help="List, show, add and remove profiles in the config file.", **PLAIN)


@profile.command("list")
def profile_list(context: typer.Context, config: ConfigOption = None, json: JsonOption = False) -> int:
    """List the profiles with the sources of their keys and their minimums. Makes no requests."""
    from balance_cli.commands import profile as command

    return command.list_profiles(context.obj, config, as_json=json)


@profile.command("show")
def profile_show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A profile, or a provider.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> int:
    """Show a profile with its address, the source of its key, and its minimums. Makes no requests.

    The key is neither read nor shown.
    """
    from balance_cli.commands import profile_show as command

    return command.show(context.obj, name, config, as_json=json)


@profile.command("add")
def profile_add(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Name of the new profile; on a terminal, it is asked for.")
    ] = None,
    provider: Annotated[
        str | None, typer.Option("--provider", metavar="ID", help="Provider; see `balance providers`.")
    ] = None,
    key_env: Annotated[
        str | None, typer.Option("--key-env", metavar="VARIABLE", help="Environment variable that holds the key.")
    ] = None,
    key_command: Annotated[
        str | None,
        typer.Option("--key-command", metavar="COMMAND", help="Command that prints the key; run without a shell."),
    ] = None,
    key_file: Annotated[str | None, typer.Option("--key-file", metavar="PATH", help="File that holds the key.")] = None,
    key_field: Annotated[
        str | None,
        typer.Option("--key-field", metavar="EXPRESSION", help="JMESPath of the key, if --key-file is a JSON file."),
    ] = None,
    key_keyring: Annotated[
        str | None,
        typer.Option("--key-keyring", metavar="SERVICE/USER", help="Entry of the desktop keyring that holds the key."),
    ] = None,
    key_stdin: Annotated[
        bool,
        typer.Option(
            "--key-stdin",
            help="Read the key from stdin and store it in --key-file or --key-keyring, or else next to the config.",
        ),
    ] = False,
    minimums: Annotated[
        list[str] | None,
        typer.Option(
            "--min", metavar="AMOUNT[UNIT]", help="Minimum of this profile: 5, 5USD, 100credits, 10%. Repeatable."
        ),
    ] = None,
    base_url: Annotated[
        str | None, typer.Option("--base-url", metavar="URL", help="Address of the API, if not the provider's default.")
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="Unit, if the provider does not report one.")
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option("--budget", metavar="AMOUNT[UNIT]", help="Limit for a provider that reports only use."),
    ] = None,
    options: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Option of this provider. Repeatable.")
    ] = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="Save the profile without checking it.")] = False,
    config: ConfigOption = None,
    color: ColorOption = "auto",
    debug: DebugOption = False,
) -> int:
    """Add a profile to the config file. On a terminal, ask for what the options do not give.

    Check the profile before saving it, and leave the rest of the file unchanged.
    """
    from balance_cli.commands import profile_add as command

    given = {
        "provider": provider,
        "key_env": key_env,
        "key_command": key_command,
        "key_file": key_file,
        "key_field": key_field,
        "key_keyring": key_keyring,
        "min": minimums or None,
        "base_url": base_url,
        "unit": unit,
        "budget": budget,
        **dict(parse_value(_parse_pair, text, "--set") for text in options or []),
    }
    return command.add(
        context.obj,
        name,
        {key: value for key, value in given.items() if value is not None},
        key_stdin=key_stdin,
        try_it=not no_check,
        config=config,
        color=parse_choice(color, COLORS, "--color"),
        debug=debug,
    )


@profile.command("remove")
def profile_remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Profile to remove.")],
    delete_key: Annotated[
        bool, typer.Option("--delete-key", help="Delete its key file too, if `balance profile add` wrote it.")
    ] = False,
    config: ConfigOption = None,
) -> int:
    """Remove a profile from the config file, and leave the rest unchanged.

    On a terminal, ask whether to delete the key file that `balance profile add` wrote. No other file is ever deleted.
    """
    from balance_cli.commands import profile_remove as command

    return command.remove(context.obj, name, config, delete_key=delete_key)


def _parse_pair(text: str) -> tuple[str, str]:
    from balance_cli.text import clean

    key, _, value = text.partition("=")
    if not key or not value:
        raise ValueError(f'must be of the form KEY=VALUE, not "{clean(text, 40)}"')
    return key, value
