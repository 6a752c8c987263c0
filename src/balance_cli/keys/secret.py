"""The wrapper that keeps a key out of all text."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from balance_cli.errors import Misconfigured

LONGEST: Final = 8192
MOST: Final = LONGEST + 2
"""The maximum length of a key file or of a command's output, including a line break."""


class Secret:
    """A key: printable ASCII without spaces; only ``reveal`` shows it.

    ``holder`` is the JSON object that contains the key in another program's file, or ``None``.
    """

    __slots__ = ("_others", "_text", "_traces", "holder")

    def __init__(self, text: str, holder: Mapping[str, Any] | None = None, others: Iterable["Secret"] = ()) -> None:
        self._text, self.holder, self._others = text, holder, tuple(others)
        self._traces: frozenset[str] | None = None

    def with_others(self, texts: Iterable[str]) -> "Secret":
        """Return the same key, which also hides these texts."""
        return Secret(self._text, self.holder, map(Secret, texts))

    def reveal(self) -> str:
        """Return the key itself, to sign a request or to search a text for it."""
        return self._text

    def hide(self, text: str) -> str:
        """Return a text without the key; call this before truncating, because part of a key may not be found.

        For a key of 8 characters or more, hide every run of 8 of them in any encoding; hide a shorter key only as a
        whole word. This is for texts from a provider, never for our own, which may contain the same words.
        """
        from balance_cli.keys.echo import WINDOW, hide_traces, make_traces

        for other in self._others:
            text = other.hide(text)
        if len(self._text) < WINDOW:
            return re.sub(rf"(?<!\w){re.escape(self._text)}(?!\w)", "[key]", text)
        if self._traces is None:
            self._traces = make_traces(self._text)
        return hide_traces(text, self._traces)

    def hide_in(self, answer: Any) -> Any:
        """Hide the key everywhere in a response, except for a short key in field names."""
        from balance_cli.keys.echo import WINDOW, hide_everywhere

        return hide_everywhere(answer, self.hide, names=len(self._text) >= WINDOW)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


def parse_key(text: str, source: str) -> Secret:
    """Parse a key, removing one trailing newline; raise Misconfigured if it cannot be one."""
    text = text.removesuffix("\n").removesuffix("\r")
    if not text.strip():
        raise Misconfigured(f"the key from {source} is empty", hint="store the key there")
    if len(text) > LONGEST:
        raise Misconfigured(f"the key from {source} is too long for a key", hint="store only the key there")
    if not all("!" <= char <= "~" for char in text):
        raise Misconfigured(
            f"the key from {source} has spaces, line breaks or other characters that keys never have",
            hint="store only the key there, on one line",
        )
    return Secret(text)
