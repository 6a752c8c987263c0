"""Comma-separated values (RFC 4180): one row a balance, amounts with all their digits."""

from csv import writer
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Final

from balance_cli.amount import plain
from balance_cli.render import View
from balance_cli.render._said import made_of, rows, why
from balance_cli.times import rfc3339
from balance_cli.verdict import Judged, Report, Verdict

HEADS: Final = (
    "checked_at", "profile", "provider", "status", "balance", "unit", "remaining", "used", "limit", "unlimited", "min",
    "low", "resets_at", "expires_at", "burn_per_day", "runway_days", "runs_out_at", "min_days", "why",
)  # fmt: skip
_OBEYED: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula, full-width too; a text gets an apostrophe before it."""


def render(report: Report, view: View) -> str:
    """Return the rows under a row of heads, what is not known empty; of a run that was stopped, nothing."""
    if report.error:
        return ""
    out = StringIO()
    table = writer(out)
    table.writerow(HEADS)
    for verdict in report.verdicts:
        shown = rows(verdict, details=view.details)
        for index, row in enumerate(shown):
            status = made_of(row, verdict, first=index == 0) or ""
            table.writerow([*_profile(report, verdict, status), *_balance(row), why(verdict) and inert(why(verdict))])
        if not shown:
            blank = [""] * (len(HEADS) - 5)
            table.writerow([*_profile(report, verdict, verdict.status), *blank, inert(why(verdict))])
    return out.getvalue()


def _profile(report: Report, verdict: Verdict, status: str) -> list[str]:
    return [_time(report.checked_at), inert(verdict.profile), verdict.provider, status]


def _balance(row: Judged) -> list[str]:
    balance = row.balance
    amounts = (balance.remaining, balance.used, balance.limit)
    low = "" if row.low is None else str(row.low).lower()
    return [
        inert(balance.name),
        inert(balance.unit),
        *(_amount(number) for number in amounts),
        str(balance.unlimited).lower(),
        _amount(row.minimum),
        low,
        _time(balance.resets_at),
        _time(balance.expires_at),
        _amount(row.outlook.burn_per_day),
        _amount(row.outlook.runway_days),
        _time(row.outlook.runs_out_at),
        _amount(row.min_days),
    ]


def _amount(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_OBEYED) else text


def _time(moment: datetime | None) -> str:
    return "" if moment is None else rfc3339(moment)
