"""Find a key in a provider's texts, however it is encoded there, and remove it."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final

from balance_cli.errors import Unexpected

WINDOW: Final = 8
"""A match of this many characters is from the key; a shorter one may be a word or number that looks like a part."""
_LONGEST: Final = 4096
"""Texts of a response are truncated to this many characters."""
_LAYERS: Final = 5
_FOLDED: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_", "abcdefghijklmnopqrstuvwxyz+/")
"""Treat upper case like lower case, and URL-safe base64 like standard base64."""
_ESCAPING: Final = "\\%&"
_ESCAPE: Final = (
    r"\\(?:u00(?P<json>[0-9a-f]{2})|x(?P<python>[0-9a-f]{2})|(?P<itself>[^a-z0-9]))|%(?P<url>[0-9a-f]{2})"
    r"|&(?P<html>#x[0-9a-f]{1,6}|#[0-9]{1,6}|[a-z]{2,6});"
)
"""A character escaped as in JSON, Python, URLs or HTML."""


def make_traces(key: str) -> frozenset[str]:
    """Return every run of 8 characters of a key, of its hexadecimal form and of its base64 forms.

    These cover the base64 of any text that contains the key, like ``Bearer KEY``: there are three, depending on how
    many bytes precede the key.
    """
    body = key.encode()
    forms = [key, body.hex(), *(_encode_base64(body, before) for before in range(3))]
    return frozenset(run for form in forms for run in _split_runs(form))


def _encode_base64(body: bytes, before: int) -> str:
    """Return the base64 characters that encode only ``body``, at the end of a text and after ``before`` other bytes."""
    return b64encode(bytes(before) + body).decode().rstrip("=")[(before * 8 + 5) // 6 :]


def _split_runs(text: str) -> list[str]:
    folded = text.translate(_FOLDED)
    return [folded[at : at + WINDOW] for at in range(len(folded) - WINDOW + 1)]


def _has_escapes(text: str) -> bool:
    return any(mark in text for mark in _ESCAPING)


def hide_traces(text: str, found: frozenset[str]) -> str:
    """Return a text with ``[key]`` in place of everything that contains traces of a key."""
    if found.isdisjoint(_split_runs(text)) and not _has_escapes(text):
        return text
    places = sorted(
        place for plain, begins in _decode_layers(text) for place in _find_places(_split_runs(plain), begins, found)
    )
    parts: list[str] = []
    end = 0
    for begin, after in places:
        if begin > end or not parts:
            parts += [text[end:begin], "[key]"]
        end = max(end, after)
    return "".join([*parts, text[end:]]) if parts else text


def hide_parts(text: str, keys: Iterable[str]) -> str:
    """Return a text of several lines without any run of 8 characters of these keys, or a shorter key as a word."""
    known = frozenset(run for key in keys for run in _split_runs(key))
    short = "|".join(re.escape(key) for key in keys if 0 < len(key) < WINDOW)
    text = re.sub(rf"(?<!\w)(?:{short})(?!\w)", "[key]", text) if short else text
    return "".join(hide_traces(line, known) for line in text.splitlines(keepends=True))


def _find_places(runs: Sequence[str], begins: Sequence[int], found: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each trace."""
    if not found.isdisjoint(runs):
        yield from ((begins[at], begins[at + WINDOW]) for at, run in enumerate(runs) if run in found)


def _decode_layers(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield a text, then the text with its escapes decoded, then with those decoded again, and so on.

    With each come the positions in the original text where its characters begin, and where the last one ends.
    """
    begins: Sequence[int] = range(len(text) + 1)
    for _ in range(_LAYERS):
        yield text, begins
        if not _has_escapes(text):
            return
        parts, starts, end = list[str](), list[int](), 0
        for escape in re.finditer(_ESCAPE, text, re.IGNORECASE | re.ASCII):
            parts += [text[end : escape.start()], _decode(escape)]
            starts += begins[end : escape.start() + 1]
            end = escape.end()
        if not parts:
            return
        text, begins = "".join([*parts, text[end:]]), [*starts, *begins[end:]]


def _decode(escape: re.Match[str]) -> str:
    """Return the character that an escape encodes."""
    if escape["html"]:
        from html import unescape

        return unescape(escape[0])[:1]
    return escape["itself"] or chr(int(escape["json"] or escape["python"] or escape["url"], 16))


def hide_everywhere(answer: Any, hide: Callable[[str], str], *, hide_name: Callable[[str], str]) -> Any:
    """Hide the key in every text of a response and in the names of its fields, and return it.

    Numbers stay unchanged: one that shares digits with the key must not become another amount. Raise Unexpected if two
    fields would get the same name.
    """

    def short(text: str) -> str:
        return hide(text[:_LONGEST])

    whole = [answer]
    waiting: list[Any] = [whole]
    named = cache(lambda name: hide_name(name[:_LONGEST]))  # objects in a list repeat their names
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict):
            _rename(holder, named)
        for step, value in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(value, str):
                holder[step] = type(value)(short(value))
            elif isinstance(value, dict | list):
                waiting.append(value)
    return whole[0]


def _rename(holder: dict[str, Any], named: Callable[[str], str]) -> None:
    renamed = {named(name): value for name, value in holder.items()}
    if len(renamed) < len(holder):
        raise Unexpected("the response has a duplicate field")
    if renamed.keys() != holder.keys():
        holder.clear()
        holder.update(renamed)
