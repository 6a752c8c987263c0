"""Add to a report how long each balance will last, judged from recorded history."""

from collections.abc import Mapping
from datetime import datetime

from balance_cli.foresight.forecast import Forecaster
from balance_cli.foresight.steps import Past
from balance_cli.history.model import Sample, Series
from balance_cli.model import Balance
from balance_cli.verdict import JudgedBalance, Report, Verdict

Pasts = Mapping[Series, Past]


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


def add_outlooks(report: Report, pasts: Pasts, window: float) -> Report:
    """Return the report with an outlook for each balance; ``window`` is in seconds."""
    forecaster = Forecaster(report.checked_at, window)
    verdicts = (_foresee(verdict, pasts, forecaster, report.checked_at) for verdict in report.verdicts)
    return report._replace(verdicts=tuple(verdicts))


def _to_series(verdict: Verdict, balance: Balance) -> Series:
    return Series(verdict.profile, verdict.provider, balance.name, balance.unit)


def _to_sample(balance: Balance, at: int) -> Sample:
    return Sample(at, balance.remaining, balance.used, balance.limit, balance.unlimited)


def _foresee(verdict: Verdict, pasts: Pasts, forecaster: Forecaster, now: datetime) -> Verdict:
    read_at = verdict.read_at if verdict.cached and verdict.read_at else now
    rows = (
        _add_outlook(row, pasts.get(_to_series(verdict, row.balance), Past()), forecaster, int(read_at.timestamp()))
        for row in verdict.balances
    )
    return verdict._replace(balances=tuple(rows))


def _add_outlook(row: JudgedBalance, past: Past, forecaster: Forecaster, at: int) -> JudgedBalance:
    balance = row.balance
    steps = past.list_steps((at, balance.remaining, balance.used))
    remaining = None if balance.unlimited else balance.remaining
    return row._replace(outlook=forecaster.foresee(steps, at, remaining))
