"""Text from elsewhere: made harmless to look at, short, and free of keys."""

from collections.abc import Iterable, Sequence

LONGEST = 200


def clean(text: object, limit: int = LONGEST) -> str:
    """Return one line of printable characters: what a terminal or a CI log might obey becomes ``?``."""
    line = str(text)[: 4 * limit].replace("\r\n", " ").replace("\n", " ").replace("\t", " ").replace("::", ": :")
    line = "".join(char if char.isprintable() else "?" for char in line).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def listed(names: Iterable[object]) -> str:
    """Return names as a person would say them: ``a``, ``a and b``, ``a, b and c``."""
    *most, last = [str(name) for name in names] or ["none"]
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
