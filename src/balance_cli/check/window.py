"""The pace of a window: tell from one reading whether it will be used up before it resets."""

from datetime import datetime, timedelta
from decimal import Decimal
from math import inf
from typing import Final, NamedTuple

from balance_cli.model import Balance
from balance_cli.times import DAY
from balance_cli.verdict import JudgedBalance, Outlook, Report, Verdict

_FIRST: Final = 20
"""Use is spread over at least this part of a window, so that its first minutes are no forecast."""
_SKEW: Final = 300
"""Seconds by which a window may seem to begin in the future, because clocks differ."""


class Pace(NamedTuple):
    """How a window is going: the shares of it that were used and that have passed, both from 0 to 1 or more.

    ``runs_out_at`` is ``None`` if the window resets before it is used up.
    """

    used: float
    elapsed: float
    resets_at: datetime
    runs_out_at: datetime | None


def measure_pace(balance: Balance, now: datetime) -> Pace | None:
    """Return the pace of a balance, ``None`` unless its limit, its next reset and its length are known."""
    resets, length, limit = balance.resets_at, balance.window, balance.limit
    if resets is None or length is None or not limit or limit <= 0 or resets <= now:
        return None
    used = _find_used(balance)
    elapsed = length - (resets - now).total_seconds()
    if used is None or used < 0 or elapsed < -_SKEW:
        return None
    share, passed = float(used / limit), max(elapsed, length / _FIRST)
    left = 0.0 if share >= 1 else (1 - share) / share * passed if share else inf
    ends = now + timedelta(seconds=left) if left < (resets - now).total_seconds() else None
    return Pace(share, max(elapsed, 0) / length, resets, ends)


def _find_used(balance: Balance) -> Decimal | None:
    if balance.used is None and balance.remaining is not None and balance.limit is not None:
        return balance.limit - balance.remaining
    return balance.used


def add_paces(report: Report) -> Report:
    """Return the report with an outlook for every window for which the history has none."""
    return report._replace(verdicts=tuple(_add_to_verdict(verdict, report.checked_at) for verdict in report.verdicts))


def _add_to_verdict(verdict: Verdict, now: datetime) -> Verdict:
    if not any(row.balance.window for row in verdict.balances):
        return verdict
    read_at = verdict.read_at if verdict.cached and verdict.read_at else now
    return verdict._replace(balances=tuple(_add_to_row(row, read_at, now) for row in verdict.balances))


def _add_to_row(row: JudgedBalance, read_at: datetime, now: datetime) -> JudgedBalance:
    pace = measure_pace(row.balance, read_at) if row.outlook.burn_per_day is None else None
    if pace is None or row.balance.limit is None or row.balance.window is None:
        return row
    per_window = pace.used / max(pace.elapsed, 1 / _FIRST)
    burn = per_window * float(row.balance.limit) * DAY / row.balance.window
    ends = pace.runs_out_at
    days = max(0.0, (ends - now).total_seconds()) / DAY if ends else None
    return row._replace(outlook=Outlook(_round(burn), None if days is None else _round(days), ends))


def _round(number: float) -> Decimal:
    """Round an estimate to six significant digits."""
    return Decimal(f"{number:.6g}")
