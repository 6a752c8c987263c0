"""A config's document to profiles: every key known, every value of its type, everything that is wrong collected."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from balance_cli.amount import UNIT
from balance_cli.config.address import url
from balance_cli.config.profile import TIMEOUT, Config, History, Problem, Profile
from balance_cli.config.table import Table
from balance_cli.config.units import incomparable, unheard
from balance_cli.config.values import days, line, seconds, span, switch
from balance_cli.errors import Misconfigured
from balance_cli.keys.pasted import likely_key
from balance_cli.keys.source import SOURCES, KeySource
from balance_cli.minimum import Minimum
from balance_cli.provider import Provider
from balance_cli.providers import find, ids, known_ids
from balance_cli.text import clean, listed

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
COMMON: Final = ("provider", *SOURCES, "min", "min_days", "base_url", "unit", "budget")


class Document:
    """A config's document while it is being read; ``problems`` is what is wrong with it."""

    def __init__(self, document: Mapping[str, Any], *, compare: bool = False) -> None:
        self._compare = compare
        self.problems: list[Problem] = []
        self._root = Table((), document, self.problems)
        self._folder = ""

    def config(self, file: Path) -> Config:
        """Return what can be read of the document; paths in it are relative to the folder of its file."""
        self._folder = os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - Path would follow links
        self._root.only(("defaults", "profiles", "history"))
        defaults = self._root.table("defaults")
        defaults.only(("timeout", "min", "min_days"))
        usual = Config(
            path=file,
            timeout=defaults.parse("timeout", seconds, TIMEOUT),
            minimums=defaults.amounts("min"),
            min_days=defaults.parse("min_days", days, None),
            history=self._history(),
        )
        tables = self._root.table("profiles").values
        profiles = tuple(filter(None, [self._profile(name, table, usual) for name, table in tables.items()]))
        for wanted in usual.minimums if self._compare and not self.problems else ():
            if wrong := unheard(wanted, profiles):
                defaults.refuse(f"min: {wrong}", "min")
        return usual._replace(profiles=profiles)

    def _history(self) -> History:
        table, usual = self._root.table("history"), History()
        table.only(("record", "path", "keep"))
        return History(
            path=table.parse("path", self._file, usual.path),
            record=table.parse("record", switch, usual.record),
            keep=table.parse("keep", span, usual.keep),
        )

    def _file(self, value: object) -> Path:
        place = os.path.expanduser(line(value))  # noqa: PTH111 - what has no home stays as it is
        if place.startswith("~"):
            raise ValueError("begins in a home that there is not")
        return Path(self._folder, place)

    def _profile(self, name: str, values: Any, usual: Config) -> Profile | None:
        """Return a profile, ``None`` where anything is wrong with it."""
        before = len(self.problems)
        table = Table(("profiles", name), values if isinstance(values, dict) else {}, self.problems)
        _check_name(table)
        if not isinstance(values, dict):
            table.refuse(f"{clean(name, 64)} is not a profile: write [profiles.{clean(name, 64)}]")
            return None
        provider = _provider(table) or _any_provider()
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
        """Return a profile of what its table says, ``None`` where its key is nowhere."""
        key = self._key(table, provider)
        minimums = table.amounts("min")
        base_url = _base_url(table, provider)
        unit = _unit(table, provider)
        budget = _budget(table)
        options = _options(table, provider)
        min_days = table.parse("min_days", days, usual.min_days)
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
        )

    def _key(self, table: Table, provider: Provider) -> KeySource | None:
        """Return where the key comes from, the provider's usual variable where the profile does not say."""
        named = [source for source in SOURCES if source in table]
        if not named:
            return KeySource(kind="key_env", value=provider.env)
        if len(named) > 1:
            table.refuse(f"{table.name} says {listed(named)}: keep one of them", named[1])
        kind = named[0]
        value = table.parse(kind, _command if kind == "key_command" else _alone, None)
        if value is None:
            return None
        for message in _misplaced(kind, value[0]):
            table.refuse(message, kind)
        return KeySource(kind=kind, value=value, folder=self._folder)


def _check_name(table: Table) -> None:
    if not NAME.fullmatch(table.name):
        table.refuse(f'"{clean(table.name, 64)}" is no name: letters, digits, dots, dashes and underscores, at most 64')
    elif likely_key(table.name):
        table.refuse("a profile's name looks like a key: a key is never shown, and a name always is")


def _provider(table: Table) -> Provider | None:
    wanted = table.text("provider")
    if wanted is None:
        if "provider" not in table:
            table.refuse(f'{table.name} says no provider: write provider = "…"; `balance providers` lists them')
        return None
    if not table.worded and wanted not in _every():
        table.refuse("", "provider")
        return None
    try:
        return find(wanted)
    except Misconfigured as error:
        table.refuse(error.message, "provider")
        return None


def _alone(value: object) -> tuple[str]:
    return (line(value),)


def _command(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(word, str) and "\0" not in word for word in value):
        return tuple(value)
    raise ValueError('is a list of words, without a shell: ["op", "read", "op://…"]')


def _misplaced(kind: str, value: str) -> Iterator[str]:
    """Yield what is wrong with the place of a key, which may be the key itself."""
    if kind == "key_env" and not (value.isascii() and value.isidentifier()):
        yield "key_env is the name of a variable, never the key itself"
    elif kind != "key" and likely_key(value):
        yield f"{kind} says where the key is, and is never the key itself"
    if kind == "key_keyring" and not all(value.partition("/")):
        yield 'key_keyring is "SERVICE/USER"'


def _base_url(table: Table, provider: Provider) -> str | None:
    if provider.needs_base_url and "base_url" not in table:
        table.refuse(f'{provider.name} is at an address of your own: write base_url = "https://…"')
    return table.parse("base_url", lambda value: url(line(value)), None)


def _unit(table: Table, provider: Provider) -> str | None:
    unit = table.text("unit")
    if unit and not UNIT.fullmatch(unit):
        table.refuse('unit is "USD", "CNY" …, or a plural like "credits"', "unit")
    if unit and provider.unit is None:
        table.refuse(f"{provider.name} says its unit itself: remove unit", "unit")
    return unit


def _budget(table: Table) -> Minimum | None:
    budget = table.amount("budget")
    if budget and (budget.unit == "%" or budget.amount <= 0):
        table.refuse('budget is an amount above zero, like "100USD"', "budget")
    return budget


def _options(table: Table, provider: Provider) -> dict[str, str]:
    """Return the provider's own options that a profile has."""
    found = {key: table.parse(key, _option, None) for key in provider.options}
    return {key: text for key, text in found.items() if text is not None}


def _option(value: object) -> str:
    return str(value) if isinstance(value, int | date) and not isinstance(value, bool) else line(value)


def _compare(table: Table, provider: Provider, unit: str | None, amounts: Sequence[tuple[str, Minimum | None]]) -> None:
    """Refuse amounts in units that the provider cannot have."""
    for key, wanted in amounts:
        if wanted and (wrong := incomparable(wanted, provider, unit)):
            table.refuse(f"{key}: {wrong}", key)


@cache
def _any_provider() -> Provider:
    """Return one that has every provider's options, to read on with where a profile's own is not known."""
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
        options={key: text for name in ids() for key, text in find(name).options.items()},
    )


@cache
def _every() -> frozenset[str]:
    """Return whatever may be a profile's provider."""
    return frozenset(known_ids())
