"""The wrapper that keeps a key out of all text."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from balance_cli.errors import Misconfigured

LONGEST: Final = 8192
MOST: Final = LONGEST + 2
"""The maximum length of a key file or of a command's output, including a line break."""


class Secret:
    """A key: printable ASCII without spaces; only ``reveal`` and ``fill`` show it.

    A key of the form ``user:secret`` has two halves. ``holder`` is the JSON object that contains the key in another
    program's file, or ``None``. ``others`` are hidden like the key.
    """

    __slots__ = ("_others", "_text", "_traces", "holder")

    def __init__(self, text: str, holder: Mapping[str, Any] | None = None, others: Iterable["Secret"] = ()) -> None:
        self._text, self.holder, self._others = text, holder, [*others]
        self._traces: frozenset[str] | None = None

    def with_others(self, texts: Iterable[str]) -> "Secret":
        """Return the same key, which also hides these texts."""
        return Secret(self._text, self.holder, map(Secret, texts))

    def add(self, text: str) -> None:
        """Hide another text from now on: a signature made with the key, or a token that a provider gives for it."""
        self._others.append(Secret(text))
        self._traces = None

    def reveal(self) -> str:
        """Return the key itself, to sign a request or to search a text for it."""
        return self._text

    def fill(self, template: str) -> str:
        """Replace ``{key}``, ``{user}``, ``{secret}``, and ``{basic}`` or ``{basic_user}`` for HTTP's Basic."""
        user, _, secret = self._text.partition(":")
        words = {"key": self._text, "user": user, "secret": secret}
        if "{basic" in template:
            from base64 import b64encode

            words["basic"] = b64encode(self._text.encode()).decode()
            words["basic_user"] = b64encode(f"{self._text}:".encode()).decode()
        return template.format_map(words)

    def hide(self, text: str) -> str:
        """Return a text without the key; call this before truncating, because part of a key may not be found.

        For a key of 8 characters or more, hide every run of 8 of them in any encoding; hide a shorter key, or a shorter
        half of one, only as a whole word. This is for texts from a provider, never for our own, which may contain the
        same words.
        """
        from balance_cli.keys.echo import WINDOW

        text = self.hide_runs(text)
        for secret in (*self._others, self):
            for part in secret.reveal().split(":"):
                if part and len(part) < WINDOW:
                    text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "[key]", text)
        return text

    def hide_in(self, answer: Any) -> Any:
        """Hide the key everywhere in a response, except for a short key in field names."""
        from balance_cli.keys.echo import hide_everywhere

        return hide_everywhere(answer, self.hide, hide_name=self.hide_runs)

    def hide_runs(self, text: str) -> str:
        """Hide only what is at least 8 characters of the key or of the others."""
        from balance_cli.keys.echo import WINDOW, hide_traces, make_traces

        if self._traces is None:
            texts = [secret.reveal() for secret in (self, *self._others)]
            self._traces = frozenset().union(*(make_traces(long) for long in texts if len(long) >= WINDOW))
        return hide_traces(text, self._traces) if self._traces else text

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


def require_halves(secret: Secret, form: str) -> None:
    """Raise Misconfigured if the key is not of the form ``user:secret``, which the provider calls ``form``."""
    if ":" not in secret.reveal():
        raise Misconfigured(f"the key is not of the form {form}", hint="join both halves with a colon")
