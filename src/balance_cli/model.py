"""What a provider answers: balances, a plan, and both together. Frozen values that know no minimum."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One named pool of a profile's account, in whole units; ``None`` is "the provider does not say"."""

    name: str
    unit: str
    remaining: Decimal | None
    used: Decimal | None
    limit: Decimal | None
    unlimited: bool
    resets_at: datetime | None
    expires_at: datetime | None
    gates: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The name of the plan that an account is on."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one provider answered: at least one balance, the headline first."""

    balances: tuple[Balance, ...]
    plan: str | None
