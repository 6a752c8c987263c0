"""A table for people: colored and fitted to the width of a terminal, plain and never truncated in a pipe."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from rich.text import Text

from balance_cli.amount import EXACT, format_amount, format_exact
from balance_cli.render import Format, View
from balance_cli.render._grid import Drawing, Grid, Line, Note, draw, join_lines, render_lines
from balance_cli.render._runway import (
    explain_runway,
    format_range,
    format_runway,
    is_surge_the_reason,
    note_surge,
)
from balance_cli.render._said import (
    count_statuses,
    explain_shortfall,
    find_percent,
    find_status,
    format_age,
    format_elapsed,
    format_remaining,
    format_shortfall,
    select_rows,
)
from balance_cli.times import Clock, format_moment
from balance_cli.verdict import STRENGTH, JudgedBalance, Report, Status, Verdict

STYLES: Final = {Status.OK: "green", Status.LOW: "bold red", Status.UNKNOWN: "yellow", Status.MISCONFIGURED: "magenta"}
_SIGNS: Final = {Status.OK: "✓+", Status.LOW: "✗x", Status.UNKNOWN: "??", Status.MISCONFIGURED: "!!"}
"""A sign before each status, where there is color; the second one is for ASCII."""
_GRID: Final = Grid(
    heads=(
        "STATUS", "PROFILE", "POOL", "REMAINING", "CHANGE", "OF LIMIT", "USED", "LIMIT", "MIN", "SHORT BY", "RUNWAY",
        "RANGE", "MIN DAYS", "RESETS", "EXPIRES", "READ", "PROVIDER", "PLAN", "WHY",
    ),
    amounts=("REMAINING", "CHANGE", "USED", "LIMIT", "MIN", "SHORT BY", "RUNWAY", "MIN DAYS"),
    dispensable=(
        "PLAN", "EXPIRES", "PROVIDER", "MIN DAYS", "USED", "LIMIT", "RANGE", "RESETS", "MIN", "SHORT BY", "RUNWAY",
        "OF LIMIT", "CHANGE", "READ",
    ),
    elastic={"PROFILE": 12, "POOL": 10},
    lead=2,
)  # fmt: skip
_NAMES: Final = {"PROVIDER": "dim", "PLAN": "dim", "READ": "dim"}
_BAR_WIDTH: Final = 8
_EIGHTHS: Final = 8 * _BAR_WIDTH
_BLOCKS: Final = " ▏▎▍▌▋▊▉"
"""A part of a cell, by its eighths."""


def render(report: Report, view: View) -> str:
    """Render the table and a line that sums it up; nothing if an error stopped the run before any request."""
    if not report.verdicts:
        return ""
    return render_lines([*draw_report(report, view).flatten(), Text(), *summarize(report, view)], view)


def draw_report(report: Report, view: View) -> Drawing:
    """Return the lines of the table, a block for each profile."""
    clock = view.read_clock(report)
    shown = [select_rows(verdict, details=view.details) for verdict in report.verdicts]
    pools = any(len(rows) > 1 for rows in shown)
    groups = [
        list(_build_lines(verdict, rows, clock, view, pools=pools, age=format_age(verdict, report)))
        for verdict, rows in zip(report.verdicts, shown, strict=True)
    ]
    return draw(_GRID, groups, view)


def summarize(report: Report, view: View) -> list[Text]:
    """Return the last lines: how many profiles have each status and, on a terminal, how long it took.

    In a pipe, the same balances make the same text.
    """
    parts = [Text(f"{count} {status}", STYLES[status]) for status, count in count_statuses(report.verdicts).items()]
    return join_lines([*parts, *(Text(text) for text in format_elapsed(report) if view.width)], view)


def _build_lines(
    verdict: Verdict, rows: Sequence[JudgedBalance], clock: Clock, view: View, *, pools: bool, age: str
) -> Iterator[Line]:
    """Yield the lines of one profile, what is not ok first; the first one has the status of the profile."""
    names = {"PROFILE": verdict.profile, "PROVIDER": verdict.provider, "PLAN": verdict.plan or "", "READ": age}
    if not rows:
        alone = {"PROFILE": verdict.profile} if view.width else names  # on a terminal, a message takes the other cells
        yield _build_line(verdict.status, alone, {}, list(_list_problems(verdict, None)), view)
    order = {row: find_status(row, verdict, first=False) or Status.OK for row in rows}
    for index, row in enumerate(sorted(rows, key=lambda row: STRENGTH.index(order[row]))):
        status = verdict.status if index == 0 else find_status(row, verdict, first=False)
        repeated = index > 0 and view.width is not None  # in a pipe, every line must be complete
        cells = ({} if repeated else names) | _format_cells(row, clock, view)
        if len(rows) == 1 and (view.width or not pools):
            del cells["POOL"]
        cells["CHANGE"] = view.changes.get((verdict.profile, row.balance.name, row.balance.unit), "")
        notes = [*_list_reasons(row, clock), *(_list_problems(verdict, row) if index == 0 else ())]
        if age and index == 0:
            notes.append(Note(f"read {age}", "dim", unless={"READ"}))
        yield _build_line(status, cells, _choose_styles(row), notes, view)


def _build_line(
    status: Status | None, cells: Mapping[str, str], styles: Mapping[str, str], notes: Sequence[Note], view: View
) -> Line:
    if status is None:
        return Line({"STATUS": "" if view.width else "-", **cells}, styles, notes)
    sign = f"{_SIGNS[status][view.ascii]} " if view.color else ""
    return Line({"STATUS": f"{sign}{status}", **cells}, {**_NAMES, "STATUS": STYLES[status], **styles}, notes)


def _format_cells(row: JudgedBalance, clock: Clock, view: View) -> dict[str, str]:
    balance, minimum = row.balance, row.minimum
    return {
        "POOL": balance.name,
        "REMAINING": format_remaining(row),
        "OF LIMIT": _format_share(row, view) if view.width else "",
        "USED": _format_amount(balance.used, balance.unit),
        "LIMIT": _format_amount(balance.limit, balance.unit),
        "MIN": "" if minimum is None else format_amount(minimum, balance.unit, minimum),
        "SHORT BY": format_shortfall(row),
        "RUNWAY": _format_runway(row, view),
        "RANGE": format_range(row.outlook, row.min_days),
        "MIN DAYS": "" if row.min_days is None else format_exact(row.min_days),
        "RESETS": _format_time(balance.resets_at, clock, view),
        "EXPIRES": _format_time(balance.expires_at, clock, view),
    }


def _choose_styles(row: JudgedBalance) -> dict[str, str]:
    """Return the styles of the cells: red only where this very balance is low, no color where nothing is judged."""
    judged = STYLES[Status.LOW if row.low else Status.OK] if row.judged else "dim"
    return {
        "REMAINING": STYLES[Status.LOW] if row.low else "bold",
        "CHANGE": "bold cyan",
        "OF LIMIT": judged.removeprefix("bold "),
        "SHORT BY": STYLES[Status.LOW],
        "RUNWAY": STYLES[Status.LOW] if row.lasts is False and not is_surge_the_reason(row) else "",
    }


def _list_reasons(row: JudgedBalance, clock: Clock) -> Iterator[Note]:
    """Yield why a balance is low, if no column shows it, and a surge."""
    style = STYLES[Status.LOW].removeprefix("bold ")
    if shortfall := explain_shortfall(row):
        yield Note(shortfall, style, unless={"SHORT BY"})
    if row.lasts is False:
        shown = () if is_surge_the_reason(row) else ("RUNWAY", "MIN DAYS")
        yield Note(explain_runway(row, clock), style, unless=shown)
    if surge := note_surge(row, clock):
        yield Note(surge, STYLES[Status.UNKNOWN])


def _list_problems(verdict: Verdict, row: JudgedBalance | None) -> Iterator[Note]:
    """Yield what is wrong with a profile, and where to buy more."""
    style = STYLES[verdict.status].removeprefix("bold ")
    if verdict.error:
        yield Note(verdict.error.describe(), style)
    elif row and row.low and verdict.top_up:
        yield Note(f"top up at {verdict.top_up}", style)


def _format_amount(number: Decimal | None, unit: str) -> str:
    return "" if number is None else format_amount(number, unit)


def _format_share(row: JudgedBalance, view: View) -> str:
    """Return a bar and the percentage of the limit that remains, rounded down."""
    remaining, limit, percent = row.balance.remaining, row.balance.limit, find_percent(row)
    if remaining is None or limit is None or percent is None:
        return ""
    eighths = EXACT.divide(EXACT.multiply(remaining, Decimal(_EIGHTHS)), limit)
    return f"{_draw_bar(min(max(eighths, Decimal(0)), Decimal(_EIGHTHS)), view)} {percent:>3}%"


def _draw_bar(eighths: Decimal, view: View) -> str:
    """Return a bar of eighths of a cell; it is empty only for nothing, and full only for all."""
    filled, rest = divmod(max(int(eighths), int(eighths > 0)), 8)
    if view.ascii:
        filled = max(filled, int(eighths > 0))
        return f"{'#' * filled}{'.' * (_BAR_WIDTH - filled)}"
    bar = "█" * filled + (_BLOCKS[rest] if rest else "")
    return bar + "·" * (_BAR_WIDTH - len(bar))


def _format_runway(row: JudgedBalance, view: View) -> str:
    end = row.outlook.runs_out_at
    return f"{format_runway(row)}, {_format_clock(end, view)}" if view.details and end else format_runway(row)


def _format_time(moment: datetime | None, clock: Clock, view: View) -> str:
    if moment is None:
        return ""
    text = format_moment(view.localize(moment), view.localize(clock.now))
    return f"{text}, {_format_clock(moment, view)}" if view.details else text


def _format_clock(moment: datetime, view: View) -> str:
    return f"{view.localize(moment):%Y-%m-%d %H:%M}"


FORMAT: Final = Format(render)
