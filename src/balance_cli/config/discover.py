"""Find keys on this machine that no profile uses yet, and keys that cannot read a balance."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from balance_cli.config import load as configs
from balance_cli.config.profile import Config, Profile
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.keys.source import KeySource, find_key, name_variables
from balance_cli.keys.stored import find_usual_files, read_key_file
from balance_cli.provider import Provider
from balance_cli.providers import find, ids
from balance_cli.providers._absent import ABSENT


class Found(NamedTuple):
    """A key found on this machine: its provider, and the name and settings of a profile that reads it in place."""

    provider: Provider
    name: str
    table: Mapping[str, str]

    @property
    def place(self) -> str:
        """Where the key is, never the key itself."""
        return self.table["key_file"] if "key_file" in self.table else name_variables(self.table["key_env"])

    @property
    def profile(self) -> Profile:
        """The profile, without any minimum."""
        kind = "key_file" if "key_file" in self.table else "key_env"
        key = KeySource(kind=kind, value=(self.table[kind],), field=self.table.get("key_field", ""))
        return Profile(name=self.name, provider=self.provider, key=key)


def find_keys(environment: Environment, config: Config) -> Iterator[Found]:
    """Yield every key that no profile uses; a variable or file that several providers share belongs to the first."""
    used = {place for profile in config.profiles for place in _list_places(environment, profile.key)}
    names = {profile.name for profile in config.profiles}
    for provider, variable in configs.find_variables(environment):
        for table in [{"key_env": variable}] if variable else _find_stored(environment, provider):
            place = _normalize(environment, *table.values())
            if place not in used:
                used.add(place)
                name = suggest_name(provider, names)
                names.add(name)
                yield Found(provider, name, {"provider": provider.id, **table})


def suggest_name(provider: Provider, taken: Collection[str]) -> str:
    """Return a name for a profile of this provider: its id, with a number if that is taken."""
    numbered = (f"{provider.id}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (provider.id, *numbered) if name not in taken)


def explain_unfit(environment: Environment, config: Config, found: Sequence[Found]) -> Iterator[str]:
    """Yield a line about each variable that is set and used by no profile, but whose key cannot read a balance."""
    keys = [profile.key for profile in config.profiles if profile.key.kind == "key_env"]
    used = {name for key in keys for names in key.value for name in names.split("+")}
    variables = {name: value for name, value in environment.variables.items() if name not in used}
    readable = {profile.provider.id for profile in config.profiles} | {one.provider.id for one in found}
    for provider in map(find, ids()):
        for name, why in provider.unfit.items():
            if variables.get(name) and provider.id not in readable:
                yield f"{name} is set, but {why} ({provider.env[0]})"
    for provider in map(find, ABSENT):
        if name := next(filter(variables.get, provider.env), ""):
            yield f"{name} is set, but {provider.name} has no endpoint for a balance ({provider.absent})"


def _list_places(environment: Environment, key: KeySource) -> Iterator[tuple[str, ...]]:
    """Yield the variables and files from which a profile may read its key."""
    if key.kind == "key_file":
        yield _normalize(environment, os.path.join(key.folder, environment.expand_home(key.value[0])), key.field)  # noqa: PTH118
    elif key.kind == "key_env":
        yield from ((name,) for name in key.value)
        if not find_key(key.value, environment.variables):
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
