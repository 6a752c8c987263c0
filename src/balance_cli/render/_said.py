"""The parts of a verdict that all formats word in the same way."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from balance_cli.amount import EXACT, format_amount, format_exact
from balance_cli.verdict import JudgedBalance, Status, Verdict

_HUNDRED: Final = Decimal(100)


def select_rows(verdict: Verdict, *, details: bool) -> Sequence[JudgedBalance]:
    """Return the balances to show: the headline and those that gate, or all with ``details``."""
    return [row for row in verdict.balances if details or row.balance.gates or row is verdict.balances[0]]


def find_status(row: JudgedBalance, verdict: Verdict, *, first: bool) -> Status | None:
    """Return the status of one balance; if none was judged, the first one shows the profile's status."""
    if row.judged:
        return {True: Status.LOW, False: Status.OK, None: Status.UNKNOWN}[row.low]
    nothing_judged = not any(other.judged for other in verdict.balances)
    return verdict.status if first and nothing_judged else None


def explain(verdict: Verdict) -> str:
    """Return one line that says why a profile is not ok, or "" if it is ok."""
    return _join_reasons(verdict, hint="")


def advise(verdict: Verdict) -> str:
    """Return the line of ``explain`` with where to top up, for people; programs have ``links.top_up``."""
    return _join_reasons(verdict, hint=f" (top up at {verdict.top_up})" if verdict.top_up else "")


def _join_reasons(verdict: Verdict, *, hint: str) -> str:
    """Join the reasons of a verdict; the hint follows those of low balances, as an error's hint follows the error."""
    low = "; ".join(_explain_low(verdict))
    return "; ".join([*([low + hint] if low else []), *([verdict.error.describe()] if verdict.error else [])])


def _explain_low(verdict: Verdict) -> Iterator[str]:
    for row in verdict.balances:
        balance = row.balance
        if row.low and balance.remaining is not None and is_below_minimum(row):
            amount = f"{format_amount(balance.remaining, balance.unit, row.minimum)} {balance.unit}".rstrip()
            if row.minimum is None:
                yield f"{balance.name} has nothing left: {amount}"
            else:
                minimum = format_amount(row.minimum, balance.unit, row.minimum)
                yield f"{balance.name} has {amount}, below the minimum of {minimum}"
        if row.lasts is False:
            lasts = f"{balance.name} lasts {format_runway(row)} at the recent burn rate"
            yield f"{lasts}, below the minimum of {row.min_days}"


def is_below_minimum(row: JudgedBalance) -> bool:
    """Return whether a low balance is low because of its amount, not only because of its burn rate."""
    remaining = row.balance.remaining
    if remaining is None:
        return False
    return remaining <= 0 if row.minimum is None else remaining < row.minimum or row.lasts is not False


def format_runway(row: JudgedBalance) -> str:
    """Return how many days a balance lasts, rounded so that it never contradicts the verdict; "" if unknown."""
    days = row.outlook.runway_days
    return "" if days is None else f"{format_amount(days, 'days', row.min_days)} days"


def remaining(row: JudgedBalance) -> str:
    """Return what remains, with all digits: an amount, ``unlimited``, or ``-`` if unknown."""
    balance = row.balance
    return "unlimited" if balance.unlimited else "-" if balance.remaining is None else format_exact(balance.remaining)


def format_remaining(row: JudgedBalance) -> str:
    """Return what remains for a person, with its unit: ``12.50 USD``, ``unlimited USD``, or ``? USD`` if unknown."""
    balance, amount = row.balance, row.balance.remaining
    text = "?" if amount is None else format_amount(amount, balance.unit, row.minimum)
    return f"{'unlimited' if balance.unlimited else text} {balance.unit}".rstrip()


def find_percent(row: JudgedBalance) -> Decimal | None:
    """Return how much of a limit remains, from 0 to 100 percent, rounded down; ``None`` without a limit."""
    balance = row.balance
    if balance.remaining is None or balance.limit is None or balance.limit <= 0:
        return None
    share = EXACT.divide(EXACT.multiply(balance.remaining, _HUNDRED), balance.limit)
    return min(max(share, Decimal(0)), _HUNDRED).to_integral_value(ROUND_FLOOR)
