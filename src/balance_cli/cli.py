"""The command line: parse, call one function, return its exit code. No logic."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer

from balance_cli import __version__
from balance_cli.exits import MEANINGS
from balance_cli.registry import stems

EPILOG = "\n".join(["\b", "Exit codes:", *(f"  {code:<4} {meaning}" for code, meaning in MEANINGS.items())])
COLORS = ("auto", "always", "never")

_plain: dict[str, Any] = {
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "add_completion": False,
    "no_args_is_help": True,
}
app = typer.Typer(
    name="balance", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, **_plain
)
profile = typer.Typer(help="List, add and remove the profiles of the config.", **_plain)
config_ = typer.Typer(help="Find and verify the config.", **_plain)
app.add_typer(profile, name="profile")
app.add_typer(config_, name="config")

ConfigOption = Annotated[str | None, typer.Option("--config", metavar="PATH", help="The config file.")]
ColorOption = Annotated[str, typer.Option("--color", metavar="WHEN", help="auto, always or never.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Say on stderr what is asked and what breaks.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def _version(asked: bool) -> None:
    if asked:
        from balance_cli.out import emit

        raise typer.Exit(emit(f"balance {__version__}\n"))


@app.callback(epilog=EPILOG)
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
    given: dict[str, Any] = {"color": color, "debug": debug, **({"config": config} if config else {})}
    given.update({name: dict(given) for name in ("list", "add", "remove", "path", "check", "demo", "init")})
    context.default_map = {**given, "profile": given, "config": given}


@app.command(epilog=EPILOG)
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="A profile, or a provider whose key is in its usual variable."),
    ] = None,
    minimums: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="AMOUNT[UNIT]", help="At least this: 5, 5USD, 100credits, 10%. Repeatable."),
    ] = None,
    json: JsonOption = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FORMAT", help=f"The format: {', '.join(stems('render'))}.")
    ] = None,
    output_file: Annotated[
        str | None,
        typer.Option("--output-file", metavar="PATH", help="Write it there instead, whole or not at all."),
    ] = None,
    warn: Annotated[
        list[str] | None,
        typer.Option("--warn", metavar="AMOUNT[UNIT]", help="A warning below this, with -o nagios. Repeatable."),
    ] = None,
    watch: Annotated[
        str | None, typer.Option("--watch", metavar="SECONDS", help="Look again so often, 10 s or more apart.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Nothing when ok; on stderr a line for each profile that is not.")
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="Every balance, not only those that gate.")] = False,
    timeout: Annotated[
        str | None, typer.Option("--timeout", metavar="SECONDS", help="For the whole run, all of it (default 15).")
    ] = None,
    config: ConfigOption = None,
    color: ColorOption = "auto",
    debug: DebugOption = False,
) -> int:
    """Read balances and hold them against minimums.

    Without names it takes every profile of the config, or where there is none every provider whose usual variable is
    set. --min replaces the profiles' own minimums; without any, balances are only read.
    """
    from balance_cli.commands import check as command
    from balance_cli.fields import seconds
    from balance_cli.minimum import minimum

    if output == "help":
        return command.formats()
    form = _choice("json" if json else output or "table", stems("render"), "-o")
    if json and output not in {None, "json"}:
        raise typer.BadParameter("say one of them", param_hint="--json and -o")
    if warn and form != "nagios":
        raise typer.BadParameter("it is for -o nagios, the others know one minimum", param_hint="--warn")
    asked = command.Asked(
        names=names or [],
        minimums=[_parsed(minimum, text, "--min") for text in minimums or []],
        warnings=[_parsed(minimum, text, "--warn") for text in warn or []],
        form=form,
        file=output_file,
        quiet=quiet,
        details=details,
        timeout=None if timeout is None else _parsed(seconds, timeout, "--timeout"),
        config=config,
        color=_choice(color, COLORS, "--color"),
        debug=debug,
    )
    if watch is None:
        return command.check(asked)
    if quiet:
        raise typer.BadParameter("a watch that says nothing is none", param_hint="--watch and -q")
    from balance_cli.commands import watch as watching

    every = _parsed(seconds, watch, "--watch")
    if every < watching.LEAST:
        raise typer.BadParameter(f"at least {watching.LEAST} s apart", param_hint="--watch")
    return watching.watch(asked, every)


@profile.command("list")
def profile_list(config: ConfigOption = None, json: JsonOption = False) -> int:
    """List the profiles, where their keys come from and their minimums; nothing is asked."""
    from balance_cli.commands import profiles as command

    return command.listing(config, as_json=json)


@profile.command("add")
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
    from balance_cli.commands import add as command

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
        **dict(_parsed(_pair, text, "--set") for text in options or []),
    }
    return command.add(
        name,
        {key: value for key, value in given.items() if value is not None},
        key_stdin=key_stdin,
        try_it=not no_check,
        config=config,
        color=_choice(color, COLORS, "--color"),
        debug=debug,
    )


@profile.command("remove")
def profile_remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")], config: ConfigOption = None
) -> int:
    """Remove a profile from the config; the file keeps everything else that is in it."""
    from balance_cli.commands import profiles as command

    return command.remove(name, config)


@config_.command("path")
def config_path(config: ConfigOption = None) -> int:
    """Print where the config is, whether it is there or not."""
    from balance_cli.commands import config as command

    return command.path(config)


@config_.command("check")
def config_check(config: ConfigOption = None) -> int:
    """Say everything that is wrong with the config, with its line; nothing is asked."""
    from balance_cli.commands import config as command

    return command.check(config)


@app.command(epilog=EPILOG)
def providers(
    provider: Annotated[str | None, typer.Argument(metavar="[ID]", help="One provider, or a part of its name.")] = None,
    json: JsonOption = False,
) -> int:
    """List what can be checked, with which key, documented where; or show one provider in full."""
    from balance_cli.commands import providers as command

    return command.providers(provider, as_json=json)


@app.command()
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

    return command.demo(serve=serve, port=port, color=_choice(color, COLORS, "--color"), debug=debug)


@app.command()
def init(config: ConfigOption = None) -> int:
    """Make profiles of the keys that are here already, one question each; in a pipe only print them."""
    from balance_cli.commands import init as command

    return command.init(config)


@app.command()
def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help=f"One of {', '.join(stems('shells'))}.")],
) -> int:
    """Print the completion script of a shell; its first lines say where it goes."""
    from balance_cli.out import emit
    from balance_cli.shells import script

    return emit(script(_choice(shell, stems("shells"), "SHELL")))


@app.command()
def schema() -> int:
    """Print the JSON Schema of `balance check --json`."""
    from balance_cli.commands import schema as command

    return command.schema()


def only(arguments: Sequence[str]) -> typer.Typer:
    """Return the app, with no other command than the one that is asked for: Typer builds all that there are."""
    within = app
    for word in arguments:
        groups = [group for group in within.registered_groups if group.name == word]
        commands = [made for made in within.registered_commands if word in {made.name, _name(made.callback)}]
        if not (groups or commands) or word == completion.__name__:  # whose scripts are about all of them
            break
        within.registered_groups, within.registered_commands = groups, commands
        if not groups or groups[0].typer_instance is None:
            break
        within = groups[0].typer_instance
    return app


def _name(callback: Callable[..., Any] | None) -> str:
    return "" if callback is None else callback.__name__


T = TypeVar("T")


def _parsed(parse: Callable[[str], T], text: str, option: str) -> T:
    """Return what a text means; raises BadParameter, which names the option, where it means nothing."""
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _choice(value: str, choices: Sequence[str], option: str) -> str:
    if value not in choices:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(choices)}", param_hint=option)
    return value


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    if not key or not value:
        raise ValueError(f"{text!r} is not KEY=VALUE")
    return key, value
