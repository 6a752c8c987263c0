"""Find and load the config, and select the profiles of a run."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from balance_cli import files
from balance_cli.config.fields import Document
from balance_cli.config.profile import SHOWN, Config, Problem, Profile, usual_source
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.keys.pasted import hide_keys
from balance_cli.keys.source import join_variables
from balance_cli.provider import Provider
from balance_cli.providers import find, ids, known_ids
from balance_cli.text import clean, join_names, suggest_similar

DEEPEST: Final = 8
"""Maximum number of parts of a key; a config needs three at most."""


def find_config(environment: Environment, option: str | None = None) -> Path:
    """Return the path of the config: ``--config``, ``$BALANCE_CONFIG``, or in the user's config folder.

    It is never looked for in the working directory. Raise Misconfigured if the option is empty, or if neither is given
    and there is no home directory.
    """
    if option == "":
        raise Misconfigured("--config is empty", hint="name a config file, or omit --config")
    if chosen := option or environment.variables.get("BALANCE_CONFIG"):
        return Path(environment.expand_home(chosen))
    if folder := environment.config_folder():
        return folder / "config.toml"
    raise Misconfigured("no config: there is no home directory to keep it in", hint="use --config PATH, or set HOME")


def find_history(environment: Environment, config: Config) -> Path | None:
    """Return the path of the history: as in the config, else in the user's state folder; ``None`` without a home."""
    if config.history.path:
        return config.history.path
    folder = environment.state_folder()
    return folder / "history.db" if folder else None


def load(environment: Environment, option: str | None = None) -> Config:
    """Return the config; raise Misconfigured with its first problem. A missing file in the user's folder is empty."""
    config, problems = examine(environment, option)
    if problems:
        more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        raise Misconfigured(f"{config.path}: {problems[0]}{more}", hint="`balance config check` lists every problem")
    return config


def examine(
    environment: Environment, option: str | None = None, *, compare: bool = False
) -> tuple[Config, list[Problem]]:
    """Return the valid part of the config and all its problems; raise Misconfigured if it cannot be read at all."""
    file = find_config(environment, option)
    try:
        text, status = files.read(file)
    except FileNotFoundError:
        if option or environment.variables.get("BALANCE_CONFIG"):
            message = f"there is no config at {hide_keys(str(file))}"
            raise Misconfigured(message, hint="`balance profile add NAME` creates one") from None
        return Config(path=file), []
    return examine_text(environment, file, text, status, compare=compare)


def examine_text(
    environment: Environment, file: Path, text: str, status: os.stat_result | None, *, compare: bool
) -> tuple[Config, list[Problem]]:
    """Return the valid part of a text for this config, and all its problems; ``status`` is that of the file, if any."""
    try:
        document = parse(text)
    except ValueError as error:
        return Config(path=file), [Problem(where=(), message=str(error))]
    reader = Document(document, environment, compare=compare)
    config = reader.config(file)
    problems = [*(_permissions(file, status, document) if status else ()), *reader.problems]
    return config, [*_add_lines(text, problems[:SHOWN]), *problems[SHOWN:]]


