"""A table for people: colored and fitted to the width of a terminal, plain and never truncated in a pipe."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from rich.text import Text

from balance_cli.amount import EXACT, format_amount, format_exact
from balance_cli.render import Format, View
from balance_cli.render._grid import Grid, Line, render_lines
from balance_cli.render._grid import drawn as gridded
from balance_cli.render._said import find_status, format_runway, is_below_minimum, select_rows
from balance_cli.times import format_relative, rfc3339
from balance_cli.verdict import JudgedBalance, Report, Status, Verdict

STYLES: Final = {Status.OK: "green", Status.LOW: "bold red", Status.UNKNOWN: "yellow", Status.MISCONFIGURED: "magenta"}
_GRID: Final = Grid(
    heads=(
        "PROFILE", "PROVIDER", "BALANCE", "REMAINING", "UNIT", "CHANGE", "USED", "LIMIT", "OF LIMIT", "MIN", "SHORT BY",
        "RUNWAY", "MIN DAYS", "RESETS", "EXPIRES", "STATUS",
    ),
    amounts=("REMAINING", "CHANGE", "USED", "LIMIT", "OF LIMIT", "MIN", "SHORT BY", "MIN DAYS"),
    dispensable=(
        "EXPIRES", "USED", "PROVIDER", "LIMIT", "RESETS", "OF LIMIT", "MIN DAYS", "MIN", "SHORT BY", "RUNWAY", "CHANGE",
    ),
    styles={"STATUS": "", "OF LIMIT": "", "SHORT BY": "", "RUNWAY": "", "CHANGE": "bold cyan"},
)  # fmt: skip
_BAR_WIDTH: Final = 8


def render(report: Report, view: View) -> str:
    """Render the table; nothing if an error stopped the run before any request."""
    return render_lines(drawn(report, view), view)


def drawn(report: Report, view: View) -> list[Text]:
    """Return the lines of the table, fitted to the view's width."""
    lines = [line for verdict in report.verdicts for line in _build_lines(verdict, report.checked_at, view)]
    return gridded(_GRID, lines, view)


def _build_lines(verdict: Verdict, now: datetime, view: View) -> Iterable[Line]:
    """Yield the lines of one profile: its balances, then its error."""
    names = {"PROFILE": verdict.profile, "PROVIDER": verdict.provider}
    visible = select_rows(verdict, details=view.details)
    for index, row in enumerate(visible):
        repeated = index > 0 and view.width is not None  # in a pipe, every line must be complete
        status = find_status(row, verdict, first=index == 0)
        cells = ({} if repeated else names) | _format_cells(row, now, view) | {"STATUS": status or ""}
        cells["CHANGE"] = view.changes.get((verdict.profile, row.balance.name, row.balance.unit), "")
        yield Line(style=STYLES[status or verdict.status], cells=cells)
    if not visible:
        yield Line(style=STYLES[verdict.status], cells=names | {"STATUS": verdict.status})
    if verdict.error:
        yield Line(style=STYLES[verdict.status], cells={}, note=verdict.error.describe())


def _format_cells(row: JudgedBalance, now: datetime, view: View) -> dict[str, str]:
    balance, minimum = row.balance, row.minimum
    return {
        "BALANCE": balance.name,
        "REMAINING": "unlimited" if balance.unlimited else _format_amount(balance.remaining, row) or "?",
        "UNIT": balance.unit,
        "USED": _format_amount(balance.used, row, judged=False),
        "LIMIT": _format_amount(balance.limit, row, judged=False),
        "OF LIMIT": _format_share(balance.remaining, balance.limit, view) if view.width else "",
        "MIN": "" if minimum is None else format_amount(minimum, balance.unit, minimum),
        "SHORT BY": _format_shortfall(row),
        "RUNWAY": _format_runway(row, view),
        "MIN DAYS": "" if row.min_days is None else format_exact(row.min_days),
        "RESETS": _format_time(balance.resets_at, now, view),
        "EXPIRES": _format_time(balance.expires_at, now, view),
    }


def _format_amount(number: Decimal | None, row: JudgedBalance, *, judged: bool = True) -> str:
    return "" if number is None else format_amount(number, row.balance.unit, row.minimum if judged else None)


def _format_share(remaining: Decimal | None, limit: Decimal | None, view: View) -> str:
    """Return a bar and the percentage of the limit that remains, rounded down."""
    if remaining is None or not limit or limit < 0:
        return ""
    share = min(max(remaining / limit, Decimal(0)), Decimal(1))
    full, empty = ("#", ".") if view.ascii else ("█", "░")
    filled = max(int(share * _BAR_WIDTH), int(share > 0))
    return f"{full * filled}{empty * (_BAR_WIDTH - filled)} {int(share * 100):>3}%"


def _format_shortfall(row: JudgedBalance) -> str:
    """Return how much is missing to the minimum, rounded up so that adding it is enough."""
    if not row.low or row.minimum is None or row.balance.remaining is None or not is_below_minimum(row):
        return ""
    missing = EXACT.subtract(row.balance.remaining, row.minimum)
    return format_amount(missing, row.balance.unit).removeprefix("-") if missing < 0 else ""


def _format_runway(row: JudgedBalance, view: View) -> str:
    end = row.outlook.runs_out_at
    return f"{format_runway(row)}, {rfc3339(end)}" if view.details and end else format_runway(row)


def _format_time(moment: datetime | None, now: datetime, view: View) -> str:
    if moment is None:
        return ""
    return f"{format_relative(moment, now)}, {rfc3339(moment)}" if view.details else format_relative(moment, now)


FORMAT: Final = Format(render)
