"""`balance init`: create profiles for keys on this machine, in usual variables and in files of the vendors' tools."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from balance_cli import files
from balance_cli.config import edit
from balance_cli.config import load as configs
from balance_cli.config.profile import Config
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.provider import Provider
from balance_cli.terminal import prompt


class Found(NamedTuple):
    """A key found on this machine: its provider, and a profile that reads the key in place."""

    provider: Provider
    name: str
    table: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Where the key is, never the key itself."""
        kind, where = list(self.table.items())[-1]
        return {"key_env": f"${where}", "key_file": f"{where}"}.get(kind) or f"{where[-1]}"


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
    """Yield every key that no profile uses; a variable that several providers share belongs to the first."""
    used = {value for profile in config.profiles for value in profile.key.value}
    names = {profile.name for profile in config.profiles}
    for provider, variable in configs.find_variables(environment):
        places = ({"key_env": variable}, variable) if variable else next(_find_stored(environment, provider), None)
        if places and places[1] not in used:
            used.add(places[1])
            name = next(n for n in (provider.id, *(f"{provider.id}-{i}" for i in range(2, 1000))) if n not in names)
            yield Found(provider, name, {"provider": provider.id, **places[0]})


def _find_stored(environment: Environment, provider: Provider) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield keys that the vendor's own tools have stored: the setting of a profile, and the name of the file."""
    for name, within in provider.files.items():
        file = Path(environment.expand_home(name))
        if not file.is_absolute():
            continue
        if not within and file.is_file():
            yield {"key_file": name}, name
        elif within and _has_text(file, within):
            yield {"key_command": ["jq", "-er", f".{within}", str(file)]}, str(file)


def _has_text(file: Path, within: str) -> bool:
    """Return whether a JMESPath expression finds a string in a JSON file."""
    import jmespath

    try:
        text, _ = files.read_start(file, files.MOST_BYTES)
        return isinstance(jmespath.search(within, json.loads(text)), str)
    except (OSError, ValueError, RecursionError):
        return False
