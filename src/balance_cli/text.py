"""Text from outside: make it safe to print, and short."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

LONGEST: Final = 200
_NAME: Final = 64
_NAMES: Final = 20
_ROOM: Final = 24
"""Minimum width of a column in which a text is wrapped."""
_SEAMS: Final = (r"[a-z]+://[^/]+/?|[^/]*/+|[^/]+", r"[^?&=._,:;-]*[?&=._,:;-]+|[^?&=._,:;-]+")
"""Where a word may be broken that is wider than a line: after slashes, else after other punctuation."""


def clean(text: object, limit: int = LONGEST) -> str:
    """Return one line of printable characters that no terminal or CI log interprets as a command.

    The runners of GitHub, Azure and TeamCity read ``::`` and ``##`` as the start of a command, anywhere in a line.
    """
    line = str(text)[: 4 * limit].replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    line = "".join(char if char.isprintable() else "?" for char in line).strip()
    if "::" in line or "##" in line:
        line = re.sub(r"([:#])(?=\1)", r"\1 ", line)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def segment(name: object) -> str:
    """Quote a name as one segment of a URL path; raise ValueError if it cannot be one, like ``..``."""
    word = str(name)
    if word in {"", ".", ".."}:
        raise ValueError(f'"{word}" cannot be a path segment')
    from urllib.parse import quote

    return quote(word, safe="")


def join_names(names: Iterable[object]) -> str:
    """Join names for a sentence: ``a``, ``a and b``, ``a, b and c``; of very many, only the first ones."""
    words = [clean(name, _NAME) for name in names] or ["none"]
    if len(words) > _NAMES:
        words = [*words[:_NAMES], f"{len(words) - _NAMES} more"]
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def find_similar(word: str, known: Iterable[str]) -> str | None:
    """Return the known word of which this one looks like a typo, or ``None``."""
    from difflib import get_close_matches

    alike = 0.7 if len(word) > len("min") else 0.65  # one typo in three letters weighs more
    return next(iter(get_close_matches(word, list(known), 1, alike)), None)


def suggest_similar(word: str, known: Iterable[str]) -> str:
    """Return ``: did you mean "…"?`` if the word looks like a typo of a known one, else an empty string."""
    similar = find_similar(word, known)
    return f': did you mean "{similar}"?' if similar else ""


def align_columns(rows: Sequence[Sequence[str]], width: int | None = None) -> str:
    """Render rows as lines with aligned columns; see ``align_rows``."""
    return "".join(f"{row}\n" for row in align_rows(rows, width))


def align_rows(rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """Render each row with columns as wide as their longest cells.

    What does not fit into ``width`` is wrapped: the last cell, in its column or, without room there, below the others.
    """
    sizes = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_render_row(row, sizes, width) for row in rows]


def _render_row(row: Sequence[str], sizes: Sequence[int], width: int | None) -> str:
    line = "  ".join(map(str.ljust, row, sizes)).rstrip()
    if width is None or len(line) <= width:
        return line
    start = sum(size + 2 for size in sizes[:-1])
    indent = start if width - start >= _ROOM else 4
    before = "".join(f"{cell:<{size}}  " for cell, size in zip(row, sizes[:-1], strict=False))
    below = "".join(f"{' ' * indent}{part}\n" for part in wrap_words(row[-1], width - indent)).rstrip()
    return f"{before}{below[start:]}" if indent == start else f"{before.rstrip()}\n{below}"


def fill(text: str, width: int | None) -> str:
    """Break a text into lines between words, unless ``width`` is ``None``."""
    return text if width is None else "\n".join(wrap_words(text, width))


def wrap_words(text: str, width: int, measure: Callable[[str], int] = len) -> list[str]:
    """Break a text into lines between words, and only a word that is wider than a line at its punctuation.

    ``measure`` returns the width of a text.
    """
    lines = [""]
    for word in text.split():
        for index, piece in enumerate(_split_long(word, width, measure)):
            longer = f"{lines[-1]}{'' if index else ' '}{piece}" if lines[-1] else piece
            if measure(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines


def _split_long(word: str, width: int, measure: Callable[[str], int]) -> Iterator[str]:
    """Yield the pieces between which a word may be broken: the word itself if it fits, else preferably at slashes."""
    if measure(word) <= width:
        yield word
        return
    for seam in _SEAMS:
        if len(pieces := re.findall(seam, word)) > 1:
            for piece in pieces:
                yield from _split_long(piece, width, measure)
            return
    yield from word
