"""Find the lines of keys in the text of a config: one pass over the statements of a valid TOML file."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_PART: Final = r""""(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]++"""
_KEY: Final = rf"(?:{_PART})(?:[ \t]*\.[ \t]*(?:{_PART}))*"
_STATEMENT: Final = rf"[ \t\r\n]*(?:#[^\n]*|\[{{1,2}}[ \t]*(?P<table>{_KEY})[ \t]*\]{{1,2}}|(?P<key>{_KEY})[ \t]*=)"
STRINGS: Final = (r'"""(?:\\.|[^\\])*?"{3,5}', r"'{3}.*?'{3,5}", r'"(?:\\.|[^"\\\n])*"', r"'[^'\n]*'")
COMMENT: Final = r"#[^\n]*"
_WORD: Final = "|".join([*STRINGS, COMMENT, r"""[^"'#\[\]{}\n]+""", "."])
"""A token of a value: a string, a comment, other text, or a single bracket or line break."""
_DEEP: Final = rf"(?:^[ \t]*\[{{0,2}}|[{{,])[ \t]*(?:(?:{_PART})[ \t]*\.[ \t]*)"

Key = tuple[str, ...]
Statement = tuple[Key, int, int, bool]
"""The full key of a header or a value, the start of its text, the end of its last line, and whether it is a header.

For ``[a]`` with ``b = 5`` below it, the keys are ``("a",)`` and ``("a", "b")``.
"""


def find_deep_key(text: str, most: int) -> int | None:
    """Return the line of a key that has more than ``most`` parts; the text need not be valid TOML."""
    found = re.search(f"{_DEEP}{{{most}}}", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else None


def find_lines(text: str, wanted: Iterable[Key]) -> dict[Key, int]:
    """Return the line on which each key first appears, for those of the keys that the text has."""
    sought, found = set(wanted), dict[Key, int]()
    if not sought:
        return found
    inner = {(key[:size]): key for key in sought for size in range(1, len(key))}
    line, counted = 1, 0
    for key, start, _, header in _statements(text):
        if len(found) == len(sought):
            break
        line, counted = line + text.count("\n", counted, start), start
        for size in range(1, len(key) + 1):
            if key[:size] in sought:
                found.setdefault(key[:size], line)
        if key in inner and not header:  # the key is inside an inline table
            found.update({one: line for one in sought if one[: len(key)] == key and one not in found})
    return found


def find_block(text: str, table: Key) -> tuple[int, int] | None:
    """Return the start and end of a table, from its header to its last value, including its sub-tables.

    Return ``None`` if it has no header. Comments below its last value do not count: they may belong to what follows.
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
    """Yield every statement in order."""
    statement, table = re.compile(_STATEMENT), Key()
    at = 0
    while match := statement.match(text, at):
        at = match.end()
        if name := match["table"]:
            table = _split_key(name)
            yield table, match.start("table"), _find_end(text, at), True
        elif name := match["key"]:
            at = _find_end(text, at)
            yield (*table, *_split_key(name)), match.start("key"), at, False


def _split_key(name: str) -> Key:
    return tuple(map(_unquote, re.findall(_PART, name)))


def _find_end(text: str, at: int) -> int:
    """Return the end of a statement: the first line break outside strings and brackets."""
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


def _unquote(part: str) -> str:
    if part[0] == '"' and "\\" in part:
        import tomllib

        return str(tomllib.loads(f"key = {part}")["key"])
    return part.strip(part[0]) if part[0] in "\"'" else part
