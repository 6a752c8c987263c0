"""Where in a config's text its keys stand: one pass over the statements of a TOML file, which is known to be one."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

DEEPEST: Final = 8
"""The parts of a key at the most: no key of a config has more than three, and a parser takes the square of them."""
_PART: Final = r""""(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]++"""
_KEY: Final = rf"(?:{_PART})(?:[ \t]*\.[ \t]*(?:{_PART}))*"
_STATEMENT: Final = rf"[ \t\r\n]*(?:#[^\n]*|\[{{1,2}}[ \t]*(?P<table>{_KEY})[ \t]*\]{{1,2}}|(?P<key>{_KEY})[ \t]*=)"
_PIECES: Final = (  # of a value: a string, a comment, anything else, or the one character that counts
    r'"""(?:\\.|[^\\])*?"{3,5}',
    r"'{3}.*?'{3,5}",
    r'"(?:\\.|[^"\\\n])*"',
    r"'[^'\n]*'",
    r"#[^\n]*",
    r"""[^"'#\[\]{}\n]+""",
    ".",
)
_WORD: Final = "|".join(_PIECES)
_DEEP: Final = rf"(?:^[ \t]*\[{{0,2}}|[{{,])[ \t]*(?:(?:{_PART})[ \t]*\.[ \t]*){{{DEEPEST}}}"

Key = tuple[str, ...]
Statement = tuple[Key, int, int, bool]
"""The whole key of a header or of a value, where its text begins, where its last line ends, and whether it is a header.

Of ``[a]`` and ``b = 5`` below it, the keys are ``("a",)`` and ``("a", "b")``.
"""


def deep(text: str) -> int | None:
    """Return the line of a key that has too many parts, of a text that may not be TOML."""
    if all(line.count(".") < DEEPEST for line in text.split("\n")):
        return None  # as in every config: building the expression costs more than parsing one
    found = re.search(_DEEP, text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else None


def lines(text: str, wanted: Iterable[Key]) -> dict[Key, int]:
    """Return for each of the keys that a text has the line of the statement with which it begins."""
    sought, found = set(wanted), dict[Key, int]()
    inner = {(key[:size]): key for key in sought for size in range(1, len(key))}
    line, counted = 1, 0
    for key, start, _, header in _statements(text):
        if len(found) == len(sought):
            break
        line, counted = line + text.count("\n", counted, start), start
        for size in range(1, len(key) + 1):
            if key[:size] in sought:
                found.setdefault(key[:size], line)
        if key in inner and not header:  # it is in a table that is written as a value
            found.update({one: line for one in sought if one[: len(key)] == key and one not in found})
    return found


def block(text: str, table: Key) -> tuple[int, int] | None:
    """Return where a table begins and ends: from its header's line to its last value's, tables in it included.

    ``None`` if it has no header. Comments below its last value may be about what follows, and are no part of it.
    """
    found = None
    for key, start, end, header in _statements(text):
        if found is None:
            if header and key == table:
                found = text.rfind("\n", 0, start) + 1, end
        elif key[: len(table)] == table:
            found = found[0], end
        else:
            break
    return found


def _statements(text: str) -> Iterator[Statement]:
    """Yield every statement, in the order of the text."""
    statement, table = re.compile(_STATEMENT), Key()
    at = 0
    while match := statement.match(text, at):
        at = match.end()
        if name := match["table"]:
            table = _key(name)
            yield table, match.start("table"), _end(text, at), True
        elif name := match["key"]:
            at = _end(text, at)
            yield (*table, *_key(name)), match.start("key"), at, False


def _key(name: str) -> Key:
    return tuple(map(_unquoted, re.findall(_PART, name)))


def _end(text: str, at: int) -> int:
    """Return where a statement ends: at the first line break outside of its strings and brackets."""
    depth = 0
    for word in re.compile(_WORD, re.DOTALL).finditer(text, at):
        match word[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case "\n" if not depth:
                return word.start()
    return len(text)


def _unquoted(part: str) -> str:
    if part[0] == '"' and "\\" in part:
        import tomllib

        return str(tomllib.loads(f"key = {part}")["key"])
    return part.strip(part[0]) if part[0] in "\"'" else part
