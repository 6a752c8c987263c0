"""The parts of a verdict that all formats word in the same way."""

from collections.abc import Iterator, Sequence

from balance_cli.amount import plain, shown
from balance_cli.verdict import Judged, Status, Verdict


def rows(verdict: Verdict, *, details: bool) -> Sequence[Judged]:
    """Return the balances to show: the headline and those that gate, or all with ``details``."""
    return [row for row in verdict.balances if details or row.balance.gates or row is verdict.balances[0]]


def made_of(row: Judged, verdict: Verdict, *, first: bool) -> Status | None:
    """Return the status of one balance; if none was judged, the first one shows the profile's status."""
    if row.judged:
        return {True: Status.LOW, False: Status.OK, None: Status.UNKNOWN}[row.low]
    nothing_judged = not any(other.judged for other in verdict.balances)
    return verdict.status if first and nothing_judged else None


def why(verdict: Verdict) -> str:
    """Return one line that says why a profile is not ok, or "" if it is ok."""
    return "; ".join([*_explain_low(verdict), *([verdict.error.said()] if verdict.error else [])])


def _explain_low(verdict: Verdict) -> Iterator[str]:
    for row in verdict.balances:
        balance = row.balance
        if row.low and balance.remaining is not None and below(row):
            amount = f"{shown(balance.remaining, balance.unit, row.minimum)} {balance.unit}".rstrip()
            if row.minimum is None:
                yield f"{balance.name} has nothing left: {amount}"
            else:
                minimum = shown(row.minimum, balance.unit, row.minimum)
                yield f"{balance.name} has {amount}, below the minimum of {minimum}"
        if row.lasts is False:
            yield f"{balance.name} lasts {runway(row)} at the recent burn rate, below the minimum of {row.min_days}"


def below(row: Judged) -> bool:
    """Return whether a low balance is low because of its amount, not only because of its burn rate."""
    remaining = row.balance.remaining
    if remaining is None:
        return False
    return remaining <= 0 if row.minimum is None else remaining < row.minimum or row.lasts is not False


def runway(row: Judged) -> str:
    """Return how many days a balance lasts, rounded so that it never contradicts the verdict; "" if unknown."""
    days = row.outlook.runway_days
    return "" if days is None else f"{shown(days, 'days', row.min_days)} days"


def remaining(row: Judged) -> str:
    """Return what remains, with all digits: an amount, ``unlimited``, or ``-`` if unknown."""
    balance = row.balance
    return "unlimited" if balance.unlimited else "-" if balance.remaining is None else plain(balance.remaining)
