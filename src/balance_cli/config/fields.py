"""Turn the document of a config into profiles: check every key and value, and collect all problems."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from balance_cli.address import check_url
from balance_cli.amount import UNIT
from balance_cli.config.profile import TIMEOUT, Config, History, Problem, Profile, usual_source
from balance_cli.config.table import Table
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.keys.pasted import looks_like_key
from balance_cli.keys.source import SOURCES, KeySource
from balance_cli.minimum import Minimum
from balance_cli.provider import Provider
from balance_cli.providers import find, ids, known_ids
from balance_cli.text import clean, join_names
from balance_cli.values import parse_age, parse_bool, parse_days, parse_line, parse_span, parse_timeout

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
COMMON: Final = ("provider", *SOURCES, "key_field", "min", "min_days", "base_url", "unit", "budget", "max_age")


class Document:
    """Reads the document of a config and collects its ``problems``."""

    def __init__(self, document: Mapping[str, Any], environment: Environment, *, compare: bool = False) -> None:
        self._environment, self._compare = environment, compare
        self.problems: list[Problem] = []
        self._root = Table((), document, self.problems)
        self._folder = ""

    def config(self, file: Path) -> Config:
        """Return the valid part of the document; paths in it are relative to the folder of its file."""
        self._folder = os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - Path would follow links
        self._root.only(("defaults", "profiles", "history"))
        defaults = self._root.table("defaults")
        defaults.only(("timeout", "min", "min_days", "max_age"))
        usual = Config(
            path=file,
            timeout=defaults.parse("timeout", parse_timeout, TIMEOUT),
            minimums=defaults.amounts("min"),
            min_days=defaults.parse("min_days", parse_days, None),
            max_age=defaults.parse("max_age", parse_age, 0.0),
            history=self._history(),
        )
        tables = self._root.table("profiles").values
        profiles = tuple(filter(None, [self._profile(name, table, usual) for name, table in tables.items()]))
        if self._compare and not self.problems:
            from balance_cli.config.units import explain_unknown_unit

            for wanted in usual.minimums:
                if wrong := explain_unknown_unit(wanted, profiles):
                    defaults.refuse(f"min: {wrong}", "min")
        return usual._replace(profiles=profiles)

    def _history(self) -> History:
        table, usual = self._root.table("history"), History()
        table.only(("record", "path", "keep"))
        return History(
            path=table.parse("path", self._parse_file, usual.path),
            record=table.parse("record", parse_bool, usual.record),
            keep=table.parse("keep", parse_span, usual.keep),
        )

    def _parse_file(self, value: object) -> Path:
        place = self._environment.expand_home(parse_line(value))
        if place.startswith("~"):
            raise ValueError("names a home directory that does not exist")
        return Path(self._folder, place)

    def _profile(self, name: str, values: Any, usual: Config) -> Profile | None:
        """Return a profile, or ``None`` if it has any problem."""
        before = len(self.problems)
        table = Table(("profiles", name), values if isinstance(values, dict) else {}, self.problems)
        if wrong := explain_bad_name(name):
            table.refuse(wrong)
        if not isinstance(values, dict):
            table.refuse(f"{clean(name, 64)} must be a table: write [profiles.{clean(name, 64)}]")
            return None
        provider = _find_provider(table) or _any_provider()
        if not provider.broken:
            table.only((*COMMON, *provider.options))
        elif self._compare:
            table.refuse(provider.broken, "provider")
        profile = self._read(table, provider, usual)
        if len(self.problems) == before:
            for message in provider.verify(values):
                table.refuse(message)
        return profile if len(self.problems) == before else None

    def _read(self, table: Table, provider: Provider, usual: Config) -> Profile | None:
        """Return the profile in a table, or ``None`` if the source of its key is invalid."""
        key = self._read_key(table, provider)
        minimums = table.amounts("min")
        base_url = _read_base_url(table, provider)
        unit = _read_unit(table, provider)
        budget = None if "budget" in provider.options else _read_budget(table)
        options = _read_options(table, provider)
        min_days = table.parse("min_days", parse_days, usual.min_days)
        if self._compare:
            _compare(table, provider, unit, [*(("min", one) for one in minimums), ("budget", budget)])
        return key and Profile(
            name=table.name,
            provider=provider,
            key=key,
            minimums=minimums if "min" in table else usual.minimums,
            strict="min" in table,
            base_url=base_url,
            unit=unit,
            budget=budget,
            options=options,
            min_days=min_days,
            own_days="min_days" in table,
            max_age=table.parse("max_age", parse_age, max(usual.max_age, provider.min_interval)),
        )

    def _read_key(self, table: Table, provider: Provider) -> KeySource | None:
        """Return the source of the key; by default, the provider's usual variables."""
        named = [source for source in SOURCES if source in table]
        if named and not provider.key:
            table.refuse(f"{provider.name} needs no key: remove {named[0]}", named[0])
        field = table.parse("key_field", _parse_field, "")
        if field and "key_file" not in table:
            table.refuse("key_field needs key_file: it says where in that file the key is", "key_field")
        if not named:
            return usual_source(provider)
        if len(named) > 1:
            table.refuse(f"{table.name} has {join_names(named)}: keep one of them", named[1])
        kind = named[0]
        value = table.parse(kind, _parse_command if kind == "key_command" else _parse_source, None)
        if value is None:
            return None
        for message in _explain_misplaced(kind, value[0]):
            table.refuse(message, kind)
        return KeySource(kind=kind, value=value, folder=self._folder, field=field)


