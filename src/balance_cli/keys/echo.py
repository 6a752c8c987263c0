"""A key in what a provider says: found however it is written there, and taken out."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final

from balance_cli.errors import Unexpected

WINDOW: Final = 8
"""So many characters in a row are a key's, and not a word or a number that happens to look like a part of it."""
_LONGEST: Final = 4096
"""The characters of one text of an answer that are kept: nobody needs as many."""
_LAYERS: Final = 5
_FOLDED: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_", "abcdefghijklmnopqrstuvwxyz+/")
"""Capitals are as good as small letters, and base64 for URLs as the usual one."""
_ESCAPING: Final = r"[\\%&]"
_ESCAPE: Final = (
    r"\\(?:u00(?P<json>[0-9a-f]{2})|x(?P<python>[0-9a-f]{2})|(?P<itself>[^a-z0-9]))|%(?P<url>[0-9a-f]{2})"
    r"|&(?P<html>#x[0-9a-f]{1,6}|#[0-9]{1,6}|[a-z]{2,6});"
)
"""A character as JSON, Python, a URL or HTML write it."""


def traces(key: str) -> frozenset[str]:
    """Return every run of 8 characters of a key, of its bytes as hexadecimal digits, and of its base64.

    That is base64 of any text that the key is in, like ``Bearer KEY``: three ways to write it, by what stands before.
    """
    body = key.encode()
    forms = [key, body.hex(), *(_base64(body, before) for before in range(3))]
    return frozenset(run for form in forms for run in _runs(form))


def _base64(body: bytes, before: int) -> str:
    """Return the characters that stand for the body and nothing else, behind so many other bytes and at the end."""
    return b64encode(bytes(before) + body).decode().rstrip("=")[(before * 8 + 5) // 6 :]


def _runs(text: str) -> list[str]:
    folded = text.translate(_FOLDED)
    return [folded[at : at + WINDOW] for at in range(len(folded) - WINDOW + 1)]


def without(text: str, found: frozenset[str]) -> str:
    """Return a text with ``[key]`` for all of it that is written with traces of a key."""
    if found.isdisjoint(_runs(text)) and not re.search(_ESCAPING, text):
        return text
    places = sorted(place for plain, begins in _layers(text) for place in _places(_runs(plain), begins, found))
    parts: list[str] = []
    end = 0
    for begin, after in places:
        if begin > end or not parts:
            parts += [text[end:begin], "[key]"]
        end = max(end, after)
    return "".join([*parts, text[end:]]) if parts else text


def _places(runs: Sequence[str], begins: Sequence[int], found: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield where traces begin and end."""
    if not found.isdisjoint(runs):
        yield from ((begins[at], begins[at + WINDOW]) for at, run in enumerate(runs) if run in found)


def _layers(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield a text, what it means under its escapes, what that means under its own, and so on.

    With each comes where in the text its characters begin, and where the last one ends.
    """
    begins: Sequence[int] = range(len(text) + 1)
    for _ in range(_LAYERS):
        yield text, begins
        if not re.search(_ESCAPING, text):
            return
        parts, starts, end = list[str](), list[int](), 0
        for escape in re.finditer(_ESCAPE, text, re.IGNORECASE | re.ASCII):
            parts += [text[end : escape.start()], _meant(escape)]
            starts += begins[end : escape.start() + 1]
            end = escape.end()
        if not parts:
            return
        text, begins = "".join([*parts, text[end:]]), [*starts, *begins[end:]]


def _meant(escape: re.Match[str]) -> str:
    """Return the one character that an escape stands for."""
    if escape["html"]:
        from html import unescape

        return unescape(escape[0])[:1]
    return escape["itself"] or chr(int(escape["json"] or escape["python"] or escape["url"], 16))


def hidden(answer: Any, hide: Callable[[str], str], *, names: bool) -> Any:
    """Return an answer with the key hidden in every text, and with ``names`` in the names of its fields too.

    Numbers stay as they are: one that has digits of the key must not become another amount. Raises Unexpected where
    two fields would have one name.
    """

    def short(text: str) -> str:
        return hide(text[:_LONGEST])

    whole = [answer]
    waiting: list[Any] = [whole]
    named = cache(short)  # the objects of a list have the same names
    while waiting:
        holder = waiting.pop()
        if names and isinstance(holder, dict):
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
        raise Unexpected("the answer names a field twice")
    if renamed.keys() != holder.keys():
        holder.clear()
        holder.update(renamed)
