"""`balance init`: profiles of the keys that are here already, in variables and in files of public convention."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from balance_cli import files
from balance_cli.config import edit
from balance_cli.config import load as configs
from balance_cli.config.profile import Config
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.provider import Provider
from balance_cli.terminal import prompt
from balance_cli.terminal.out import emit, talk


class Found(NamedTuple):
    """A key that is here: whose it is, and the profile that would read it from where it is."""

    provider: Provider
    name: str
    table: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Where the key is, never what it is."""
        kind, where = list(self.table.items())[-1]
        return {"key_env": f"${where}", "key_file": f"{where}"}.get(kind) or f"{where[-1]}"


def init(option: str | None) -> int:
    """Show what was found; on a terminal ask about each and save it, in a pipe print what the config would be given."""
    config = configs.load(option)
    found = list(_found(config, os.environ))
    if not found:
        have = f"{config.path} has a profile for each" if config.profiles else "no provider's usual variable is set"
        talk(f"balance: no key was found that is not used yet: {have} (`balance providers` lists the variables)")
        return Exit.OK if config.profiles else Exit.MISCONFIGURED
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stdout is not None and sys.stdout.isatty()):
        talk(f"balance: {config.path} was not changed: this is what `balance init` on a terminal would write there")
        return emit("\n".join(edit.block(one.name, one.table) for one in found))
    return _ask(config.path, found)


def _ask(path: Path, found: Sequence[Found]) -> int:
    talk(f"Found {len(found)} key{'s' if len(found) > 1 else ''}; no key itself is copied or shown.")
    try:
        chosen = [one for one in found if _wanted(one)]
    except EOFError:
        raise Misconfigured("nothing was added", hint="run again and answer each question") from None
    if not chosen:
        talk("balance: nothing was added")
        return Exit.OK

    def more(text: str) -> str:
        for one in chosen:
            text = edit.added(text, one.name, one.table)
        return text

    edit.change(path, more)
    names = " ".join(one.name for one in chosen)
    talk(f"balance: added {names} to {path}; `balance check` asks them, min = … in a profile is its minimum")
    return Exit.OK


def _wanted(one: Found) -> bool:
    return prompt.confirm(f"{one.provider.name}: profile {one.name} with the key from {one.place}?", default=True)


def _found(config: Config, environ: Mapping[str, str]) -> Iterator[Found]:
    """Yield every key that no profile uses; a variable that several providers share is the first one's."""
    used = {value for profile in config.profiles for value in profile.key.value}
    names = {profile.name for profile in config.profiles}
    for provider, variable in configs.usual(environ):
        places = ({"key_env": variable}, variable) if variable else next(_kept(provider), None)
        if places and places[1] not in used:
            used.add(places[1])
            name = next(n for n in (provider.id, *(f"{provider.id}-{i}" for i in range(2, 1000))) if n not in names)
            yield Found(provider, name, {"provider": provider.id, **places[0]})


def _kept(provider: Provider) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield where the vendor's own tools keep a key, as a profile says it, and the file's name alone."""
    for name, within in provider.files.items():
        file = Path(os.path.expanduser(name))  # noqa: PTH111 - without a home it stays as it is
        if not file.is_absolute():
            continue
        if not within and file.is_file():
            yield {"key_file": name}, name
        elif within and _has(file, within):
            yield {"key_command": ["jq", "-er", f".{within}", str(file)]}, str(file)


def _has(file: Path, within: str) -> bool:
    """Return whether there is a text at that place of a JSON file."""
    import jmespath

    try:
        text, _ = files.begin(file, files.MOST_BYTES)
        return isinstance(jmespath.search(within, json.loads(text)), str)
    except (OSError, ValueError, RecursionError):
        return False
