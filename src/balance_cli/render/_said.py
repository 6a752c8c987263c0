"""What every format says of a verdict in the same words."""

from collections.abc import Iterator, Sequence

from balance_cli.amount import plain, shown
from balance_cli.errors import Failure
from balance_cli.verdict import Judged, Status, Verdict


def rows(verdict: Verdict, *, details: bool) -> Sequence[Judged]:
    """Return the balances that are shown: those that gate, and the headline; with ``details`` all of them."""
    return [row for row in verdict.balances if details or row.balance.gates or row is verdict.balances[0]]


def made_of(row: Judged, verdict: Verdict, *, first: bool) -> Status | None:
    """Return what is made of one balance; where none was judged the first one stands for the profile."""
    if row.minimum is not None:
        return {True: Status.LOW, False: Status.OK, None: Status.UNKNOWN}[row.low]
    nothing_judged = all(other.minimum is None for other in verdict.balances)
    return verdict.status if first and nothing_judged else None


def failure(error: Failure) -> str:
    """Return an error and what to do about it, in one line."""
    return f"{error.message}{f' ({error.hint})' if error.hint else ''}"


def why(verdict: Verdict) -> str:
    """Return in one line why a profile is not ok; nothing of one that is."""
    return "; ".join([*_low(verdict), *([failure(verdict.error)] if verdict.error else [])])


def _low(verdict: Verdict) -> Iterator[str]:
    for row in verdict.balances:
        balance = row.balance
        if row.low and row.minimum is not None and balance.remaining is not None:
            left, least = (shown(number, balance.unit, row.minimum) for number in (balance.remaining, row.minimum))
            yield f"{balance.name} has {left} {balance.unit}, the minimum is {least}"


def remaining(row: Judged) -> str:
    """Return what remains with every digit: an amount, ``unlimited``, or ``-`` where it is not known."""
    balance = row.balance
    return "unlimited" if balance.unlimited else "-" if balance.remaining is None else plain(balance.remaining)
