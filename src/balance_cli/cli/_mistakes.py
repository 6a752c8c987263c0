"""Say what is wrong with a command line, and which line was probably meant."""

import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Final

from balance_cli.cli import command
from balance_cli.cli._words import Words, read_words
from balance_cli.text import find_similar

_ELSEWHERE: Final = {
    "add": ("profile", "add"),
    "delete": ("profile", "remove"),
    "edit": ("config", "edit"),
    "list": ("profile", "list"),
    "ls": ("profile", "list"),
    "remove": ("profile", "remove"),
    "rm": ("profile", "remove"),
    "show": ("profile", "show"),
    "status": ("check",),
    "version": ("--version",),
    "watch": ("check", "--watch", "5m"),
}
"""Commands that people know from other programs, and what they are called here."""


def explain(error: Any, arguments: Sequence[str]) -> str:
    """Return one line about a Typer exception: what is wrong, and the line that was meant or the help to read."""
    words = read_words(arguments)
    message, meant = _describe(error), None
    if hasattr(error, "possibilities"):
        meant = _correct_option(error, words, arguments)
    elif message.startswith("no such command") and words.unknown is not None:
        message = f'there is no command "{arguments[words.unknown]}"'
        meant = _correct_command(words, arguments, words.unknown)
    hint = f"did you mean `{shlex.join(['balance', *meant])}`?" if meant else f"see `{words.path} --help`"
    return f"{message} ({hint})"


def _describe(error: Any) -> str:
    """Return what is wrong; Typer's kinds of exceptions are told apart by what they carry."""
    message: str = error.message.rstrip(".")
    if hasattr(error, "param_type"):
        return f"{_name(error.param)} is missing"
    if hasattr(error, "param_hint"):
        return f"{error.param_hint or _name(error.param)} {message}"
    if hasattr(error, "possibilities"):
        return f"there is no option {error.option_name}"
    if hasattr(error, "option_name"):
        return f"{error.option_name} {'takes no' if 'does not take' in message else 'needs a'} value"
    if message.startswith("Got unexpected extra argument"):
        return f"there are too many arguments: {message.rpartition('(')[2].rstrip(')')}"
    return message[:1].lower() + message[1:]


def _name(parameter: Any) -> str:
    """Return an option as it is written, or an argument as the help calls it."""
    return str(parameter.opts[-1] if parameter.param_type_name == "option" else parameter.metavar or parameter.name)


def _correct_command(words: Words, arguments: Sequence[str], place: int) -> list[str] | None:
    """Return the arguments with the right command in place of an unknown one, or ``None``."""
    from balance_cli.providers import ids

    unknown, before, after = arguments[place], arguments[:place], arguments[place + 1 :]
    top = words.path == "balance"
    if unknown == "help":
        return [*before, *after, "--help"]
    if top and unknown in _ELSEWHERE:
        return [*before, *_ELSEWHERE[unknown], *after]
    group = command()
    for name in words.path.split()[1:]:
        group = group.commands[name]
    if similar := find_similar(unknown, group.commands):
        return [*before, similar, *after]
    return [*before, "check", unknown, *after] if top and unknown in ids() else None


def _correct_option(error: Any, words: Words, arguments: Sequence[str]) -> list[str] | None:
    """Return the arguments with an unknown option corrected, or behind the command that has it, or ``None``."""
    name = error.option_name.partition("=")[0]
    place = next((place for place, word in enumerate(arguments) if word.partition("=")[0] == name), None)
    options = dict(_iterate_options("balance", command()))
    if place is None or not name.startswith("--"):
        return None
    path, corrected = words.path, list(arguments)
    if path not in options or error.ctx.command_path not in options:  # it stands before the command
        having = (path for path in (words.path, "balance check", *options) if name in options.get(path, ()))
        path = next(having, words.path if words.path in options else "balance check")
        command_words = path.split()[1:]
        corrected = [*command_words, *(word for word in arguments if word not in command_words)]
        place = next(place for place, word in enumerate(corrected) if word.partition("=")[0] == name)
    similar = name if name in options[path] else find_similar(name, options[path])
    corrected[place] = corrected[place].replace(name, similar or "", 1)
    return corrected if similar else None


def _iterate_options(path: str, one: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield every command without commands of its own, and its visible options."""
    for name, inner in getattr(one, "commands", {}).items():
        yield from _iterate_options(f"{path} {name}", inner)
    if not hasattr(one, "commands"):
        shown = [param for param in one.params if not getattr(param, "hidden", False)]
        yield path, [option for param in shown for option in param.opts if option.startswith("--")]
