"""For how long balances will last: a report and what was recorded before it make a report that says so."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from balance_cli.errors import Failure, Unexpected
from balance_cli.history.model import NOT_YET, Row, Sample, Series
from balance_cli.history.pace import Point, burn_per_day, runway_days, steps
from balance_cli.model import Balance
from balance_cli.text import listed
from balance_cli.verdict import Judged, Outlook, Report, Status, Verdict, strongest

Past = Mapping[Series, Sequence[Point[float]]]


def samples(report: Report) -> list[tuple[Series, Sample]]:
    """Return what a report has to be remembered: every balance of which any amount is known."""
    at = int(report.checked_at.timestamp())
    return [
        (_series(verdict, row.balance), _sample(row.balance, at))
        for verdict in report.verdicts
        for row in verdict.balances
        if row.balance.unlimited or row.balance.remaining is not None or row.balance.used is not None
    ]


def foreseen(report: Report, past: Past, min_days: Mapping[str, Decimal | None], window: float) -> Report:
    """Return the report with an outlook for every balance, held against the days that its profile must last."""
    verdicts = []
    for verdict in report.verdicts:
        least = min_days.get(verdict.profile)
        rows = [_foreseen(row, past.get(_series(verdict, row.balance), ()), report, window) for row in verdict.balances]
        verdicts.append(_verdict(verdict, [_judged(row, report.checked_at, least) for row in rows]))
    return report._replace(verdicts=tuple(verdicts))


def points(rows: Iterable[Row]) -> list[Point[float]]:
    """Return what a rate is made of."""
    return [(at, float(left) if left else None, float(used) if used else None) for _, at, left, used, _ in rows]


def outlook(seen: Sequence[Point[float]], now: datetime, window: float, *, unlimited: bool) -> Outlook:
    """Return what follows from points for the newest of them; ``window`` is in seconds."""
    rate = burn_per_day(steps(seen), now.timestamp(), window)
    at, remaining, _ = max(reversed(seen), key=lambda point: point[0])
    days = None if unlimited else runway_days(remaining, rate)
    return Outlook(
        burn_per_day=_rounded(rate),
        runway_days=_rounded(days),
        runs_out_at=None if days is None else _later(datetime.fromtimestamp(at, UTC), days),
    )


def _series(verdict: Verdict, balance: Balance) -> Series:
    return Series(verdict.profile, verdict.provider, balance.name, balance.unit)


def _sample(balance: Balance, at: int) -> Sample:
    return Sample(at, balance.remaining, balance.used, balance.limit, balance.unlimited)


def _rounded(number: float | None) -> Decimal | None:
    """Return a rate or a time with as many digits as it deserves."""
    return None if number is None else Decimal(f"{number:.6g}")


def _later(moment: datetime, days: float) -> datetime | None:
    try:
        return moment + timedelta(days=days)
    except OverflowError:
        return None


def _foreseen(row: Judged, past: Sequence[Point[float]], report: Report, window: float) -> Judged:
    balance, at = row.balance, int(report.checked_at.timestamp())
    left, used = (None if amount is None else float(amount) for amount in (balance.remaining, balance.used))
    seen = [*past, (at, left, used)]
    return row._replace(outlook=outlook(seen, report.checked_at, window, unlimited=balance.unlimited))


def _judged(row: Judged, now: datetime, least: Decimal | None) -> Judged:
    """Hold one balance against the days that it must last, where work stops at it."""
    if least is None or not row.balance.gates:
        return row
    short = _short(row.balance, row.outlook, now, least)
    both = {short, row.low} if row.judged else {short}
    return row._replace(min_days=least, short=short, low=True if True in both else None if None in both else False)


def _short(balance: Balance, seen: Outlook, now: datetime, least: Decimal) -> bool | None:
    """Return whether a balance ends too soon, ``None`` where that is not known; what is reset before lasts."""
    if balance.unlimited:
        return False
    if seen.runway_days is None:
        return False if seen.burn_per_day is not None and balance.remaining is not None else None
    resets, ends = balance.resets_at, seen.runs_out_at
    if resets and resets > now and (ends is None or resets <= ends):
        return False
    return seen.runway_days < least


def _verdict(verdict: Verdict, rows: Sequence[Judged]) -> Verdict:
    """Return the verdict with these rows, and what follows from the days that they last."""
    statuses, error = {verdict.status}, verdict.error
    if any(row.low for row in rows):
        statuses.add(Status.LOW)
    if unknown := [row.balance for row in rows if row.min_days is not None and row.low is None]:
        statuses.add(Status.UNKNOWN)
        error = error or _no_history(unknown)
    return verdict._replace(balances=tuple(rows), status=strongest(statuses), error=error)


def _no_history(balances: Sequence[Balance]) -> Failure:
    if unread := [balance.name for balance in balances if balance.remaining is None]:
        return Unexpected(
            f"how long {listed(unread)} will last is not known: what remains is not",
            hint="the provider does not say it to this key",
        )
    return Unexpected(
        f"how long {listed(balance.name for balance in balances)} will last is not known: {NOT_YET}",
        hint="at least an hour of `balance check --record` is needed",
    )
