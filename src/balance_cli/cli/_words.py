"""What the words of a command line say where not all of them can be understood."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from balance_cli.cli import command


class Said(NamedTuple):
    """The command that words lead to, as a user writes it, and the last value of each of its options."""

    path: str
    given: dict[str, str | None]


def said(arguments: Sequence[str]) -> Said:
    """Return what can be understood: an option that there is not is passed by, as if it took no value."""
    path, one, given = "balance", command(arguments), {}
    words = iter(arguments)
    for word in words:
        below = getattr(one, "commands", {})
        if word == "--" and not below:
            break
        if word.startswith("-"):
            option, value = _option(one, word)
            if option is not None:
                given[option.name] = next(words, None) if value is None else value
        elif word in below:
            path, one = f"{path} {word}", below[word]
    return Said(path, given)


def _option(one: Any, word: str) -> tuple[Any, str | None]:
    """Return the option of a word that takes a value, and that value where the word has it too."""
    options = {name: param for param in one.params if param.param_type_name == "option" for name in param.opts}
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
