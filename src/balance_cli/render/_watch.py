"""A check that is repeated: the table that fits a window, and the line that a pipe gets for each look."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from balance_cli.render import View
from balance_cli.render._grid import join_lines
from balance_cli.render._runway import explain_runway, note_surge
from balance_cli.render._said import (
    count_statuses,
    explain_shortfall,
    format_age,
    format_remaining,
    select_rows,
)
from balance_cli.render.table import STYLES, draw_report, summarize
from balance_cli.times import Clock
from balance_cli.verdict import STRENGTH, JudgedBalance, Report, Status, Verdict

_MINUTES: Final = 120
"""From so many seconds on, a countdown shows minutes."""


def draw_window(report: Report, view: View, rows: int, wait: float | None) -> list[Text]:
    """Return the lines of a window with so many rows; the last ones are always the footer.

    If not all profiles fit, show those first that are not ok. ``wait`` is the number of seconds to the next check, if
    there is one.
    """
    footer = [*summarize(report, view), *_draw_footer(report, view, wait)][-rows:]
    table = _fit_profiles(report, view, rows - len(footer))
    space = [Text()] if len(table) + len(footer) < rows else []
    return [*table, *space, *footer]


def _draw_footer(report: Report, view: View, wait: float | None) -> list[Text]:
    parts = [f"{view.localize(report.checked_at):%H:%M:%S}"]
    if wait is not None:
        left = f"{wait:.0f} s" if wait < _MINUTES else f"{wait / 60:.0f} min"
        parts += [f"next check in {left}", "Ctrl-C to stop"]
    return join_lines([Text(report.status, STYLES[report.status]), *(Text(part, "dim") for part in parts)], view)


def _fit_profiles(report: Report, view: View, rows: int) -> list[Text]:
    """Return the table in so many rows, or as much of it as fits, what is not ok first, and a line about the rest."""
    drawing = draw_report(report, view)
    if len(texts := drawing.flatten()) <= rows:
        return texts
    urgent = sorted(zip(report.verdicts, drawing.blocks, strict=True), key=lambda one: STRENGTH.index(one[0].status))
    room = max(0, rows - len(drawing.heads) - 1)
    lines: list[Text] = []
    hidden = [verdict for verdict, _ in urgent]
    for _, block in urgent:
        if len(lines) >= room:
            break
        lines.extend(block)
        hidden.pop(0)
    rest = [_describe_rest(hidden, view)] if hidden else []
    return [*drawing.heads, *lines[: room + 1 - len(rest)], *rest][: max(0, rows)]


def _describe_rest(hidden: Sequence[Verdict], view: View) -> Text:
    """Return the line about the profiles that are not shown, with their statuses if these fit."""
    counts = count_statuses(hidden)
    statuses = "all ok" if counts.keys() == {Status.OK} else ", ".join(f"{n} {status}" for status, n in counts.items())
    short = f"{'...' if view.ascii else '…'} and {len(hidden)} more"
    full = f"{short}, {statuses}"
    return Text(full if view.width is None or len(full) <= view.width else short, "dim")


def render_look(report: Report, view: View) -> str:
    """Render a check as one line: when it was, the summary, what is not ok and why, and what has changed.

    A single profile always shows its amounts.
    """
    counts = ", ".join(f"{count} {status}" for status, count in count_statuses(report.verdicts).items())
    alone = len(report.verdicts) == 1
    parts = [counts, *(part for verdict in report.verdicts for part in _describe(verdict, report, view, alone=alone))]
    return f"{view.localize(report.checked_at):%Y-%m-%d %H:%M:%S}  {'; '.join(parts)}\n"


def _describe(verdict: Verdict, report: Report, view: View, *, alone: bool) -> list[str]:
    """Return what there is to say about a profile, if anything."""
    rows, clock = select_rows(verdict, details=view.details), view.read_clock(report)
    parts = [
        part for row in rows for part in _describe_row(verdict, row, clock, view, named=len(rows) > 1, alone=alone)
    ]
    if verdict.error:
        parts.append(verdict.error.describe())
    if parts and (age := format_age(verdict, report)):
        parts.append(f"read {age}")
    name = verdict.profile if verdict.status is Status.OK else f"{verdict.profile} is {verdict.status}"
    return [f"{name}: {', '.join(parts)}"] if parts else []


def _describe_row(
    verdict: Verdict, row: JudgedBalance, clock: Clock, view: View, *, named: bool, alone: bool
) -> list[str]:
    """Return an amount that is alone, low, in a surge or has changed, its change, and why it is low."""
    change = view.changes.get((verdict.profile, row.balance.name, row.balance.unit))
    if not (alone or row.low or row.outlook.surge or change):
        return []
    amount = f"{row.balance.name} " * named + format_remaining(row) + (f" ({change})" if change else "")
    runway = explain_runway(row, clock) if row.lasts is False else ""
    return [amount, *filter(None, [explain_shortfall(row), runway, note_surge(row, clock)])]
