"""What every format says of a verdict in the same words."""

from collections.abc import Iterator, Sequence

from balance_cli.amount import plain, shown
from balance_cli.verdict import Judged, Status, Verdict


def rows(verdict: Verdict, *, details: bool) -> Sequence[Judged]:
    """Return the balances that are shown: those that gate, and the headline; with ``details`` all of them."""
    return [row for row in verdict.balances if details or row.balance.gates or row is verdict.balances[0]]


def made_of(row: Judged, verdict: Verdict, *, first: bool) -> Status | None:
    """Return what is made of one balance; where none was judged the first one stands for the profile."""
    if row.judged:
        return {True: Status.LOW, False: Status.OK, None: Status.UNKNOWN}[row.low]
    nothing_judged = not any(other.judged for other in verdict.balances)
    return verdict.status if first and nothing_judged else None


def why(verdict: Verdict) -> str:
    """Return in one line why a profile is not ok; nothing of one that is."""
    return "; ".join([*_low(verdict), *([verdict.error.said()] if verdict.error else [])])


def _low(verdict: Verdict) -> Iterator[str]:
    for row in verdict.balances:
        balance = row.balance
        if row.low and balance.remaining is not None and below(row):
            amount = f"{shown(balance.remaining, balance.unit, row.minimum)} {balance.unit}".rstrip()
            if row.minimum is None:
                yield f"{balance.name} has nothing left: {amount}"
            else:
                yield f"{balance.name} has {amount}, the minimum is {shown(row.minimum, balance.unit, row.minimum)}"
        if row.lasts is False:
            yield f"{balance.name} lasts {runway(row)} at its pace, the minimum is {row.min_days}"


def below(row: Judged) -> bool:
    """Return whether a balance that is low is so for its amount, and not for its pace alone."""
    remaining = row.balance.remaining
    if remaining is None:
        return False
    return remaining <= 0 if row.minimum is None else remaining < row.minimum or row.lasts is not False


def runway(row: Judged) -> str:
    """Return for how long a balance lasts, never so that it contradicts its verdict."""
    days = row.outlook.runway_days
    return "" if days is None else f"{shown(days, 'days', row.min_days)} days"


def remaining(row: Judged) -> str:
    """Return what remains with every digit: an amount, ``unlimited``, or ``-`` where it is not known."""
    balance = row.balance
    return "unlimited" if balance.unlimited else "-" if balance.remaining is None else plain(balance.remaining)