def _add_lines(text: str, problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems with their lines in the text."""
    if not problems:
        return []
    from balance_cli.config.lines import find_lines

    found = find_lines(text, [problem.where for problem in problems])
    return [problem._replace(line=found.get(problem.where)) for problem in problems]


def parse(text: str) -> dict[str, Any]:
    """Parse TOML with exact numbers; raise ValueError, with the line, if it is invalid."""
    import tomllib

    if text.startswith("\ufeff"):
        raise ValueError("line 1: the file starts with a byte order mark: save it as UTF-8 without one")
    if line := _find_deep_key(text):
        raise ValueError(f"line {line}: this key has too many parts")
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"invalid TOML: {clean(error)}") from None
    except (RecursionError, ValueError, ArithmeticError):
        raise ValueError("invalid TOML: a value is too long or too deeply nested") from None


def _find_deep_key(text: str) -> int | None:
    """Return the line of a key that has too many parts: the time of the parser grows with their square."""
    if all(line.count(".") < DEEPEST for line in text.split("\n")):
        return None  # the normal case: looking closer costs more than parsing a config
    from balance_cli.config.lines import find_deep_key

    return find_deep_key(text, DEEPEST)


def _permissions(file: Path, status: os.stat_result, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Find permissions that let other users of this machine read a key or change where keys are sent."""
    if os.name == "nt":
        return
    if status.st_uid not in {os.geteuid(), 0}:
        message = f"another user owns this file and could change where keys are sent: chown $(id -u) {file}"
        yield Problem(where=(), message=message)
    if status.st_mode & 0o002:
        message = f"everyone can write to this file and change where keys are sent: chmod o-w {file}"
        yield Problem(where=(), message=message)
    profiles = document.get("profiles")
    for name, table in profiles.items() if isinstance(profiles, dict) else ():
        if isinstance(table, dict) and "key" in table and status.st_mode & 0o077:
            yield Problem(where=("profiles", name, "key"), message=f"other users can read this key: chmod 600 {file}")


def select_profiles(environment: Environment, config: Config, names: Sequence[str]) -> list[Profile]:
    """Return the profiles of a run, in the order of ``names``.

    A name is that of a profile, or of a provider whose key is in its usual variable. Without names, return all profiles
    of the config, or if it has none, every provider whose usual variable is set. Raise Misconfigured for an unknown
    name, and if there is nothing to check.
    """
    if names:
        known = {profile.name: profile for profile in config.profiles}
        return [known.get(name) or _select_provider(name, config, known) for name in dict.fromkeys(names)]
    if config.profiles:
        return list(config.profiles)
    found = [
        profile_from_environment(provider, config) for provider, variable in find_variables(environment) if variable
    ]
    if not found:
        raise Misconfigured(
            f"nothing to check: no profile in {config.path}, and no provider's key in the environment",
            hint="`balance init` creates profiles for keys on this machine, `balance demo` shows an example",
        )
    return found


def describe_names(config: Config) -> str:
    """Return a hint about the names that select a profile."""
    names = [profile.name for profile in config.profiles]
    have = f"the config has {join_names(names)}" if names else f"{config.path} has no profile"
    return f"{have}; `balance providers` lists the providers"


def profile_from_environment(provider: Provider, config: Config) -> Profile:
    """Return a profile for a provider whose key is in its usual variable, named like the provider."""
    return Profile(
        name=provider.id,
        provider=provider,
        key=usual_source(provider),
        minimums=config.minimums,
        min_days=config.min_days,
        max_age=max(config.max_age, provider.min_interval),
    )


def find_variables(environment: Environment) -> Iterator[tuple[Provider, str | None]]:
    """Yield every provider that needs only a key, and the first of its usual variables that is set, if any.

    A variable that is the first one of another provider belongs to that provider only.
    """
    providers = [find(name) for name in ids()]
    variables = environment.variables
    owners = {provider.env[0]: provider.id for provider in providers[::-1] if provider.env}
    for provider in providers:
        if provider.base and not provider.required:
            mine = (
                name
                for name in provider.env
                if join_variables(name, variables) and owners.get(name, provider.id) == provider.id
            )
            yield provider, next(mine, None)


def _select_provider(name: str, config: Config, known: Iterable[str]) -> Profile:
    if name not in ids() and name not in (names := known_ids()):
        like = suggest_similar(name, [*known, *names])
        raise Misconfigured(
            f'there is no profile or provider "{clean(hide_keys(name), 64)}"{like}', hint=describe_names(config)
        )
    provider = find(name)
    if provider.required:
        options = " ".join(f"--set {key}=…" for key in provider.required)
        raise Misconfigured(
            f"{provider.name} needs {join_names(provider.required)}: add a profile that gives it",
            hint=f"`balance profile add NAME --provider {name} {options}`",
        )
    if not (provider.base or provider.absent or provider.broken):
        address = (
            "--base-url https://…" if provider.needs_base_url else "--unit USD --set url=https://… --set remaining=…"
        )
        raise Misconfigured(
            f"{provider.name} has no fixed address: add a profile that gives it",
            hint=f"`balance profile add NAME --provider {name} {address}`",
        )
    return profile_from_environment(provider, config)
