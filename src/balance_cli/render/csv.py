"""Comma-separated values (RFC 4180): one row per balance, amounts with all their digits."""

from csv import writer
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Final

from balance_cli.amount import format_exact
from balance_cli.render import Format, View
from balance_cli.render._said import explain, find_status, select_rows
from balance_cli.times import rfc3339
from balance_cli.verdict import JudgedBalance, Outlook, Report, Surge

HEADS: Final = (
    "checked_at", "profile", "provider", "status", "balance", "unit", "remaining", "used", "limit", "unlimited", "min",
    "low", "resets_at", "expires_at", "burn_per_day", "runway_days", "runs_out_at", "min_days", "why", "read_at",
    "runway_days_low", "runway_days_high", "surge_since", "surge_times",
    "surge_burn_per_day", "surge_runway_days",
)  # fmt: skip
_FORMULA_STARTS: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""Characters that start a formula in a spreadsheet, including full-width ones; such text gets a leading apostrophe."""


def render(report: Report, view: View) -> str:
    """Render a header and the rows, with unknown values empty; nothing if an error stopped the run."""
    if report.error:
        return ""
    out = StringIO()
    table = writer(out)
    table.writerow(HEADS)
    for verdict in report.verdicts:
        profile = (report.checked_at, verdict.profile, verdict.provider)
        end = (explain(verdict, view.read_clock(report)), verdict.read_at)
        shown = select_rows(verdict, details=view.details)
        for index, row in enumerate(shown):
            status = find_status(row, verdict, first=index == 0)
            table.writerow(map(format_field, (*profile, status, *_to_values(row), *end, *_to_foresight(row.outlook))))
        if not shown:
            blank = [None] * (HEADS.index("why") - 4)
            cells = (*profile, verdict.status, *blank, *end)
            table.writerow(map(format_field, (*cells, *[None] * (len(HEADS) - len(cells)))))
    return out.getvalue()


def _to_values(row: JudgedBalance) -> tuple[object, ...]:
    balance, outlook = row.balance, row.outlook
    amounts = (balance.remaining, balance.used, balance.limit, balance.unlimited, row.minimum, row.low)
    times = (balance.resets_at, balance.expires_at)
    forecast = (outlook.burn_per_day, outlook.runway_days, outlook.runs_out_at, row.min_days)
    return (balance.name, balance.unit, *amounts, *times, *forecast)


def _to_foresight(outlook: Outlook) -> tuple[object, ...]:
    """Return the values of the last columns: new ones go to the end, where they move no other."""
    return (outlook.runway_days_low, outlook.runway_days_high, *flatten_surge(outlook.surge).values())


def flatten_surge(surge: Surge | None) -> dict[str, object]:
    """Return the columns of a surge."""
    return {f"surge_{name}": surge and getattr(surge, name) for name in Surge._fields}


def format_field(value: object) -> str:
    """Format a value as a cell; ``None`` is empty."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Decimal():
            return format_exact(value)
        case datetime():
            return rfc3339(value)
        case _:
            return escape_formula(str(value))


def escape_formula(text: str) -> str:
    """Escape text that a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


FORMAT: Final = Format(render)
