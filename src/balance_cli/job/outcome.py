"""How a job went: one line for a person, and a JSON document. Neither contains a key or the job's arguments."""

import signal
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from balance_cli.amount import format_amount
from balance_cli.job.spending import Course
from balance_cli.times import format_span, rfc3339


class Spent(NamedTuple):
    """One balance before and after a job; an amount of ``None`` is not known.

    ``spent`` is what is gone, or at least that much if it was topped up or the last look failed.
    """

    profile: str
    provider: str
    name: str
    unit: str
    gates: bool
    spent: Decimal | None
    at_least: bool
    before: Decimal | None
    after: Decimal | None


class Outcome(NamedTuple):
    """How a job went.

    ``result`` is "ended", "killed" (by a signal that was not sent by `balance`), "braked" or "not started". ``reason``
    says why it was braked or not started. ``seconds`` is how long it ran.
    """

    program: str
    result: str
    exit_code: int
    started_at: datetime
    seconds: float
    reason: str = ""
    looks: int = 0
    balances: Sequence[Spent] = ()
    remaining: int = 0


def make_spent(key: tuple[str, str, str, int], provider: str, course: Course) -> Spent:
    """Return what became of one balance."""
    profile, name, unit, _ = key
    first, last = course.first.balance, course.last.balance
    at_least = course.topped_up or course.missed
    return Spent(profile, provider, name, unit, last.gates, course.spent, at_least, first.remaining, last.remaining)


def describe(outcome: Outcome) -> str:
    """Return one line about a job that was started."""
    parts = [f"stopped the job: {outcome.reason}"] if outcome.reason else []
    if outcome.remaining:
        parts.append(f"{outcome.remaining} of its processes could not be ended")
    if spent := list_spent(outcome):
        words = ", ".join(spent[:-1]) + f" and {spent[-1]}" if spent[1:] else spent[0]
        whose = "this balance" if len(spent) == 1 else "these balances"
        parts.append(f"spent {words} in {format_span(outcome.seconds)}, by this job and whatever else uses {whose}")
    return "; ".join(parts)


def list_spent(outcome: Outcome) -> list[str]:
    """Return what was spent of each balance that counts: ``3.41 USD of main (12.50 to 9.09)``."""
    return [_describe_spent(balance) for balance in _choose_spent(outcome.balances)]


def _choose_spent(balances: Sequence[Spent]) -> Iterator[Spent]:
    """Yield, of each profile, the balances that gate and have lost something, or else its first one."""
    for profile in dict.fromkeys(balance.profile for balance in balances):
        own = [balance for balance in balances if balance.profile == profile and balance.spent is not None]
        units = {balance.unit: balance for balance in own[::-1] if balance.gates and balance.spent}
        yield from list(units.values())[::-1] or own[:1]


def _describe_spent(balance: Spent) -> str:
    unit = balance.unit
    amount = format_amount(balance.spent or Decimal(0), unit)
    words = f"{'at least ' if balance.at_least else ''}{amount} {unit}".rstrip() + f" of {balance.profile}"
    if balance.before is None or balance.after is None:
        return words
    return f"{words} ({format_amount(balance.before, unit)} to {format_amount(balance.after, unit)})"


def make_document(outcome: Outcome) -> dict[str, Any]:
    """Return the document of `--report`."""
    number = -outcome.exit_code if outcome.exit_code < 0 else None
    return {
        "schema_version": 1,
        "program": outcome.program,
        "result": outcome.result,
        "exit_code": outcome.exit_code if number is None else 128 + number,
        "signal": None if number is None else signal.Signals(number).name,
        "reason": outcome.reason or None,
        "started_at": rfc3339(outcome.started_at),
        "seconds": Decimal(f"{outcome.seconds:.3f}"),
        "looks": outcome.looks,
        "processes_remaining": outcome.remaining,
        "balances": [
            {
                "profile": balance.profile,
                "provider": balance.provider,
                "name": balance.name,
                "unit": balance.unit or None,
                "spent": balance.spent,
                "at_least": balance.at_least,
                "before": balance.before,
                "after": balance.after,
            }
            for balance in outcome.balances
        ],
    }
