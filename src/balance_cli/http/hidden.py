"""What httpx would take up where it is installed, and what nothing here uses: hidden while httpx is imported."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OPTIONAL: Final = ("anyio", "trio", "h2", "click", "brotli", "brotlicffi", "zstandard")
"""Importing them costs up to two fifths of a check."""


@contextmanager
def without_extras() -> Iterator[None]:
    """Let imports in this block not find the optional parts of httpx; what is imported already stays."""
    hidden = [name for name in _OPTIONAL if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None stands for "cannot be imported"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
