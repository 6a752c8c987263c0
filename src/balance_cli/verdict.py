"""What is made of profiles: verdicts and the report of a run. Frozen values that know no provider."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from balance_cli.errors import Failure
from balance_cli.exits import Exit
from balance_cli.model import Balance


class Status(StrEnum):
    """What is made of one profile, and of a whole run: the strongest of its profiles'."""

    OK = "ok"
    UNKNOWN = "unknown"
    MISCONFIGURED = "misconfigured"
    LOW = "low"

    @property
    def exit(self) -> Exit:
        """The exit code of a run that comes to this."""
        return Exit[self.name]


STRENGTH = (Status.LOW, Status.MISCONFIGURED, Status.UNKNOWN, Status.OK)
"""Strongest first: an amount that was really read and is too small is not hidden by another profile's trouble."""


def strongest(statuses: set[Status]) -> Status:
    """Return the status that wins; of none, ``misconfigured``: nothing checked is never ok."""
    return next((status for status in STRENGTH if status in statuses), Status.MISCONFIGURED)


class Outlook(NamedTuple):
    """What the history of a balance says of its future; ``None`` is: not known.

    ``burn_per_day`` is in the balance's unit. The others are ``None`` too where it lasts for ever.
    """

    burn_per_day: Decimal | None = None
    runway_days: Decimal | None = None
    runs_out_at: datetime | None = None


class Judged(NamedTuple):
    """A balance, what it was judged against, and whether it is below: ``None`` where not judged or not known.

    ``minimum`` is an amount; a balance that gates and has none is ``low`` with nothing left. ``min_days`` are the days
    that it must last at its pace, and ``lasts`` whether it does; one that does not is ``low`` too. ``near`` is whether
    it is below ``warning``, an amount that a user wants to be told of without it being ``low``.
    """

    balance: Balance
    minimum: Decimal | None = None
    low: bool | None = None
    warning: Decimal | None = None
    near: bool = False
    outlook: Outlook = Outlook()
    min_days: Decimal | None = None
    lasts: bool | None = None

    @property
    def judged(self) -> bool:
        """Whether anything was made of it: it has a minimum, days to last, or nothing left."""
        return self.minimum is not None or self.min_days is not None or self.low is not None


class Links(NamedTuple):
    """Pages of a vendor's: what documents its answer, and where more is bought; ``None`` where none is known."""

    docs: str | None = None
    top_up: str | None = None


class Verdict(NamedTuple):
    """What is made of one profile."""

    profile: str
    provider: str
    status: Status
    balances: tuple[Judged, ...] = ()
    plan: str | None = None
    error: Failure | None = None
    elapsed_ms: int = 0
    attempts: int = 0
    links: Links = Links()


class Report(NamedTuple):
    """One run: every profile's verdict in the order asked for, or the error that stopped it before any request."""

    checked_at: datetime
    verdicts: tuple[Verdict, ...] = ()
    error: Failure | None = None

    @property
    def status(self) -> Status:
        """The strongest verdict; with none there was nothing to check, and that is never ok."""
        return strongest({verdict.status for verdict in self.verdicts})
