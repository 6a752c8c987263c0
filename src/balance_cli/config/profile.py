"""The values of a parsed config: profiles, defaults and problems."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from balance_cli.keys.source import KeySource
from balance_cli.minimum import Minimum
from balance_cli.provider import Provider
from balance_cli.times import DAY

TIMEOUT: Final = 15.0
"""The default time limit of a run, in seconds."""
SHOWN: Final = 20
"""How many problems of a config are shown; the others are only counted."""


class Profile(NamedTuple):
    """A named entry of the config.

    ``minimums`` and ``min_days`` are its own or the defaults. If ``strict``, the minimums are its own, and each must
    match a balance. With ``own_days``, so is ``min_days``. A reading may be ``max_age`` seconds old.
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
    own_days: bool = False
    max_age: float = 0.0

    @property
    def docs(self) -> str:
        """The vendor's page about the endpoint, or "" if the profile sets the endpoint itself (``url``)."""
        return "" if "url" in self.options else self.provider.docs

    @property
    def origin(self) -> str:
        """Scheme, host and port of the API."""
        parts = urlsplit(self.base_url or self.options.get("url") or self.provider.base)
        port = parts.port or {"http": 80}.get(parts.scheme, 443)
        return f"{parts.scheme}://{parts.hostname}:{port}"


class History(NamedTuple):
    """Whether to record checks, where (``None``: in the user's state folder), and how many seconds to keep them."""

    record: bool = False
    path: Path | None = None
    keep: float = 365.0 * DAY


class Config(NamedTuple):
    """A parsed config file, or the defaults if there is none."""

    path: Path
    timeout: float = TIMEOUT
    minimums: tuple[Minimum, ...] = ()
    profiles: tuple[Profile, ...] = ()
    min_days: Decimal | None = None
    history: History = History()
    max_age: float = 0.0


class Problem(NamedTuple):
    """A problem in a config file: the path of keys, the message and the line."""

    where: tuple[str, ...]
    message: str
    line: int | None = None

    def __str__(self) -> str:
        """Format it without the file name."""
        return f"line {self.line}: {self.message}" if self.line else self.message


def usual_source(provider: Provider) -> KeySource:
    """Return the source of a profile that names none: the usual variables, and then the usual files."""
    if not provider.key:
        return KeySource(kind="none", value=())
    return KeySource(kind="key_env", value=provider.env, files=provider.files)
