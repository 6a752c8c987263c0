"""A table of a config while it is read: its values by their types, and what is wrong with them."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from balance_cli.config.profile import SHOWN, Problem
from balance_cli.config.values import line
from balance_cli.keys.pasted import without_keys
from balance_cli.minimum import Minimum, minimum
from balance_cli.text import clean, nearest

T = TypeVar("T")


class Table:
    """A table with its place in the config, the keys that lead there; what is wrong with it joins ``problems``."""

    def __init__(self, where: tuple[str, ...], values: Mapping[str, Any], problems: list[Problem]) -> None:
        self.where = where
        self.values = values
        self._problems = problems

    def __contains__(self, key: str) -> bool:
        return key in self.values

    @property
    def name(self) -> str:
        """The last of the keys that lead here."""
        return self.where[-1]

    @property
    def worded(self) -> bool:
        """Whether the next problem is one of those that are put into words, which takes its time."""
        return len(self._problems) < SHOWN

    def refuse(self, message: str, *key: str) -> None:
        """Add what is wrong with a key, or with the whole table, to the problems."""
        words = clean(without_keys(message), 300) if self.worded else ""
        self._problems.append(Problem(where=(*self.where, *key), message=words))

    def only(self, known: Iterable[str]) -> None:
        """Refuse every key that is not known: a typo must not switch a gate off."""
        place = f"in {'.'.join(self.where)} " if self.where else ""
        for key in self.values:
            if key not in known:
                words = f'"{clean(key, 60)}" {place}is not a key{nearest(key[:60], known)}' if self.worded else ""
                self.refuse(words, key)

    def table(self, key: str) -> "Table":
        """Return a table of this one, an empty one where there is none."""
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            self.refuse(f"{key} is a table: write [{key}]", key)
            values = {}
        return Table((*self.where, key), values, self._problems)

    def parse(self, key: str, parser: Callable[[object], T], default: T) -> T:
        """Return what a value means, the default where there is none or it means nothing.

        The parser raises ValueError with the end of a sentence that the key begins.
        """
        try:
            return parser(self.values[key]) if key in self else default
        except ValueError as error:
            self.refuse(f"{key} {error}", key)
            return default

    def text(self, key: str) -> str | None:
        """Return a text on one line."""
        return self.parse(key, line, None)

    def amount(self, key: str) -> Minimum | None:
        """Return an amount that may have a unit."""
        return self._amount(key, self.values[key]) if key in self else None

    def amounts(self, key: str) -> tuple[Minimum, ...]:
        """Return the amounts of a list, or the one that stands there alone."""
        value = self.values.get(key, [])
        values = value if isinstance(value, list) else [value]
        if key in self and not values:
            self.refuse(f"{key} is an empty list: remove it, or say an amount", key)
        return tuple(filter(None, (self._amount(key, one) for one in values)))

    def _amount(self, key: str, value: object) -> Minimum | None:
        if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
            self.refuse(f'{key} is an amount like 5, "5USD", "100credits" or "10%"', key)
            return None
        try:
            return minimum(value)
        except ValueError as error:
            self.refuse(f"{key}: {error}", key)
            return None
