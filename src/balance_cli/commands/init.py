"""`balance init`: create profiles for keys on this machine, in usual variables and in files of the vendors' tools."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from balance_cli.config import edit
from balance_cli.config import load as configs
from balance_cli.config.profile import Config
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.keys.source import KeySource
from balance_cli.keys.stored import find_usual_files, read_key_file
from balance_cli.provider import Provider
from balance_cli.terminal import prompt


class Found(NamedTuple):
    """A key found on this machine: its provider, and a profile that reads the key in place."""

    provider: Provider
    name: str
    table: Mapping[str, str]

    @property
    def place(self) -> str:
        """Where the key is, never the key itself."""
        return self.table["key_file"] if "key_file" in self.table else f"${self.table['key_env']}"


def init(environment: Environment, option: str | None) -> int:
    """Find unused keys; on a terminal, ask about each and save its profile; otherwise print the profiles."""
    config = configs.load(environment, option)
    found = list(_find_keys(environment, config))
    if not found:
        have = f"{config.path} has a profile for each" if config.profiles else "no provider's usual variable is set"
        environment.talk(f"balance: found no new keys: {have} (`balance providers` lists the variables)")
        return Exit.OK if config.profiles else Exit.MISCONFIGURED
    if not (is_terminal(environment.stdin) and is_terminal(environment.stdout)):
        environment.talk(
            f"balance: {config.path} was not changed; on a terminal, `balance init` offers to add these profiles"
        )
        return environment.emit("\n".join(edit.render_profile(one.name, one.table) for one in found))
    return _ask(environment, config.path, found)


def _ask(environment: Environment, path: Path, found: Sequence[Found]) -> int:
    environment.talk(f"Found {len(found)} key{'s' if len(found) > 1 else ''}. Keys are neither copied nor shown.")
    try:
        chosen = [one for one in found if _is_wanted(environment, one)]
    except EOFError:
        raise Misconfigured("nothing was added", hint="run it again and answer each question") from None
    if not chosen:
        environment.talk("balance: nothing was added")
        return Exit.OK

    def add_to(text: str) -> str:
        for one in chosen:
            text = edit.add_profile(text, one.name, one.table)
        return text

    edit.rewrite(path, add_to)
    names = " ".join(one.name for one in chosen)
    environment.talk(
        f"balance: added {names} to {path}; run `balance check`, and set minimums with min = … in the profiles"
    )
    return Exit.OK


def _is_wanted(environment: Environment, one: Found) -> bool:
    question = f"{one.provider.name}: add profile {one.name} with the key from {one.place}?"
    return prompt.confirm(environment, question, default=True)


def _find_keys(environment: Environment, config: Config) -> Iterator[Found]:
    """Yield every key that no profile uses; a variable or file that several providers share belongs to the first."""
    used = {place for profile in config.profiles for place in _list_places(environment, profile.key)}
    names = {profile.name for profile in config.profiles}
    for provider, variable in configs.find_variables(environment):
        for table in [{"key_env": variable}] if variable else _find_stored(environment, provider):
            place = _normalize(environment, *table.values())
            if place not in used:
                used.add(place)
                name = next(n for n in (provider.id, *(f"{provider.id}-{i}" for i in range(2, 1000))) if n not in names)
                names.add(name)
                yield Found(provider, name, {"provider": provider.id, **table})


def _list_places(environment: Environment, key: KeySource) -> Iterator[tuple[str, ...]]:
    """Yield the variables and files from which a profile may read its key."""
    if key.kind == "key_file":
        yield _normalize(environment, os.path.join(key.folder, environment.expand_home(key.value[0])), key.field)  # noqa: PTH118
    elif key.kind == "key_env":
        yield from ((name,) for name in key.value)
        if not any(environment.variables.get(name) for name in key.value):
            yield from (_normalize(environment, *place) for place in find_usual_files(environment, key.files))


def _normalize(environment: Environment, place: str, field: str = "") -> tuple[str, ...]:
    """Return a place of a key so that two names of one place are equal."""
    return (environment.expand_home(place), field) if field else (environment.expand_home(place),)


def _find_stored(environment: Environment, provider: Provider) -> Iterator[dict[str, str]]:
    """Yield the settings of a profile for each key that the vendor's own tools have stored."""
    for place, field in find_usual_files(environment, provider.files, more=True):
        file = Path(environment.expand_home(place))
        if not file.is_absolute():
            continue
        if not field and file.is_file():
            yield {"key_file": place}
        elif field and _has_key(file, field):
            yield {"key_file": place, "key_field": field}


def _has_key(file: Path, field: str) -> bool:
    """Return whether a JSON file has a key at a JMESPath expression."""
    try:
        read_key_file(file, field, "")
    except (OSError, Misconfigured):
        return False
    return True
