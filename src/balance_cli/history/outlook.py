"""Adds to a report how long each balance will last, as far as the recorded history can tell."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from balance_cli.history.model import Row, Sample, Series
from balance_cli.history.pace import Point, burn_per_day, runway_days, steps
from balance_cli.model import Balance
from balance_cli.verdict import Judged, Outlook, Report, Verdict

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


def foresee(report: Report, past: Past, window: float) -> Report:
    """Return the report with an outlook for every balance; ``window`` is in seconds."""
    return report._replace(verdicts=tuple(_foresee(verdict, past, report, window) for verdict in report.verdicts))


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


def _foresee(verdict: Verdict, past: Past, report: Report, window: float) -> Verdict:
    rows = (_with_outlook(row, past.get(_series(verdict, row.balance), ()), report, window) for row in verdict.balances)
    return verdict._replace(balances=tuple(rows))


def _with_outlook(row: Judged, past: Sequence[Point[float]], report: Report, window: float) -> Judged:
    balance, at = row.balance, int(report.checked_at.timestamp())
    remaining, used = (None if amount is None else float(amount) for amount in (balance.remaining, balance.used))
    seen = [*past, (at, remaining, used)]
    return row._replace(outlook=outlook(seen, report.checked_at, window, unlimited=balance.unlimited))
