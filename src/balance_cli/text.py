"""Text from elsewhere: made harmless to look at, and short."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

LONGEST: Final = 200
_NAME: Final = 64
_NAMES: Final = 20


def clean(text: object, limit: int = LONGEST) -> str:
    """Return one line of printable characters: what a terminal or a CI log might obey is not there any more.

    ``::`` and ``##`` begin a command to the runners of GitHub, Azure and TeamCity, anywhere in a line.
    """
    line = str(text)[: 4 * limit].replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    line = "".join(char if char.isprintable() else "?" for char in line).strip()
    line = re.sub(r"([:#])(?=\1)", r"\1 ", line)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def segment(name: object) -> str:
    """Return a name as one segment of a URL's path; raises ValueError for what can be none, like ``..``."""
    word = str(name)
    if word in {"", ".", ".."}:
        raise ValueError(f'"{word}" is no segment of a path')
    from urllib.parse import quote

    return quote(word, safe="")


def listed(names: Iterable[object]) -> str:
    """Return names as a person would say them: ``a``, ``a and b``, ``a, b and c``; of very many, the first of them."""
    words = [clean(name, _NAME) for name in names] or ["none"]
    if len(words) > _NAMES:
        words = [*words[:_NAMES], f"{len(words) - _NAMES} more"]
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean "…"?)`` for the known word of which this one is a slip, else nothing."""
    from difflib import get_close_matches

    alike = 0.7 if len(word) > len("min") else 0.65  # one slip in three letters makes more of a difference
    found = get_close_matches(word, list(known), 1, alike)
    return f' (did you mean "{found[0]}"?)' if found else ""


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of words as lines, every column as wide as its longest word."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)
