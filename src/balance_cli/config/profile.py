"""The values that a config file comes to: profiles, what is usual for all of them, and what is wrong with it."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from balance_cli.keys.source import KeySource
from balance_cli.minimum import Minimum
from balance_cli.provider import Provider

TIMEOUT: Final = 15.0
"""The seconds of a whole run where nobody says otherwise."""
SHOWN: Final = 20
"""How many problems of a config are put into words; of the others only the number is."""


class Profile(NamedTuple):
    """The user's named entry.

    ``minimums`` and ``min_days`` are its own or the defaults'; with ``strict`` each minimum must find a balance.
    """

    name: str
    provider: Provider
    key: KeySource
    minimums: tuple[Minimum, ...] = ()
    strict: bool = False
    base_url: str | None = None
    unit: str | None = None
    budget: Minimum | None = None
    options: Mapping[str, str] = MappingProxyType({})
    min_days: Decimal | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port that are asked."""
        parts = urlsplit(self.base_url or self.options.get("url") or self.provider.base)
        port = parts.port or {"http": 80}.get(parts.scheme, 443)
        return f"{parts.scheme}://{parts.hostname}:{port}"


class History(NamedTuple):
    """Whether checks are recorded, where (``None``: in the user's state folder), and for how many seconds."""

    record: bool = False
    path: Path | None = None
    keep: float = 365.0 * 86_400


class Config(NamedTuple):
    """What a config file says; of no file, what is usual."""

    path: Path
    timeout: float = TIMEOUT
    minimums: tuple[Minimum, ...] = ()
    profiles: tuple[Profile, ...] = ()
    min_days: Decimal | None = None
    history: History = History()


class Problem(NamedTuple):
    """Something wrong in a config file: the keys that lead there, what to write instead, and the line."""

    where: tuple[str, ...]
    message: str
    line: int | None = None

    def __str__(self) -> str:
        """Write it without the file's name."""
        return f"line {self.line}: {self.message}" if self.line else self.message
