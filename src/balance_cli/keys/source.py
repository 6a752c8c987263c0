"""Sources of keys: a variable, a command, a file, the keyring or the config itself."""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.files import read_start
from balance_cli.keys.secret import MOST, Secret, parse_key

Tell = Callable[[str], None]

SOURCES: Final = ("key_env", "key_command", "key_file", "key_keyring", "key")


class KeySource(NamedTuple):
    """One of ``SOURCES`` with its value from the profile; for ``key_env``, every variable to try.

    Files and commands are relative to ``folder``, the folder of the config, not to the working directory.
    """

    kind: str
    value: tuple[str, ...]
    folder: str = ""

    def __str__(self) -> str:
        """Name the source as a user would, without showing the key."""
        match self.kind:
            case "key_env":
                return " or ".join(f"${name}" for name in self.value)
            case "key":
                return "the config"
            case "key_command":
                return f"key_command {self.value[0]}"
            case _:
                return f"{self.kind} {self.value[0]}"

    def read(self, environment: Environment, deadline: Deadline, tell: Tell | None = None) -> Secret:
        """Read the key before the deadline; ``tell`` gets debug lines about it; raise Misconfigured."""
        return parse_key(_READERS[self.kind](self, environment, deadline, tell), str(self))


def _read_env(source: KeySource, environment: Environment, *_: object) -> str:
    names = source.value
    for name in names:
        if value := environment.variables.get(name):
            return value
    variables = " or ".join(f"${name}" for name in names)
    trouble = "is not set" if len(names) == 1 else "must be set"
    raise Misconfigured(f"no key: {variables} {trouble}", hint=f"export {names[0]}=… and run again")


def _read_config(source: KeySource, *_: object) -> str:
    return source.value[0]


def _read_file(source: KeySource, environment: Environment, *_: object) -> str:
    file = Path(source.folder, environment.expand_home(source.value[0]))
    try:
        body, _status = read_start(file, MOST + 1)
    except OSError as error:
        message = f"cannot read key_file {source.value[0]}: {error.strerror}"
        hint = "set key_file to the file that holds the key"
        at = "" if os.path.isabs(source.value[0]) else f"; looked for {file}"  # noqa: PTH117
        raise Misconfigured(message, hint=f"{hint}{at}") from None
    return body.decode("latin-1")


def _read_command(source: KeySource, _: Environment, deadline: Deadline, tell: Tell | None) -> str:
    from balance_cli.keys.command import read

    return read(source.value, source.folder, deadline, tell)


def _read_keyring(source: KeySource, _environment: Environment, deadline: Deadline, *_ignored: object) -> str:
    """Read from the desktop's keyring in a separate thread, because a locked one waits for its user."""
    service, _, user = source.value[0].partition("/")
    found: list[str | None] = []
    trouble: list[str] = []

    def ask() -> None:
        try:
            import keyring

            found.append(keyring.get_password(service, user))
        except ImportError:
            trouble.append("is not installed: pip install 'balance-cli[keyring]'")
        except Exception as error:  # noqa: BLE001 - keyring backends raise anything
            trouble.append(f"failed ({type(error).__name__})")

    thread = threading.Thread(target=ask, daemon=True)
    try:
        thread.start()
        thread.join(deadline.left())
    except RuntimeError:  # the system allows no more threads
        ask()
    hint = f"keyring set {service} {user}"
    if trouble:
        raise Misconfigured(f"the keyring {trouble[0]}", hint="or use key_env, key_command or key_file")
    if not found:
        raise Misconfigured(f"the keyring did not respond within {deadline.seconds:g} s", hint="unlock it")
    if found[0] is None:
        raise Misconfigured(f"the keyring has no entry for {source.value[0]}", hint=hint)
    return found[0]


_READERS: Final[Mapping[str, Callable[[KeySource, Environment, Deadline, Tell | None], str]]] = {
    "key_env": _read_env,
    "key": _read_config,
    "key_file": _read_file,
    "key_command": _read_command,
    "key_keyring": _read_keyring,
}


def store_in_keyring(entry: str, key: Secret) -> None:
    """Store a key in the desktop's keyring as ``SERVICE/USER``; raise Misconfigured if that fails."""
    service, _, user = entry.partition("/")
    try:
        import keyring

        keyring.set_password(service, user, key.reveal())
    except ImportError:
        raise Misconfigured("the keyring is not installed", hint="pip install 'balance-cli[keyring]'") from None
    except Exception as error:  # noqa: BLE001 - keyring backends raise anything
        raise Misconfigured(
            f"the keyring did not store the key ({type(error).__name__})", hint="use --key-file"
        ) from None
