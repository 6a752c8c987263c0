"""Where a key comes from, and the wrapper that keeps it out of every text."""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.files import begin

LONGEST: Final = 8192
MOST: Final = LONGEST + 2
"""The characters of a key's file or of what a command prints, a line break included."""
Tell = Callable[[str], None]
_LONG: Final = 8
"""From here on a run of characters in an answer is the key, and not a word or a number that happens to look like it."""

SOURCES: Final = ("key_env", "key_command", "key_file", "key_keyring", "key")


class Secret:
    """A key: a run of printable ASCII that only ``reveal`` shows."""

    __slots__ = ("_forms", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._forms: tuple[str, ...] = ()

    def reveal(self) -> str:
        """Return the key itself, to sign a request or to look for it in a text."""
        return self._text

    def hide(self, text: str) -> str:
        """Return a text without the key, also where it was quoted for a URL or a header, or is but one half of it."""
        for form in self._shapes():
            text = text.replace(form, "[key]")
        return text

    def hide_bytes(self, body: bytes) -> bytes:
        """Do the same to an answer as it arrived, before anything is cut out of it."""
        for form in self._shapes():
            if len(form) >= _LONG:
                body = body.replace(form.encode(), b"[key]")
        return body

    def _shapes(self) -> tuple[str, ...]:
        """Return what the key looks like in a text, in a URL and in a header, and its halves."""
        if not self._forms:
            from base64 import b64encode
            from urllib.parse import quote

            encoded = b64encode(self._text.encode()).decode().rstrip("=")
            halves = (half for half in self._text.split(":") if len(half) >= _LONG)
            self._forms = (self._text, quote(self._text, safe=""), encoded, *halves)
        return self._forms

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


def secret(text: str, source: str) -> Secret:
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


class KeySource(NamedTuple):
    """One of the places of ``SOURCES``, and what the profile says of it; of ``key_env`` every variable there may be.

    A file's path and a command's are relative to ``folder``, which is the config's, wherever a run is started.
    """

    kind: str
    value: tuple[str, ...]
    folder: str = ""

    def __str__(self) -> str:
        """Name the place as a user would, never what is in it."""
        match self.kind:
            case "key_env":
                return " or ".join(f"${name}" for name in self.value)
            case "key":
                return "the config"
            case "key_command":
                return f"key_command {self.value[0]}"
            case _:
                return f"{self.kind} {self.value[0]}"

    def read(self, deadline: Deadline, tell: Tell | None = None) -> Secret:
        """Fetch the key, not past the deadline, and tell what is said about it; raises Misconfigured."""
        return secret(_READERS[self.kind](self, deadline, tell), str(self))


def _from_env(source: KeySource, *_: object) -> str:
    names = source.value
    for name in names:
        if value := os.environ.get(name):
            return value
    variables = " or ".join(f"${name}" for name in names)
    raise Misconfigured(f"there is no key: {variables} is not set", hint=f"export {names[0]}=… and run again")


def _from_config(source: KeySource, *_: object) -> str:
    return source.value[0]


def _from_file(source: KeySource, *_: object) -> str:
    file = os.path.join(source.folder, os.path.expanduser(source.value[0]))  # noqa: PTH111, PTH118 - ~nobody stays
    try:
        body, _status = begin(Path(file), MOST + 1)
    except OSError as error:
        message = f"key_file {source.value[0]} cannot be read: {error.strerror}"
        hint = "name the file that holds the key"
        at = "" if os.path.isabs(source.value[0]) else f"; it was looked for as {file}"  # noqa: PTH117
        raise Misconfigured(message, hint=f"{hint}{at}") from None
    return body.decode("latin-1")


def _from_command(source: KeySource, deadline: Deadline, tell: Tell | None) -> str:
    from balance_cli.key_command import read

    return read(source, deadline, tell)


def _from_keyring(source: KeySource, deadline: Deadline, *_told: object) -> str:
    """Ask the desktop's keyring in a thread of its own: a locked one waits for its user."""
    service, _, user = source.value[0].partition("/")
    found: list[str | None] = []
    trouble: list[str] = []

    def ask() -> None:
        try:
            import keyring

            found.append(keyring.get_password(service, user))
        except ImportError:
            trouble.append("is not installed: pip install 'balance-cli[keyring]'")
        except Exception as error:  # noqa: BLE001 - whatever a desktop's keyring raises, the key is not to be had
            trouble.append(f"cannot be asked ({type(error).__name__})")

    thread = threading.Thread(target=ask, daemon=True)
    try:
        thread.start()
        thread.join(deadline.left())
    except RuntimeError:  # the system gives no more
        ask()
    hint = f"keyring set {service} {user}"
    if trouble:
        raise Misconfigured(f"the keyring {trouble[0]}", hint="or use key_env, key_command or key_file")
    if not found:
        raise Misconfigured(f"the keyring did not answer within {deadline.seconds:g} s", hint="unlock it")
    if found[0] is None:
        raise Misconfigured(f"the keyring has nothing for {source.value[0]}", hint=hint)
    return found[0]


_READERS: Final[Mapping[str, Callable[[KeySource, Deadline, Tell | None], str]]] = {
    "key_env": _from_env,
    "key": _from_config,
    "key_file": _from_file,
    "key_command": _from_command,
    "key_keyring": _from_keyring,
}


def store_in_keyring(entry: str, key: Secret) -> None:
    """Put a key into the desktop's keyring as ``SERVICE/USER``; raises Misconfigured where that cannot be."""
    service, _, user = entry.partition("/")
    try:
        import keyring

        keyring.set_password(service, user, key.reveal())
    except ImportError:
        raise Misconfigured("the keyring is not installed", hint="pip install 'balance-cli[keyring]'") from None
    except Exception as error:  # noqa: BLE001 - whatever a desktop's keyring raises, the key is not stored
        raise Misconfigured(f"the keyring refuses ({type(error).__name__})", hint="use --key-file") from None
