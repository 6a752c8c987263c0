"""Add to a report how long each balance will last, judged from recorded history."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from balance_cli.history.model import Row, Sample, Series
from balance_cli.history.pace import Point, calculate_burn_rate, calculate_runway, steps
from balance_cli.model import Balance
from balance_cli.verdict import JudgedBalance, Outlook, Report, Verdict

Past = Mapping[Series, Sequence[Point[float]]]


def collect_samples(report: Report) -> list[tuple[Series, Sample]]:
    """Return a sample of every balance that is unlimited, or has a known remaining or used amount."""
    at = int(report.checked_at.timestamp())
    return [
        (_to_series(verdict, row.balance), _to_sample(row.balance, at))
        for verdict in report.verdicts
        if not verdict.cached  # the run that read it may have recorded it
        for row in verdict.balances
        if row.balance.unlimited or row.balance.remaining is not None or row.balance.used is not None
    ]


def add_outlooks(report: Report, past: Past, window: float) -> Report:
    """Return the report with an outlook for each balance; ``window`` is in seconds."""
    return report._replace(verdicts=tuple(_foresee(verdict, past, report, window) for verdict in report.verdicts))


def points(rows: Iterable[Row]) -> list[Point[float]]:
    """Return rows as points for a burn rate."""
    return [
        (at, float(remaining) if remaining else None, float(used) if used else None)
        for _, at, remaining, used, _ in rows
    ]


def outlook(seen: Sequence[Point[float]], now: datetime, window: float, *, unlimited: bool) -> Outlook:
    """Return the burn rate over these points, and the runway from the newest one; ``window`` is in seconds."""
    rate = calculate_burn_rate(steps(seen), now.timestamp(), window)
    at, remaining, _ = max(reversed(seen), key=lambda point: point[0])
    days = None if unlimited else calculate_runway(remaining, rate)
    return Outlook(
        burn_per_day=_round(rate),
        runway_days=_round(days),
        runs_out_at=None if days is None else _add_days(datetime.fromtimestamp(at, UTC), days),
    )


def _to_series(verdict: Verdict, balance: Balance) -> Series:
    return Series(verdict.profile, verdict.provider, balance.name, balance.unit)


def _to_sample(balance: Balance, at: int) -> Sample:
    return Sample(at, balance.remaining, balance.used, balance.limit, balance.unlimited)


def _round(number: float | None) -> Decimal | None:
    """Round an estimate to six significant digits."""
    return None if number is None else Decimal(f"{number:.6g}")


def _add_days(moment: datetime, days: float) -> datetime | None:
    try:
        return moment + timedelta(days=days)
    except OverflowError:
        return None


def _foresee(verdict: Verdict, past: Past, report: Report, window: float) -> Verdict:
    rows = (
        _add_outlook(row, past.get(_to_series(verdict, row.balance), ()), report, window) for row in verdict.balances
    )
    return verdict._replace(balances=tuple(rows))


def _add_outlook(row: JudgedBalance, past: Sequence[Point[float]], report: Report, window: float) -> JudgedBalance:
    balance, at = row.balance, int(report.checked_at.timestamp())
    remaining, used = (None if amount is None else float(amount) for amount in (balance.remaining, balance.used))
    seen = [*past, (at, remaining, used)]
    return row._replace(outlook=outlook(seen, report.checked_at, window, unlimited=balance.unlimited))
