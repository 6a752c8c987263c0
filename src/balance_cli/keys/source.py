"""Sources of keys: a variable, a command, a file, the keyring or the config itself."""

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.keys.secret import Secret, parse_key

Tell = Callable[[str], None]

SOURCES: Final = ("key_env", "key_command", "key_file", "key_keyring", "key")


class KeySource(NamedTuple):
    """One of ``SOURCES`` with its value from the profile; for ``key_env``, every variable to try.

    ``A+B`` are variables with a part of the key each. Files and commands are relative to ``folder``, the folder of the
    config, not to the working directory. ``field`` is the JMESPath of the key in a JSON file, or "" if the file holds
    nothing else. ``files`` are the usual files of the provider, to read if no variable is set.
    """

    kind: str
    value: tuple[str, ...]
    folder: str = ""
    field: str = ""
    files: Mapping[str, str] = MappingProxyType({})

    def __str__(self) -> str:
        """Name the source as a user would, without showing the key."""
        match self.kind:
            case "key_env":
                return " or ".join([*map(name_variables, self.value), *self._show_files()])
            case "key":
                return "the config"
            case "none":
                return "none needed"
            case "key_command":
                return f"key_command {self.value[0]}"
            case _:
                return f"{self.kind} {self.value[0]}"

    def _show_files(self) -> Iterable[str]:
        if not self.files:
            return ()
        from balance_cli.keys.stored import show_usual_file

        return dict.fromkeys(show_usual_file(name) for name in self.files if "*" not in name)

    def read(self, environment: Environment, deadline: Deadline, tell: Tell | None = None) -> Secret:
        """Read the key before the deadline; ``tell`` gets debug lines about it; raise Misconfigured."""
        return _READERS[self.kind](self, environment, deadline, tell)


def join_variables(names: str, variables: Mapping[str, str]) -> str:
    """Return the value of a variable, or those of ``A+B`` joined with a colon; "" if any is not set."""
    values = [variables.get(name, "") for name in names.split("+")]
    return ":".join(values) if all(values) else ""


def find_key(names: Sequence[str], variables: Mapping[str, str]) -> str:
    """Return the value of the first variable that is set; of ``A+B`` and ``A+B+C``, use the one with more parts."""
    found = [name for name in names if join_variables(name, variables)]
    longer = [name for name in found if f"{name}+".startswith(f"{found[0]}+")]
    return join_variables(max(longer, key=len), variables) if longer else ""


def name_variables(names: str) -> str:
    """Name a variable as in a shell, or those of ``A+B``."""
    return " and ".join(f"${name}" for name in names.split("+"))


def _read_env(source: KeySource, environment: Environment, *_: object) -> Secret:
    """Read the first variable that is set, or else the first of the provider's usual files that holds a key."""
    if value := find_key(source.value, environment.variables):
        return parse_key(value, str(source))
    variables = " or ".join(map(name_variables, source.value))
    trouble = "is not set" if variables.count("$") == 1 else "must be set"
    unset = [f"{name}=…" for name in source.value[0].split("+") if not environment.variables.get(name)]
    export = f"export {' '.join(unset)}"
    if not source.files:
        raise Misconfigured(f"no key: {variables} {trouble}", hint=f"{export} and run again")
    from balance_cli.keys.stored import read_usual_file

    hint = f"sign in with the program that writes this file, or {export}"
    return read_usual_file(environment, source.files, Misconfigured(f"no key in {source}", hint=hint))


def _read_config(source: KeySource, *_: object) -> Secret:
    return parse_key(source.value[0], str(source))


def _read_file(source: KeySource, environment: Environment, *_: object) -> Secret:
    from balance_cli.keys.stored import read_key_file

    file = Path(source.folder, environment.expand_home(source.value[0]))
    try:
        return read_key_file(file, source.field, str(source))
    except OSError as error:
        message = f"cannot read key_file {source.value[0]}: {error.strerror}"
        hint = "set key_file to the file that holds the key"
        at = "" if os.path.isabs(source.value[0]) else f"; looked for {file}"  # noqa: PTH117
        raise Misconfigured(message, hint=f"{hint}{at}") from None


def _read_command(source: KeySource, _: Environment, deadline: Deadline, tell: Tell | None) -> Secret:
    from balance_cli.keys.command import read

    return parse_key(read(source.value, source.folder, deadline, tell), str(source))


def _read_keyring(source: KeySource, _environment: Environment, deadline: Deadline, *_ignored: object) -> Secret:
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
    return parse_key(found[0], str(source))


_READERS: Final[Mapping[str, Callable[[KeySource, Environment, Deadline, Tell | None], Secret]]] = {
    "none": lambda *_: Secret(""),
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
