"""Read a table of the config: return values by type, and collect problems."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from balance_cli.config.profile import SHOWN, Problem
from balance_cli.keys.pasted import hide_keys
from balance_cli.minimum import Minimum, parse_minimum
from balance_cli.text import clean, suggest_similar
from balance_cli.values import parse_line

T = TypeVar("T")


class Table:
    """A table of the config; ``where`` is its path of keys. Problems are added to ``problems``."""

    def __init__(self, where: tuple[str, ...], values: Mapping[str, Any], problems: list[Problem]) -> None:
        self.where = where
        self.values = values
        self._problems = problems

    def __contains__(self, key: str) -> bool:
        return key in self.values

    @property
    def name(self) -> str:
        """The last key of its path."""
        return self.where[-1]

    @property
    def needs_words(self) -> bool:
        """Whether the next problem will be shown; its message, which is slow to build, is not needed otherwise."""
        return len(self._problems) < SHOWN

    def refuse(self, message: str, *key: str) -> None:
        """Add a problem with a key, or with the whole table."""
        words = clean(hide_keys(message), 300) if self.needs_words else ""
        self._problems.append(Problem(where=(*self.where, *key), message=words))

    def only(self, known: Iterable[str]) -> None:
        """Refuse every unknown key: a typo must not disable a minimum."""
        place = f"in {'.'.join(self.where)} " if self.where else ""
        for key in self.values:
            if key not in known:
                words = (
                    f'"{clean(key, 60)}" {place}is not a known key{suggest_similar(key[:60], known)}'
                    if self.needs_words
                    else ""
                )
                self.refuse(words, key)

    def table(self, key: str) -> "Table":
        """Return a sub-table, empty if it is missing."""
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            self.refuse(f"{key} must be a table: write [{key}]", key)
            values = {}
        return Table((*self.where, key), values, self._problems)

    def parse(self, key: str, parser: Callable[[object], T], default: T) -> T:
        """Return the parsed value, or the default if it is missing or invalid.

        The parser raises ValueError with a message that follows the key: ``must be …``.
        """
        try:
            return parser(self.values[key]) if key in self else default
        except ValueError as error:
            self.refuse(f"{key} {error}", key)
            return default

    def text(self, key: str) -> str | None:
        """Return a string of one line."""
        return self.parse(key, parse_line, None)

    def amount(self, key: str) -> Minimum | None:
        """Return an amount, with or without a unit."""
        return self._amount(key, self.values[key]) if key in self else None

    def amounts(self, key: str) -> tuple[Minimum, ...]:
        """Return the amounts of a list, or a single amount."""
        value = self.values.get(key, [])
        values = value if isinstance(value, list) else [value]
        if key in self and not values:
            self.refuse(f"{key} is an empty list: remove it, or add an amount", key)
        return tuple(filter(None, (self._amount(key, one) for one in values)))

    def _amount(self, key: str, value: object) -> Minimum | None:
        try:
            return parse_minimum(value)
        except ValueError as error:
            self.refuse(f"{key} {error}", key)
            return None
