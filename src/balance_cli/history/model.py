"""The records of a history, and the error it raises."""

from decimal import Decimal
from typing import Final, NamedTuple

from balance_cli.errors import Misconfigured

NOT_YET: Final = "not enough history yet"


class Series(NamedTuple):
    """One balance of one profile, over time."""

    profile: str
    provider: str
    name: str
    unit: str


class Sample(NamedTuple):
    """A balance at one time, in seconds since 1970; an amount of ``None`` is not known."""

    at: int
    remaining: Decimal | None
    used: Decimal | None
    limit: Decimal | None
    unlimited: bool


Row = tuple[int, int, str | None, str | None, int]
"""A sample as read back: row number, time, remaining, used, and whether it was unlimited."""


class HistoryError(Misconfigured):
    """The history cannot be used; a check reports this and goes on without it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="set [history] path to use another file")
