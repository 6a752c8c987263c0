"""What is remembered of balances, and what can go wrong with it."""

from decimal import Decimal
from typing import NamedTuple


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


class Trouble(Exception):  # noqa: N818 - said to the user, and no error of the program
    """The history could not be used; the message is one line that says what to do."""
