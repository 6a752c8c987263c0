"""Keys that a user pasted where none belongs: told by their looks, so that no message shows them."""

import re
from itertools import pairwise
from typing import Final

_BEGUN: Final = re.compile(r"(?<![A-Za-z0-9/])sk[-_][A-Za-z0-9_-]{13,}[^\s\"'`]*", re.ASCII)
"""How the keys of many vendors begin."""
_WORD: Final = re.compile(r"(?<![\w.+~/-])[\w.+~-]++(?!/)", re.ASCII)
"""A word; a part of a path is none."""
_RUN: Final = re.compile(r"[A-Za-z0-9]{16,}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_TURNS: Final = 4
"""From letters to digits and back: a time like 20261120T100000Z has three."""


def likely_key(text: str) -> bool:
    """Return whether there is something in a text that looks like a key."""
    return without_keys(text) != text


def without_keys(text: str) -> str:
    """Return a text with ``[key]`` in the place of every word that looks like a key."""
    return _WORD.sub(lambda word: "[key]" if _random(word[0]) else word[0], _BEGUN.sub("[key]", text))


def _random(word: str) -> bool:
    """Return whether a word has a run of letters and digits that nobody would think of."""
    return bool(_UUID.search(word)) or any(map(_mixed, _RUN.findall(word)))


def _mixed(run: str) -> bool:
    kinds = [(char.isdigit(), char.isupper()) for char in run]
    turns = sum(one[0] != other[0] for one, other in pairwise(kinds))
    return turns >= _TURNS or 2 * sum(one != other for one, other in pairwise(kinds)) >= len(run)
