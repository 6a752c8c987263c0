"""Where a key comes from: a variable, a command, a file, the keyring or the config itself."""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.files import begin
from balance_cli.keys.secret import MOST, Secret, parse_key

Tell = Callable[[str], None]

SOURCES: Final = ("key_env", "key_command", "key_file", "key_keyring", "key")


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
        return parse_key(_READERS[self.kind](self, deadline, tell), str(self))


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
    from balance_cli.keys.command import read

    return read(source.value, source.folder, deadline, tell)


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
