"""The parts of a verdict that all formats word in the same way."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from balance_cli.amount import EXACT, format_amount, format_exact
from balance_cli.render import View
from balance_cli.render._runway import explain_runway
from balance_cli.times import Clock, format_span
from balance_cli.verdict import JudgedBalance, Report, Status, Verdict

_ORDER: Final = (Status.OK, Status.LOW, Status.MISCONFIGURED, Status.UNKNOWN)

_HUNDRED: Final = Decimal(100)


def select_rows(verdict: Verdict, *, details: bool) -> Sequence[JudgedBalance]:
    """Return the balances to show: the headline and those that gate, or all with ``details``."""
    return [row for row in verdict.balances if details or row.balance.gates or row is verdict.balances[0]]


def pick_row(verdict: Verdict) -> JudgedBalance | None:
    """Return the balance that speaks for a profile in one line: the first that is low, else the headline, if any."""
    return next((row for row in verdict.balances if row.low), verdict.balances[0] if verdict.balances else None)


def find_status(row: JudgedBalance, verdict: Verdict, *, first: bool) -> Status | None:
    """Return the status of one balance; if none was judged, the first one shows the profile's status."""
    if row.judged:
        return {True: Status.LOW, False: Status.OK, None: Status.UNKNOWN}[row.low]
    nothing_judged = not any(other.judged for other in verdict.balances)
    return verdict.status if first and nothing_judged else None


def explain(verdict: Verdict, clock: Clock) -> str:
    """Return one line that says why a profile is not ok, or "" if it is ok."""
    return _join_reasons(verdict, clock, hint="")


def advise(verdict: Verdict, clock: Clock) -> str:
    """Return the line of ``explain`` with where to top up, for people; programs have ``links.top_up``."""
    return _join_reasons(verdict, clock, hint=f" (top up at {verdict.top_up})" if verdict.top_up else "")


def summarize(verdict: Verdict, clock: Clock) -> str:
    """Return the status of a profile and what there is to say about it: its headline, or why it is not ok."""
    amounts = [format_remaining(row) for row in verdict.balances[:1]]
    return ": ".join([verdict.status, *(amounts if verdict.status is Status.OK else [advise(verdict, clock)])])


def _join_reasons(verdict: Verdict, clock: Clock, *, hint: str) -> str:
    """Join the reasons of a verdict; the hint follows those of low balances, as an error's hint follows the error."""
    low = "; ".join(_explain_low(verdict, clock))
    return "; ".join([*([low + hint] if low else []), *([verdict.error.describe()] if verdict.error else [])])


def _explain_low(verdict: Verdict, clock: Clock) -> Iterator[str]:
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
            yield f"{balance.name} {explain_runway(row, clock)}"


def is_below_minimum(row: JudgedBalance) -> bool:
    """Return whether a low balance is low because of its amount, not only because of its burn rate."""
    remaining = row.balance.remaining
    if remaining is None:
        return False
    return remaining <= 0 if row.minimum is None else remaining < row.minimum or row.lasts is not False


def explain_shortfall(row: JudgedBalance) -> str:
    """Return how far a low balance is below its minimum, in words; "" if it is not."""
    if row.minimum is None or not (missing := format_shortfall(row)):
        return ""
    return f"{missing} below the minimum of {format_amount(row.minimum, row.balance.unit, row.minimum)}"


def format_shortfall(row: JudgedBalance) -> str:
    """Return how much is missing to the minimum, rounded up so that adding it is enough."""
    if not row.low or row.minimum is None or row.balance.remaining is None or not is_below_minimum(row):
        return ""
    missing = EXACT.subtract(row.balance.remaining, row.minimum)
    return format_amount(missing, row.balance.unit).removeprefix("-") if missing < 0 else ""


def count_statuses(verdicts: Iterable[Verdict]) -> dict[Status, int]:
    """Return how many profiles have each status that occurs, ``ok`` first."""
    statuses = [verdict.status for verdict in verdicts]
    return {status: statuses.count(status) for status in _ORDER if status in statuses}


def format_remaining(row: JudgedBalance) -> str:
    """Return what remains for a person, with its unit: ``12.50 USD``, ``unlimited USD``, or ``? USD`` if unknown."""
    balance, amount = row.balance, row.balance.remaining
    text = "?" if amount is None else format_amount(amount, balance.unit, row.minimum)
    return f"{'unlimited' if balance.unlimited else text} {balance.unit}".rstrip()


def format_age(verdict: Verdict, report: Report) -> str:
    """Return how long ago another run read the balances, like ``4 min ago``; "" if this run did."""
    if verdict.read_at is None or not verdict.cached:
        return ""
    return f"{format_span(max(0.0, (report.checked_at - verdict.read_at).total_seconds()))} ago"


def advise_and_date(verdict: Verdict, report: Report, view: View) -> str:
    """Return the line of ``advise``, and how long ago the balances were read if another run read them."""
    age = format_age(verdict, report)
    return "; ".join(filter(None, [advise(verdict, view.read_clock(report)), age and f"read {age}"]))


def format_elapsed(report: Report) -> list[str]:
    """Return how long the checks took, like ``0.21 s``; nothing if that is unknown."""
    if report.elapsed_ms is None:
        return []
    seconds = report.elapsed_ms / 1000
    return [f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"]  # noqa: PLR2004 - three digits say enough


def remaining(row: JudgedBalance) -> str:
    """Return what remains, with all digits: an amount, ``unlimited``, or ``-`` if unknown."""
    balance = row.balance
    return "unlimited" if balance.unlimited else "-" if balance.remaining is None else format_exact(balance.remaining)


def find_percent(row: JudgedBalance) -> Decimal | None:
    """Return how much of a limit remains, from 0 to 100 percent, rounded down; ``None`` without a limit."""
    balance = row.balance
    if balance.remaining is None or balance.limit is None or balance.limit <= 0:
        return None
    share = EXACT.divide(EXACT.multiply(balance.remaining, _HUNDRED), balance.limit)
    return min(max(share, Decimal(0)), _HUNDRED).to_integral_value(ROUND_FLOOR)
