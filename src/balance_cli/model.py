"""What a provider answers: balances, a plan, and both together. Frozen values that know no minimum."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple


class Balance(NamedTuple):
    """One named pool of a profile's account, in whole units; ``None`` is "the provider does not say".

    ``unit`` is "" where neither the provider nor the profile says it: such an amount is compared with none.
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


class Plan(NamedTuple):
    """The name of the plan that an account is on."""

    name: str


class Reading(NamedTuple):
    """What one provider answered: at least one balance, the headline first."""

    balances: tuple[Balance, ...]
    plan: str | None