def explain_bad_name(name: str) -> str:
    """Return what is wrong with the name of a profile, or ""."""
    if not NAME.fullmatch(name):
        return f'"{clean(name, 64)}" is not a valid name: use at most 64 letters, digits, dots, dashes and underscores'
    return "the name of a profile looks like a key: names are shown, keys must not be" if looks_like_key(name) else ""


def _find_provider(table: Table) -> Provider | None:
    wanted = table.text("provider")
    if wanted is None:
        if "provider" not in table:
            table.refuse(f'{table.name} has no provider: add provider = "…" (`balance providers` lists them)')
        return None
    if not table.needs_words and wanted not in _all_ids():
        table.refuse("", "provider")
        return None
    try:
        return find(wanted)
    except Misconfigured as error:
        table.refuse(error.message, "provider")
        return None


def _parse_source(value: object) -> tuple[str]:
    return (parse_line(value),)


def _parse_field(value: object) -> str:
    """Return the JMESPath of a key in a JSON file."""
    text = parse_line(value)
    if looks_like_key(text):
        raise ValueError("must say where the key is in key_file, not be the key itself")
    import jmespath

    try:
        jmespath.compile(text)
    except ValueError:  # the base class of jmespath's errors
        raise ValueError("is not a valid JMESPath expression") from None
    return text


def _parse_command(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(word, str) and "\0" not in word for word in value):
        return tuple(value)
    raise ValueError('must be a list of words (it is run without a shell): ["op", "read", "op://…"]')


def _explain_misplaced(kind: str, value: str) -> Iterator[str]:
    """Yield what is wrong with the source of a key; it may be the key itself."""
    if kind == "key_env" and not all(name.isascii() and name.isidentifier() for name in value.split("+")):
        yield "key_env must be the name of an environment variable, not the key itself"
    elif kind != "key" and looks_like_key(value):
        yield f"{kind} must say where the key is, not be the key itself"
    if kind == "key_keyring" and not all(value.partition("/")):
        yield 'key_keyring must be "SERVICE/USER"'


def _read_base_url(table: Table, provider: Provider) -> str | None:
    if provider.needs_base_url and "base_url" not in table:
        table.refuse(f'{provider.name} has no fixed address: add base_url = "https://…"')
    return table.parse("base_url", lambda value: check_url(parse_line(value)), None)


def _read_unit(table: Table, provider: Provider) -> str | None:
    unit = table.text("unit")
    if unit and not UNIT.fullmatch(unit):
        table.refuse('unit must be a currency like "USD" or "CNY", or a plural like "credits"', "unit")
    if unit and provider.unit is None:
        table.refuse(f"{provider.name} reports its own unit: remove unit", "unit")
    return unit


def _read_budget(table: Table) -> Minimum | None:
    budget = table.amount("budget")
    if budget and (budget.unit == "%" or budget.amount <= 0):
        table.refuse('budget must be an amount above zero, like "100USD"', "budget")
    return budget


def _read_options(table: Table, provider: Provider) -> dict[str, str]:
    """Return the provider's own options that a profile has; refuse a profile without a required one."""
    for key in provider.required:
        if key not in table:
            table.refuse(f'{provider.name} needs {key}: add {key} = "…", {provider.options[key]}')
    found = {key: table.parse(key, _parse_option, None) for key in provider.options}
    return {key: text for key, text in found.items() if text is not None}


def _parse_option(value: object) -> str:
    return str(value) if isinstance(value, int | date) and not isinstance(value, bool) else parse_line(value)


def _compare(table: Table, provider: Provider, unit: str | None, amounts: Sequence[tuple[str, Minimum | None]]) -> None:
    """Refuse amounts in units that the provider never has."""
    from balance_cli.config.units import explain_incomparable

    for key, wanted in amounts:
        if wanted and (wrong := explain_incomparable(wanted, provider, unit)):
            table.refuse(f"{key}: {wrong}", key)


@cache
def _any_provider() -> Provider:
    """Return a stand-in with the options of every provider, to check a profile whose provider is unknown."""
    return Provider(
        id="",
        name="the provider",
        group="",
        docs="",
        env=("KEY",),
        base="https://localhost",
        balances={},
        note="",
        unit="",
        options={key: text for name in ids() for key, text in find(name).options.items() if key not in COMMON},
    )


@cache
def _all_ids() -> frozenset[str]:
    """Return every id that a profile may name."""
    return frozenset(known_ids())
