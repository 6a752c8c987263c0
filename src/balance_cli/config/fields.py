"""A config's document to profiles: every key known, every value of its type, everything that is wrong collected."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from balance_cli.amount import UNIT
from balance_cli.config.address import url
from balance_cli.config.profile import TIMEOUT, Config, History, Problem, Profile
from balance_cli.config.units import incomparable, unheard
from balance_cli.config.values import days, seconds, span, switch
from balance_cli.errors import Misconfigured
from balance_cli.keys.pasted import likely_key, without_keys
from balance_cli.keys.source import SOURCES, KeySource
from balance_cli.minimum import Minimum, minimum
from balance_cli.provider import Provider
from balance_cli.providers import find, ids
from balance_cli.text import clean, listed, nearest

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
COMMON: Final = ("provider", *SOURCES, "min", "min_days", "base_url", "unit", "budget")
SHOWN: Final = 20
"""How many problems are put into words; of the others only the number is."""

T = TypeVar("T")


class Document:
    """A config's document while it is being read; ``problems`` is what is wrong with it."""

    def __init__(self, document: Mapping[str, Any], *, compare: bool = False) -> None:
        self._compare = compare
        self.problems: list[Problem] = []
        self._document = document
        self._folder = ""

    def config(self, file: Path) -> Config:
        """Return what can be read of the document; paths in it are relative to the folder of its file."""
        self._folder = os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - Path would follow links
        self._only(("defaults", "profiles", "history"), self._document, ())
        defaults = self._table("defaults", self._document.get("defaults", {}))
        self._only(("timeout", "min", "min_days"), defaults, ("defaults",))
        usual = Config(
            path=file,
            timeout=self._parsed(defaults, "timeout", ("defaults",), seconds, TIMEOUT),
            minimums=self._minimums(defaults, ("defaults",)),
            min_days=self._parsed(defaults, "min_days", ("defaults",), days, None),
            history=self._history(),
        )
        tables = self._table("profiles", self._document.get("profiles", {}))
        profiles = tuple(filter(None, [self._profile(name, table, usual) for name, table in tables.items()]))
        for wanted in usual.minimums if self._compare and not self.problems else ():
            if wrong := unheard(wanted, profiles):
                self._wrong(("defaults", "min"), f"min: {wrong}")
        return usual._replace(profiles=profiles)

    def _wrong(self, where: tuple[str, ...], message: str) -> None:
        worded = clean(without_keys(message), 300) if self._worded() else ""
        self.problems.append(Problem(where=where, message=worded))

    def _worded(self) -> bool:
        """Whether the next problem is one of those that are put into words, which takes its time."""
        return len(self.problems) < SHOWN

    def _table(self, name: str, value: Any) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self._wrong((name,), f"{name} is a table: write [{name}]")
        return {}

    def _only(self, known: Iterable[str], table: Mapping[str, Any], where: tuple[str, ...]) -> None:
        """Refuse every key that is not known: a typo must not switch a gate off."""
        for key in table:
            if key not in known:
                self._wrong((*where, key), _unknown(key, known, where) if self._worded() else "")

    def _parsed(
        self, table: Mapping[str, Any], key: str, where: tuple[str, ...], parse: Callable[[object], T], usual: T
    ) -> T:
        """Return what a value of the table means; what is usual where there is none, or one that means nothing."""
        try:
            return parse(table[key]) if key in table else usual
        except ValueError as error:
            self._wrong((*where, key), f"{key} {error}")
            return usual

    def _history(self) -> History:
        where, table = ("history",), self._table("history", self._document.get("history", {}))
        self._only(("record", "path", "keep"), table, where)
        usual, path = History(), self._text(table, "path", where)
        return History(
            record=self._parsed(table, "record", where, switch, usual.record),
            path=self._file(path, where) if path else None,
            keep=self._parsed(table, "keep", where, span, usual.keep),
        )

    def _file(self, path: str, where: tuple[str, ...]) -> Path:
        place = os.path.expanduser(path)  # noqa: PTH111 - what has no home stays as it is
        if place.startswith("~"):
            self._wrong((*where, "path"), "path begins in a home that there is not")
        return Path(self._folder, place)

    def _profile(self, name: str, table: Any, usual: Config) -> Profile | None:
        where, before = ("profiles", name), len(self.problems)
        if not NAME.fullmatch(name):
            self._wrong(
                where, f'"{clean(name, 64)}" is no name: letters, digits, dots, dashes and underscores, at most 64'
            )
        elif likely_key(name):
            self._wrong(where, "a profile's name looks like a key: a key is never shown, and a name always is")
        if not isinstance(table, dict):
            self._wrong(where, f"{clean(name, 64)} is not a profile: write [profiles.{clean(name, 64)}]")
            return None
        provider = self._provider(table, where) or _any_provider()
        self._only((*COMMON, *provider.options), table, where)
        profile = Profile(
            name=name,
            provider=provider,
            key=self._key(table, provider, where),
            minimums=self._minimums(table, where) if "min" in table else usual.minimums,
            strict="min" in table,
            base_url=self._base_url(table, provider, where),
            unit=self._unit(table, provider, where),
            budget=self._budget(table, where),
            options=self._options(table, provider, where),
            min_days=self._parsed(table, "min_days", where, days, usual.min_days),
        )
        self._compared(profile, where)
        if len(self.problems) == before:
            for message in provider.verify(table):
                self._wrong(where, message)
        return profile if len(self.problems) == before else None

    def _compared(self, profile: Profile, where: tuple[str, ...]) -> None:
        """Find amounts in units that the provider cannot have."""
        if not self._compare:
            return
        own = [("min", one) for one in profile.minimums] if profile.strict else []
        for key, wanted in (*own, *([("budget", profile.budget)] if profile.budget else [])):
            if wrong := incomparable(wanted, profile):
                self._wrong((*where, key), f"{key}: {wrong}")

    def _text(self, table: Mapping[str, Any], key: str, where: tuple[str, ...]) -> str | None:
        """Return a text of the table, ``None`` where there is none."""
        value = table.get(key)
        if isinstance(value, str) and value.isprintable() and value.strip() == value != "":
            return value
        if key in table:
            self._wrong((*where, key), f"{key} is a text on one line, in quotes")
        return None

    def _provider(self, table: Mapping[str, Any], where: tuple[str, ...]) -> Provider | None:
        name = self._text(table, "provider", where)
        if name is None:
            if "provider" not in table:
                self._wrong(
                    where, f'{where[-1]} says no provider: write provider = "…"; `balance providers` lists them'
                )
            return None
        if not self._worded() and name not in _every():
            self._wrong((*where, "provider"), "")
            return None
        try:
            return find(name)
        except Misconfigured as error:
            self._wrong((*where, "provider"), error.message)
            return None

    def _key(self, table: Mapping[str, Any], provider: Provider, where: tuple[str, ...]) -> KeySource:
        """Return where the key comes from; the provider's usual variable where the profile does not say."""
        named = [source for source in SOURCES if source in table]
        if len(named) > 1:
            self._wrong((*where, named[1]), f"{where[-1]} says {listed(named)}: keep one of them")
        if not named:
            return KeySource(kind="key_env", value=provider.env)
        kind = named[0]
        if kind == "key_command":
            value = self._command(table[kind], where)
        else:
            value = (self._text(table, kind, where) or "none",)
        if kind == "key_env" and not (value[0].isascii() and value[0].isidentifier()):
            self._wrong((*where, kind), "key_env is the name of a variable, never the key itself")
        elif kind != "key" and likely_key(value[0]):
            self._wrong((*where, kind), f"{kind} says where the key is, and is never the key itself")
        if kind == "key_keyring" and not all(value[0].partition("/")):
            self._wrong((*where, kind), 'key_keyring is "SERVICE/USER"')
        return KeySource(kind=kind, value=value, folder=self._folder)

    def _command(self, value: Any, where: tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(value, list) and value and all(isinstance(word, str) and "\0" not in word for word in value):
            return tuple(value)
        self._wrong(
            (*where, "key_command"), 'key_command is a list of words, without a shell: ["op", "read", "op://…"]'
        )
        return ("none",)

    def _minimums(self, table: Mapping[str, Any], where: tuple[str, ...]) -> tuple[Minimum, ...]:
        value = table.get("min", [])
        values = value if isinstance(value, list) else [value]
        if "min" in table and not values:
            self._wrong((*where, "min"), "min is an empty list: remove it, or say an amount")
        return tuple(filter(None, (self._amount(one, "min", where) for one in values)))

    def _amount(self, value: Any, key: str, where: tuple[str, ...]) -> Minimum | None:
        if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
            self._wrong((*where, key), f'{key} is an amount like 5, "5USD", "100credits" or "10%"')
            return None
        try:
            return minimum(value)
        except ValueError as error:
            self._wrong((*where, key), f"{key}: {error}")
            return None

    def _budget(self, table: Mapping[str, Any], where: tuple[str, ...]) -> Minimum | None:
        budget = self._amount(table["budget"], "budget", where) if "budget" in table else None
        if budget and (budget.unit == "%" or budget.amount <= 0):
            self._wrong((*where, "budget"), 'budget is an amount above zero, like "100USD"')
        return budget

    def _unit(self, table: Mapping[str, Any], provider: Provider, where: tuple[str, ...]) -> str | None:
        unit = self._text(table, "unit", where)
        if unit and not UNIT.fullmatch(unit):
            self._wrong((*where, "unit"), 'unit is "USD", "CNY" …, or a plural like "credits"')
        if unit and provider.unit is None:
            self._wrong((*where, "unit"), f"{provider.name} says its unit itself: remove unit")
        return unit

    def _base_url(self, table: Mapping[str, Any], provider: Provider, where: tuple[str, ...]) -> str | None:
        address = self._text(table, "base_url", where)
        if address is None:
            if not provider.base and "base_url" not in table and not ({"url"} & {*provider.options} or provider.absent):
                self._wrong(where, f'{provider.name} is at an address of your own: write base_url = "https://…"')
            return None
        try:
            return url(address)
        except ValueError as error:
            self._wrong((*where, "base_url"), f"base_url {error}")
            return None

    def _options(self, table: Mapping[str, Any], provider: Provider, where: tuple[str, ...]) -> dict[str, str]:
        options = {}
        for key in provider.options:
            value = table.get(key)
            if isinstance(value, int | date) and not isinstance(value, bool):
                options[key] = str(value)
            elif text := self._text(table, key, where):
                options[key] = text
        return options


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
        read=lambda _: iter(()),
        note="",
        unit="",
        options={key: text for name in ids() for key, text in find(name).options.items()},
    )


def _unknown(key: str, known: Iterable[str], where: tuple[str, ...]) -> str:
    place = f"in {'.'.join(where)} " if where else ""
    return f'"{clean(key, 60)}" {place}is not a key{nearest(key[:60], known)}'


@cache
def _every() -> frozenset[str]:
    """Return whatever may be a profile's provider."""
    from balance_cli.providers._absent import ABSENT

    return frozenset([*ids(), *ABSENT])
