"""Read a command line that contains errors, to report them in the right format and for the right command."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from balance_cli.cli import command


class Words(NamedTuple):
    """The command as a user writes it, and the last value of each of its options.

    ``unknown`` is the place of the first word that should be a command but is none; ``None`` if there is no such word.
    """

    path: str
    given: dict[str, str | None]
    unknown: int | None = None


def read_words(arguments: Sequence[str]) -> Words:
    """Return the understandable part of the arguments; skip unknown options as if they took no value."""
    path, current, given = "balance", command(arguments), {}
    words, unknown = iter(enumerate(arguments)), None
    for place, word in words:
        commands = getattr(current, "commands", {})
        if word == "--" and not commands:
            break
        if word.startswith("-"):
            option, value = _find_option(current, word)
            if option is not None:
                given[option.name] = next(words, (0, None))[1] if value is None else value
        elif word in commands:
            path, current = f"{path} {word}", commands[word]
        elif commands:
            unknown = place if unknown is None else unknown
    return Words(path, given, unknown)


def _find_option(current: Any, word: str) -> tuple[Any, str | None]:
    """Return the option that a word sets, if it takes a value, and the value if the word contains it."""
    options = {name: param for param in current.params if param.param_type_name == "option" for name in param.opts}
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        option = options.get(name)
        return (option, value if equals else None) if option and not option.is_flag else (None, None)
    for place, letter in enumerate(word[1:], 2):
        option = options.get(f"-{letter}")
        if option is None:
            break
        if not option.is_flag:
            return option, word[place:] or None
    return None, None


def count_own_words(command: Any, words: Sequence[str], names: Collection[str]) -> int:
    """Return how many words at the start of a line are a command's options, their values, or these names."""
    place = 0
    while place < len(words):
        word = words[place]
        option, value = _find_option(command, word)
        flags = {name for param in command.params for name in param.opts if getattr(param, "is_flag", False)}
        if option is None and word not in flags and word not in names:
            break
        place += 2 if option is not None and value is None else 1
    return min(place, len(words))
