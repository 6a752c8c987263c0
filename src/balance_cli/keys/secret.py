"""The wrapper that keeps a key out of every text."""

import re
from typing import Any, Final

from balance_cli.errors import Misconfigured

LONGEST: Final = 8192
MOST: Final = LONGEST + 2
"""The characters of a key's file or of what a command prints, a line break included."""


class Secret:
    """A key: a run of printable ASCII that only ``reveal`` shows."""

    __slots__ = ("_text", "_traces")

    def __init__(self, text: str) -> None:
        self._text = text
        self._traces: frozenset[str] | None = None

    def reveal(self) -> str:
        """Return the key itself, to sign a request or to look for it in a text."""
        return self._text

    def hide(self, text: str) -> str:
        """Return what others say without the key, in full length: what is cut before may hold an end that is not found.

        Of a key of 8 characters or more, no 8 of them are left in any way to write them; a shorter one is hidden where
        it stands as a word. This is for a provider's texts and never for our own, which may have the same words.
        """
        from balance_cli.keys.echo import WINDOW, traces, without

        if len(self._text) < WINDOW:
            return re.sub(rf"(?<!\w){re.escape(self._text)}(?!\w)", "[key]", text)
        if self._traces is None:
            self._traces = traces(self._text)
        return without(text, self._traces)

    def hide_in(self, answer: Any) -> Any:
        """Do the same to everything that an answer says; a short key may be the name of a field."""
        from balance_cli.keys.echo import WINDOW, hidden

        return hidden(answer, self.hide, names=len(self._text) >= WINDOW)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


def parse_key(text: str, source: str) -> Secret:
    """Return the key in a text, less one newline at its end; raises Misconfigured for what cannot be one."""
    text = text.removesuffix("\n").removesuffix("\r")
    if not text.strip():
        raise Misconfigured(f"the key from {source} is empty", hint=f"put a key there: {source}")
    if len(text) > LONGEST:
        raise Misconfigured(f"the key from {source} is longer than any key", hint="store the key alone there")
    if not all("!" <= char <= "~" for char in text):
        raise Misconfigured(
            f"the key from {source} has spaces, line breaks or other characters that no key has",
            hint="store the key alone there, on one line",
        )
    return Secret(text)
