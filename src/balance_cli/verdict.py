"""Verdicts on profiles, and the report of a run: frozen values that know no provider."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from balance_cli.errors import Failure
from balance_cli.exits import Exit
from balance_cli.model import Balance


class Status(StrEnum):
    """The status of a profile, or of a run: the strongest of its profiles' statuses."""

    OK = "ok"
    UNKNOWN = "unknown"
    MISCONFIGURED = "misconfigured"
    LOW = "low"

    @property
    def exit(self) -> Exit:
        """The exit code of a run with this status."""
        return Exit[self.name]


STRENGTH = (Status.LOW, Status.MISCONFIGURED, Status.UNKNOWN, Status.OK)
"""Strongest first: another profile's trouble must not hide an amount that was really read and is too low."""


def pick_strongest(statuses: set[Status]) -> Status:
    """Return the strongest status; without any, ``misconfigured``: a check of nothing is never ok."""
    return next((status for status in STRENGTH if status in statuses), Status.MISCONFIGURED)


class Surge(NamedTuple):
    """A burn rate higher than any in the last two weeks, at which a balance is soon used up.

    ``times`` says how many times the usual rate that is, ``None`` if there was no use before.
    """

    since: datetime
    times: Decimal | None
    burn_per_day: Decimal
    runway_days: Decimal


class Outlook(NamedTuple):
    """The forecast for a balance, from its history; ``None`` is unknown.

    ``burn_per_day`` is the burn rate in the balance's unit. ``runway_days`` and ``runs_out_at`` are also ``None`` if it
    never runs out. ``runway_days_low`` and ``runway_days_high`` are how long it would last with the fastest and with
    the slowest of the last weeks; a high one of ``None`` beside a low one means that it might never run out.
    """

    burn_per_day: Decimal | None = None
    runway_days: Decimal | None = None
    runs_out_at: datetime | None = None
    runway_days_low: Decimal | None = None
    runway_days_high: Decimal | None = None
    surge: Surge | None = None


class JudgedBalance(NamedTuple):
    """A balance and its judgement; ``low`` is ``None`` if it was not judged, or the result is unknown.

    ``minimum`` is an amount; a gating balance without one is ``low`` when nothing remains. ``min_days`` is how long it
    must last, at its burn rate and at that of a surge, and ``lasts`` whether it does; if not, it is ``low`` too.
    ``near`` is true if it is below ``warning``, an amount that the user wants to hear about although it is not ``low``.
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
        """Whether it was judged: by a minimum, by days to last, or because nothing remains."""
        return self.minimum is not None or self.min_days is not None or self.low is not None


class Verdict(NamedTuple):
    """The result for one profile.

    ``docs`` and ``top_up`` are the vendor's web pages: the docs of its response, and where to top up. ``read_at`` is
    when its balances were read, by another run if it is ``cached``.
    """

    profile: str
    provider: str
    status: Status
    balances: tuple[JudgedBalance, ...] = ()
    plan: str | None = None
    error: Failure | None = None
    elapsed_ms: int = 0
    attempts: int = 0
    docs: str | None = None
    top_up: str | None = None
    read_at: datetime | None = None
    cached: bool = False


class Report(NamedTuple):
    """The result of a run: every verdict in the requested order, or the error that stopped it before any request.

    ``elapsed_ms`` is how long the checks took together, ``None`` if they were not timed.
    """

    checked_at: datetime
    verdicts: tuple[Verdict, ...] = ()
    error: Failure | None = None
    elapsed_ms: int | None = None

    @property
    def status(self) -> Status:
        """The strongest status of all verdicts; without any it is never ok."""
        return pick_strongest({verdict.status for verdict in self.verdicts})
