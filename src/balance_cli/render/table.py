"""A table for people: coloured and fitted on a terminal, plain and never cut in a pipe."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from rich.text import Text

from balance_cli.amount import EXACT, plain, shown
from balance_cli.render import Format, View
from balance_cli.render._grid import Grid, Line, printed
from balance_cli.render._grid import drawn as gridded
from balance_cli.render._said import below, made_of, rows, runway
from balance_cli.times import relative, rfc3339
from balance_cli.verdict import Judged, Report, Status, Verdict

STYLES: Final = {Status.OK: "green", Status.LOW: "bold red", Status.UNKNOWN: "yellow", Status.MISCONFIGURED: "magenta"}
_GRID: Final = Grid(
    heads=(
        "PROFILE", "PROVIDER", "BALANCE", "REMAINING", "UNIT", "CHANGE", "USED", "LIMIT", "LEFT", "MIN", "SHORT",
        "RUNWAY", "MIN DAYS", "RESETS", "EXPIRES", "STATUS",
    ),
    amounts=("REMAINING", "CHANGE", "USED", "LIMIT", "LEFT", "MIN", "SHORT", "MIN DAYS"),
    dispensable=(
        "EXPIRES", "USED", "PROVIDER", "LIMIT", "RESETS", "LEFT", "MIN DAYS", "MIN", "SHORT", "RUNWAY", "CHANGE",
    ),
    styles={"STATUS": "", "LEFT": "", "SHORT": "", "RUNWAY": "", "CHANGE": "bold cyan"},
)  # fmt: skip
_BAR: Final = 8


def render(report: Report, view: View) -> str:
    """Return the table; of a run that was stopped before any request, nothing."""
    return printed(drawn(report, view), view)


def drawn(report: Report, view: View) -> list[Text]:
    """Return the lines of the table, fitted into the view's width."""
    lines = [line for verdict in report.verdicts for line in _lines(verdict, report.checked_at, view)]
    return gridded(_GRID, lines, view)


def _lines(verdict: Verdict, now: datetime, view: View) -> Iterable[Line]:
    """Return what is said of one profile: its balances, then what is wrong."""
    names = {"PROFILE": verdict.profile, "PROVIDER": verdict.provider}
    shown_rows = rows(verdict, details=view.details)
    for index, row in enumerate(shown_rows):
        again = index > 0 and view.width is not None  # off a terminal every line stands for itself
        status = made_of(row, verdict, first=index == 0)
        cells = ({} if again else names) | _cells(row, now, view) | {"STATUS": status or ""}
        cells["CHANGE"] = view.changes.get((verdict.profile, row.balance.name, row.balance.unit), "")
        yield Line(style=STYLES[status or verdict.status], cells=cells)
    if not shown_rows:
        yield Line(style=STYLES[verdict.status], cells=names | {"STATUS": verdict.status})
    if verdict.error:
        yield Line(style=STYLES[verdict.status], cells={}, note=verdict.error.said())


def _cells(row: Judged, now: datetime, view: View) -> dict[str, str]:
    balance, least = row.balance, row.minimum
    return {
        "BALANCE": balance.name,
        "REMAINING": "unlimited" if balance.unlimited else _amount(balance.remaining, row) or "?",
        "UNIT": balance.unit,
        "USED": _amount(balance.used, row, judged=False),
        "LIMIT": _amount(balance.limit, row, judged=False),
        "LEFT": _left(balance.remaining, balance.limit, view) if view.width else "",
        "MIN": "" if least is None else shown(least, balance.unit, least),
        "SHORT": _short(row),
        "RUNWAY": _runway(row, view),
        "MIN DAYS": "" if row.min_days is None else plain(row.min_days),
        "RESETS": _moment(balance.resets_at, now, view),
        "EXPIRES": _moment(balance.expires_at, now, view),
    }


def _amount(number: Decimal | None, row: Judged, *, judged: bool = True) -> str:
    return "" if number is None else shown(number, row.balance.unit, row.minimum if judged else None)


def _left(remaining: Decimal | None, limit: Decimal | None, view: View) -> str:
    """Return the share of a limit that remains, rounded down, after a bar of it."""
    if remaining is None or not limit or limit < 0:
        return ""
    share = min(max(remaining / limit, Decimal(0)), Decimal(1))
    full, empty = ("#", ".") if view.ascii else ("█", "░")
    filled = max(int(share * _BAR), int(share > 0))
    return f"{full * filled}{empty * (_BAR - filled)} {int(share * 100):>3}%"


def _short(row: Judged) -> str:
    """Return by how much the minimum is missed, rounded up: to add that is enough."""
    if not row.low or row.minimum is None or row.balance.remaining is None or not below(row):
        return ""
    missing = EXACT.subtract(row.balance.remaining, row.minimum)
    return shown(missing, row.balance.unit).removeprefix("-") if missing < 0 else ""


def _runway(row: Judged, view: View) -> str:
    ends = row.outlook.runs_out_at
    return f"{runway(row)}, {rfc3339(ends)}" if view.details and ends else runway(row)


def _moment(moment: datetime | None, now: datetime, view: View) -> str:
    if moment is None:
        return ""
    return f"{relative(moment, now)}, {rfc3339(moment)}" if view.details else relative(moment, now)


FORMAT: Final = Format(render)
