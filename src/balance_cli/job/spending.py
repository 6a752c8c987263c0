"""What is gone of a balance since a job started, and how fast. Pure: no clock, no processes, no printing."""

import math
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Final

from balance_cli.amount import EXACT
from balance_cli.verdict import JudgedBalance

_SHORTEST: Final = 1.0
"""Seconds: a pace measured over less would be chance."""
_ZERO: Final = Decimal(0)


class Course:
    """One balance from the start of a job on. Times are in seconds, of one clock that never goes back.

    Use shows as a fall of ``remaining`` and as a rise of ``used``; whichever comes to more counts, as in a history.
    ``topped_up`` means that ``remaining`` has risen, which may hide some use. ``missed`` means that the last look did
    not find this balance. ``pace`` is the fastest one seen, per second.
    """

    def __init__(self, at: float, row: JudgedBalance) -> None:
        self.first = self.last = row
        self.read_at = at
        self.missed = self.topped_up = False
        self.pace = 0.0
        self._fell = self._rose = _ZERO

    def add(self, at: float, row: JudgedBalance | None) -> None:
        """Add what a look found, ``None`` for nothing. A reading without an amount known before counts as nothing."""
        self.missed = row is None or _is_poorer(row, self.last)
        if row is None or self.missed:
            return
        before, after = self.last.balance, row.balance
        fell, rose = _subtract(before.remaining, after.remaining), _subtract(after.used, before.used)
        self.topped_up |= fell < 0
        self._fell = EXACT.add(self._fell, max(fell, _ZERO))
        self._rose = EXACT.add(self._rose, max(rose, _ZERO))
        self.pace = max(self.pace, float(max(fell, rose)) / max(at - self.read_at, _SHORTEST))
        self.last, self.read_at = row, at

    @property
    def spent(self) -> Decimal | None:
        """The amount that is gone, ``None`` if the provider reports nothing that would show it."""
        balance = self.last.balance
        return None if balance.remaining is None and balance.used is None else max(self._fell, self._rose)

    def guess_spent(self, now: float) -> float:
        """Return the amount that is gone by now if it went on at the fastest pace since the last reading."""
        return float(self.spent or 0) + self.pace * (now - self.read_at)

    def lasts(self, now: float) -> float:
        """Return the seconds from now to the minimum at the fastest pace; infinity if it is not judged or not used."""
        balance, minimum = self.last.balance, self.last.minimum
        if minimum is None and balance.gates:
            minimum = _ZERO
        if balance.remaining is None or minimum is None or not self.pace:
            return math.inf
        return float(EXACT.subtract(balance.remaining, minimum)) / self.pace - (now - self.read_at)


class SpendLimit:
    """How much may be spent: over all profiles, and in each of them, of whichever balance lost the most.

    ``groups`` are the balances of each profile that are in the limit's unit; the account and a cap of the key both fall
    by the same spending, so they do not add up.
    """

    def __init__(self, amount: Decimal, unit: str, groups: Sequence[Sequence[Course]]) -> None:
        self.amount, self.unit, self.groups = amount, unit, groups

    @property
    def spent(self) -> Decimal:
        """The amount that is gone for certain."""
        return reduce(EXACT.add, (max(course.spent or _ZERO for course in group) for group in self.groups))

    @property
    def missed(self) -> bool:
        """Whether the last look did not show how much is gone."""
        return any(all(course.missed for course in group) for group in self.groups)

    def lasts(self, now: float) -> float:
        """Return the seconds from now until the amount is gone at the fastest pace; infinity without any."""
        leading = [max(group, key=lambda course: course.guess_spent(now)) for group in self.groups]
        pace = sum(course.pace for course in leading)
        left = float(self.amount) - sum(course.guess_spent(now) for course in leading)
        return left / pace if pace else math.inf


def _is_poorer(row: JudgedBalance, before: JudgedBalance) -> bool:
    """Return whether a reading lacks an amount that the one before had."""
    lost = before.balance.remaining is not None and row.balance.remaining is None and not row.balance.unlimited
    return lost or (before.balance.used is not None and row.balance.used is None)


def _subtract(one: Decimal | None, other: Decimal | None) -> Decimal:
    """Return the exact difference, zero if either amount is not known."""
    return _ZERO if one is None or other is None else EXACT.subtract(one, other)
