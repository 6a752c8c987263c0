"""Keys that a user pasted where none belongs: told by their looks, so that no message shows them."""

import re
from itertools import pairwise
from typing import Final

_LEAST: Final = 16
"""The characters that a key has at the least."""
_TURNS: Final = 4
"""From letters to digits and back: a time like 20261120T100000Z has three."""
_BEGUN: Final = r"(?a)(?<![A-Za-z0-9/])sk[-_][A-Za-z0-9_-]{13,}[^\s\"'`]*"
"""How the keys of many vendors begin."""
_WORD: Final = r"(?a)(?<![\w.+~/-])[\w.+~-]++(?!/)"
"""A word; a part of a path is none."""
_RUN: Final = r"(?a)[A-Za-z0-9]{16,}"
_UUID: Final = r"(?ai)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def likely_key(text: str) -> bool:
    """Return whether there is something in a text that looks like a key."""
    return without_keys(text) != text


def without_keys(text: str) -> str:
    """Return a text with ``[key]`` in the place of every word that looks like a key."""
    if len(text) < _LEAST:
        return text
    return re.sub(_WORD, lambda word: "[key]" if _random(word[0]) else word[0], re.sub(_BEGUN, "[key]", text))


def _random(word: str) -> bool:
    """Return whether a word has a run of letters and digits that nobody would think of."""
    return bool(re.search(_UUID, word)) or any(map(_mixed, re.findall(_RUN, word)))


def _mixed(run: str) -> bool:
    kinds = [(char.isdigit(), char.isupper()) for char in run]
    turns = sum(one[0] != other[0] for one, other in pairwise(kinds))
    return turns >= _TURNS or 2 * sum(one != other for one, other in pairwise(kinds)) >= len(run)
