"""Where the config is, what it says, and which of its profiles a run is about."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from balance_cli import files
from balance_cli.config.fields import Document
from balance_cli.config.lines import deep, lines
from balance_cli.config.profile import SHOWN, Config, Problem, Profile
from balance_cli.errors import Misconfigured
from balance_cli.keys.pasted import without_keys
from balance_cli.keys.source import KeySource
from balance_cli.provider import Provider
from balance_cli.providers import find, ids, known_ids
from balance_cli.text import clean, listed, nearest


def path(option: str | None = None) -> Path:
    """Return where the config is: ``--config``, ``$BALANCE_CONFIG`` or the user's own folder; never the working one.

    Raises Misconfigured for an empty option, and where there is neither of them nor a home.
    """
    if option == "":
        raise Misconfigured("--config is empty", hint="say the path of a config, or leave --config out")
    if chosen := option or os.environ.get("BALANCE_CONFIG"):
        return Path(os.path.expanduser(chosen))  # noqa: PTH111 - an unknown user is no error here
    from platformdirs import user_config_path

    if place := _at_home(user_config_path):
        return place / "config.toml"
    raise Misconfigured("there is no home in which a config could be", hint="name one with --config, or set HOME")


def history(config: Config) -> Path | None:
    """Return where the history is: where the config says, else in the folder where the system keeps a user's state.

    Where there is no home either, it is nowhere.
    """
    if config.history.path:
        return config.history.path
    from platformdirs import user_state_path

    place = _at_home(user_state_path)
    return place / "history.db" if place else None


def _at_home(folder: Callable[[str], Path]) -> Path | None:
    """Return a folder of the user's, ``None`` for one without a home: never a folder called ~ in the working one."""
    try:
        place = folder("balance")
    except RuntimeError:
        return None
    return place if place.is_absolute() else None


def load(option: str | None = None) -> Config:
    """Return the config; raises Misconfigured with its first problem. No file at the usual place is an empty one."""
    config, problems = examine(option)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise Misconfigured(f"{config.path}: {problems[0]}{more}", hint="`balance config check` lists every problem")
    return config


def examine(option: str | None = None, *, compare: bool = False) -> tuple[Config, list[Problem]]:
    """Return what can be read of the config and all that is wrong with it; raises Misconfigured where nothing can."""
    file = path(option)
    try:
        text, status = files.read(file)
    except FileNotFoundError:
        if option or os.environ.get("BALANCE_CONFIG"):
            message = f"there is no config at {without_keys(str(file))}"
            raise Misconfigured(message, hint="`balance profile add NAME` makes one") from None
        return Config(path=file), []
    try:
        document = parse(text)
    except ValueError as error:
        return Config(path=file), [Problem(where=(), message=str(error))]
    reader = Document(document, compare=compare)
    config = reader.config(file)
    problems = [*_permissions(file, status, document), *reader.problems]
    found = lines(text, [problem.where for problem in problems[:SHOWN]])
    shown = [problem._replace(line=found.get(problem.where)) for problem in problems[:SHOWN]]
    return config, [*shown, *problems[SHOWN:]]


def parse(text: str) -> dict[str, Any]:
    """Return a TOML document with exact numbers; raises ValueError, saying the line, where it is none."""
    import tomllib

    if text.startswith("\ufeff"):
        raise ValueError("line 1: the file begins with a byte order mark: save it as UTF-8 without one")
    if line := deep(text):
        raise ValueError(f"line {line}: no key of a config has so many parts")
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not TOML: {clean(error)}") from None
    except (RecursionError, ValueError, ArithmeticError):
        raise ValueError("not TOML that anyone would write: a value is too long or nested too deeply") from None


def _permissions(file: Path, status: os.stat_result, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Find what would let another user of this machine read a key or choose where keys go."""
    if os.name == "nt":
        return
    if status.st_uid not in {os.geteuid(), 0}:
        message = f"another user owns this file and could choose where keys go: chown $(id -u) {file}"
        yield Problem(where=(), message=message)
    if status.st_mode & 0o002:
        yield Problem(where=(), message=f"everyone may write this file and choose where keys go: chmod o-w {file}")
    profiles = document.get("profiles")
    for name, table in profiles.items() if isinstance(profiles, dict) else ():
        if isinstance(table, dict) and "key" in table and status.st_mode & 0o077:
            yield Problem(where=("profiles", name, "key"), message=f"others may read this key: chmod 600 {file}")


def select(config: Config, names: Sequence[str], environ: Mapping[str, str]) -> list[Profile]:
    """Return the profiles that a run is about, in the order asked for.

    A name is a profile's or a provider's, whose key is then in its usual variable. Without names these are all profiles
    of the config, or where it has none every provider whose usual variable is set. Raises Misconfigured for an unknown
    name, and where there is nothing to check.
    """
    if names:
        known = {profile.name: profile for profile in config.profiles}
        return [known.get(name) or _of_provider(name, config, known) for name in dict.fromkeys(names)]
    if config.profiles:
        return list(config.profiles)
    found = [profile_from_environment(provider, config) for provider, variable in usual(environ) if variable]
    if not found:
        raise Misconfigured(
            f"nothing to check: no profile in {config.path}, and no provider's key in the environment",
            hint="`balance init` makes profiles of the keys that are here, `balance demo` shows what that gives",
        )
    return found


def profile_from_environment(provider: Provider, config: Config) -> Profile:
    """Return the profile of a provider whose key is in its usual variable; it is named like the provider."""
    key = KeySource(kind="key_env", value=provider.env)
    return Profile(name=provider.id, provider=provider, key=key, minimums=config.minimums, min_days=config.min_days)


def usual(environ: Mapping[str, str]) -> Iterator[tuple[Provider, str | None]]:
    """Yield every provider that has an address of its own, and the usual variable of it that is set, if any.

    A variable that is another provider's first one is that one's alone.
    """
    providers = [find(name) for name in ids()]
    owners = {provider.env[0]: provider.id for provider in providers[::-1]}
    for provider in providers:
        if provider.base:
            mine = (name for name in provider.env if environ.get(name) and owners.get(name, provider.id) == provider.id)
            yield provider, next(mine, None)


def _of_provider(name: str, config: Config, known: Iterable[str]) -> Profile:
    if name not in ids() and name not in (names := known_ids()):
        like = nearest(name, [*known, *names])
        have = f"the config has {listed(known)}" if known else f"{config.path} has no profile"
        raise Misconfigured(
            f'there is no profile or provider "{clean(without_keys(name), 64)}"{like}',
            hint=f"{have}; `balance providers` lists the providers",
        )
    provider = find(name)
    if not (provider.base or provider.absent or provider.broken):
        raise Misconfigured(
            f"{provider.name} is at an address of your own, which a profile must say",
            hint=f"`balance profile add NAME --provider {name} --base-url https://…` makes one",
        )
    return profile_from_environment(provider, config)
