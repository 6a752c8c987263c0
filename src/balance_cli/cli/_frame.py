"""What the commands' words share: the options of several, and how a value becomes what it means."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar

import typer

from balance_cli.exits import MEANINGS

EPILOG: Final = "\n".join(["\b", "Exit codes:", *(f"  {code:<4} {meaning}" for code, meaning in MEANINGS.items())])
COLORS: Final = ("auto", "always", "never")
PLAIN: Final[dict[str, Any]] = {
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "add_completion": False,
    "no_args_is_help": True,
}
"""How a group of commands is made: what Typer would add costs a start and its help is not ours."""

ConfigOption = Annotated[str | None, typer.Option("--config", metavar="PATH", help="The config file.")]
ColorOption = Annotated[str, typer.Option("--color", metavar="WHEN", help="auto, always or never.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Say on stderr what is asked and what breaks.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]

T = TypeVar("T")


def parsed(parse: Callable[[str], T], text: str, option: str) -> T:
    """Return what a text means; raises BadParameter, which names the option, where it means nothing."""
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def form(output: str | None, formats: Sequence[str], *, json: bool) -> str:
    """Return the format that -o and --json ask for; a table where neither does."""
    if json and output not in {None, "json"}:
        raise typer.BadParameter("say one of them", param_hint="--json and -o")
    return choice("json" if json else output or "table", formats, "-o")


def optional(parse: Callable[[str], T], text: str | None, option: str) -> T | None:
    """Return what a text means, ``None`` where there is none."""
    return None if text is None else parsed(parse, text, option)


def choice(value: str, choices: Sequence[str], option: str) -> str:
    if value not in choices:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(choices)}", param_hint=option)
    return value
