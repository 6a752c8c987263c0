"""Recognize keys that a user pasted in the wrong place, so that no message shows them."""

import re
from itertools import pairwise
from typing import Final

_SHORTEST: Final = 16
"""The minimum length of a key."""
_TURNS: Final = 4
"""The minimum number of changes between letters and digits; a time like 20261120T100000Z has three."""
_PREFIXED: Final = r"(?a)(?<![A-Za-z0-9/])sk[-_][A-Za-z0-9_-]{13,}[^\s\"'`]*"
"""A key with the prefix that many vendors use."""
_WORD: Final = r"(?a)(?<![\w.+~/-])[\w.+~-]++(?!/)"
"""A word that is not part of a path."""
_RUN: Final = r"(?a)[A-Za-z0-9]{16,}"
_UUID: Final = r"(?ai)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def looks_like_key(text: str) -> bool:
    """Return whether a text contains something that looks like a key."""
    return hide_keys(text) != text


def hide_keys(text: str) -> str:
    """Return a text with ``[key]`` in place of every word that looks like a key."""
    if len(text) < _SHORTEST:
        return text
    return re.sub(_WORD, lambda word: "[key]" if _looks_random(word[0]) else word[0], re.sub(_PREFIXED, "[key]", text))


def _looks_random(word: str) -> bool:
    """Return whether a word contains a random run of letters and digits."""
    return bool(re.search(_UUID, word)) or any(map(_is_mixed, re.findall(_RUN, word)))


def _is_mixed(run: str) -> bool:
    kinds = [(char.isdigit(), char.isupper()) for char in run]
    turns = sum(one[0] != other[0] for one, other in pairwise(kinds))
    return turns >= _TURNS or 2 * sum(one != other for one, other in pairwise(kinds)) >= len(run)
