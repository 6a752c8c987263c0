"""`balance profile remove`: remove a profile, and if wanted the key file that `profile add` wrote for it."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from balance_cli import files
from balance_cli.config import edit
from balance_cli.config import load as configs
from balance_cli.config.fields import explain_bad_name
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.terminal import prompt

Tables = Mapping[str, Any]


def remove(environment: Environment, name: str, option: str | None, *, delete_key: bool) -> int:
    """Remove a profile; delete its key file only if `profile add` wrote it, no other profile uses it, and if wanted."""
    file = configs.find_config(environment, option)
    try:
        tables = edit.read_profiles(files.read(file)[0])
    except FileNotFoundError:
        raise Misconfigured(f"there is no config at {file}", hint="`balance profile add NAME` creates one") from None
    own = _find_own_file(environment, file, tables, name)
    delete = own is not None and (delete_key or _wants_deletion(environment, own))
    edit.rewrite(file, lambda text: edit.remove_profile(text, name))
    if own and delete and _delete(environment, file, own):
        environment.talk(f"balance: removed {name} from {file}, and deleted its key file {own}")
        return Exit.OK
    kept = tables[name].get("key_file")
    why = ", which `profile add` did not write for this profile alone" if delete_key else ""
    environment.talk(f"balance: removed {name} from {file}{f' (its key is still in {kept}{why})' if kept else ''}")
    return Exit.OK


def _wants_deletion(environment: Environment, own: Path) -> bool:
    if not is_terminal(environment.stdin):
        return False
    try:
        return prompt.confirm(environment, f"Delete its key file {own} too?", default=False)
    except EOFError:
        raise Misconfigured("nothing was removed", hint="run it again and answer the question") from None


def _find_own_file(environment: Environment, file: Path, tables: Tables, name: str) -> Path | None:
    """Return the key file that `profile add` wrote for a profile, if no other profile uses it."""
    own, table = file.absolute().parent / "keys" / name, tables.get(name)
    if explain_bad_name(name) or not isinstance(table, dict) or "key_field" in table:
        return None
    place = _locate(environment, file, table.get("key_file"))
    if place != own or own.is_symlink() or not own.is_file():
        return None
    return None if _is_used(environment, file, {**tables, name: None}, own) else own


def _is_used(environment: Environment, file: Path, tables: Tables, own: Path) -> bool:
    """Return whether any profile reads its key from a file, or names it in its command."""
    for table in filter(lambda table: isinstance(table, dict), tables.values()):
        place = _locate(environment, file, table.get("key_file"))
        with suppress(OSError, ValueError):
            if place and (place == own or place.samefile(own)):
                return True
        if f"{own.parent.name}/{own.name}" in str(table.get("key_command")):
            return True
    return False


def _locate(environment: Environment, file: Path, key_file: object) -> Path | None:
    """Return the absolute path of a key file; ``None`` if a profile has none."""
    if not isinstance(key_file, str):
        return None
    return Path(os.path.normpath(file.absolute().parent / environment.expand_home(key_file)))


def _delete(environment: Environment, file: Path, own: Path) -> bool:
    """Delete a key file, unless a profile that was added meanwhile uses it; return whether it was deleted."""
    try:
        with files.lock(file):
            if _is_used(environment, file, edit.read_profiles(files.read(file)[0]), own):
                return False
            own.unlink()
    except OSError as error:
        message = f"the profile was removed, but its key file {own} cannot be deleted: {error.strerror}"
        raise Misconfigured(message, hint="delete it yourself") from None
    return True
