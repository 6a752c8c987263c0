"""What a provider reports: balances, a plan, and both together. Frozen values that know no minimum."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class Balance(NamedTuple):
    """One named pool of a profile's account, in whole units; ``None`` means that the provider does not report it.

    ``unit`` is "" if neither the provider nor the profile names it; such an amount is never compared. ``window`` is how
    many seconds lie between two resets, if that is known.
    """

    name: str
    unit: str
    remaining: Decimal | None
    used: Decimal | None
    limit: Decimal | None
    unlimited: bool
    resets_at: datetime | None
    expires_at: datetime | None
    gates: bool
    window: int | None = None


class Plan(str):
    """The name of an account's plan."""

    __slots__ = ()


class Reading(NamedTuple):
    """What a provider reported: at least one balance, the headline first."""

    balances: tuple[Balance, ...]
    plan: str | None
