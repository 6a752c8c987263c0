"""Where a key comes from, and the wrapper that keeps it out of every text."""

import os
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.files import begin

LONGEST: Final = 8192
MOST: Final = LONGEST + 2
"""The characters of a key's file or of what a command prints, a line break included."""
Tell = Callable[[str], None]

SOURCES: Final = ("key_env", "key_command", "key_file", "key_keyring", "key")


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
        from balance_cli.echo import WINDOW, traces, without

        if len(self._text) < WINDOW:
            return re.sub(rf"(?<!\w){re.escape(self._text)}(?!\w)", "[key]", text)
        if self._traces is None:
            self._traces = traces(self._text)
        return without(text, self._traces)

    def hide_in(self, answer: Any) -> Any:
        """Do the same to everything that an answer says; a short key may be the name of a field."""
        from balance_cli.echo import WINDOW, hidden

        return hidden(answer, self.hide, names=len(self._text) >= WINDOW)

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
