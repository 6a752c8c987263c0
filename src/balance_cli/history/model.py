"""What is remembered of balances, and what can go wrong with it."""

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
    """What a balance was at a time, in seconds since 1970; of its amounts ``None`` is not known."""

    at: int
    remaining: Decimal | None
    used: Decimal | None
    limit: Decimal | None
    unlimited: bool


Row = tuple[int, int, str | None, str | None, int]
"""What is read of a sample: its place in the order, when, what remained, what was used, whether it is unlimited."""


class Trouble(Misconfigured):
    """The history could not be used; a check says so and goes on without it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="[history] path names another file")
