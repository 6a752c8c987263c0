"""Options and parsers that several commands share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

import typer

from balance_cli.exits import MEANINGS


def make_epilog(meanings: Mapping[Any, str], *lines: str) -> str:
    """Return the end of a command's help: its exit codes, and lines that follow them."""
    codes = [f"  {code:<4} {meaning}" for code, meaning in meanings.items()]
    return "\n".join(["\b", "Exit codes:", *codes, *lines])


EPILOG: Final = make_epilog(MEANINGS)
COLORS: Final = ("auto", "always", "never")
PLAIN: Final[dict[str, Any]] = {
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "add_completion": False,
    "no_args_is_help": True,
}
"""Settings of every group of commands: disable what Typer adds, which slows every start and changes the help."""

ConfigOption = Annotated[str | None, typer.Option("--config", metavar="PATH", help="Config file to use.")]
ColorOption = Annotated[str, typer.Option("--color", metavar="WHEN", help="When to use color: auto, always or never.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Log requests and failures to stderr.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

T = TypeVar("T")


def parse_value(parse: Callable[[str], T], text: str, option: str) -> T:
    """Parse the value of an option; raise BadParameter, which names the option, if it is invalid."""
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def parse_format(output: str | None, formats: Sequence[str], *, json: bool) -> str:
    """Return the format that -o or --json selects; by default a table."""
    if json and output not in {None, "json"}:
        raise typer.BadParameter("cannot be combined", param_hint="--json and -o")
    return parse_choice("json" if json else output or "table", formats, "-o")


def parse_own_format(template: str | None, output: str | None, formats: Sequence[str], *, json: bool) -> str:
    """Return the format that --format, -o or --json selects."""
    if template is None:
        return parse_format(output, formats, json=json)
    if json or output:
        raise typer.BadParameter("cannot be combined with -o or --json", param_hint="--format")
    return "_template"


def parse_optional(parse: Callable[[str], T], text: str | None, option: str) -> T | None:
    """Parse the value of an option, or return ``None`` without one."""
    return None if text is None else parse_value(parse, text, option)


def parse_choice(value: str, choices: Sequence[str], option: str) -> str:
    """Return the value if it is one of the choices; otherwise raise BadParameter."""
    if value in choices:
        return value
    from balance_cli.text import clean, suggest_similar

    message = f'must be one of {", ".join(choices)}, not "{clean(value, 40)}"{suggest_similar(value, choices)}'
    raise typer.BadParameter(message, param_hint=option)
