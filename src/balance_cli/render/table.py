"""A table for people: coloured and fitted on a terminal, plain and never cut in a pipe."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from io import StringIO
from textwrap import wrap
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from balance_cli.amount import shown
from balance_cli.render import View
from balance_cli.verdict import Judged, Report, Status, Verdict

STYLES: Final = {Status.OK: "green", Status.LOW: "bold red", Status.UNKNOWN: "yellow", Status.MISCONFIGURED: "magenta"}
_HEADS: Final = ("PROFILE", "PROVIDER", "BALANCE", "REMAINING", "UNIT", "USED", "LIMIT", "MIN", "RESETS", "STATUS")
_AMOUNTS: Final = {"REMAINING", "USED", "LIMIT", "MIN"}
_DISPENSABLE: Final = ("RESETS", "USED", "PROVIDER", "LIMIT", "MIN")
"""What a narrow terminal goes without, in this order; amounts are never cut."""


class _Line(NamedTuple):
    """A row of cells, or where there are none a note under the row above."""

    status: Status
    cells: tuple[str, ...] = ()
    note: str = ""


def render(report: Report, view: View) -> str:
    """Return the table; of a run that was stopped before any request, nothing."""
    lines = [line for verdict in report.verdicts for line in _lines(verdict, view)]
    table = [line.cells for line in lines if line.cells]
    heads = [head for head, cells in zip(_HEADS, zip(*table, strict=True), strict=False) if any(cells)]
    widths = _widths(heads, table)
    while view.width and sum(widths.values()) + 2 * len(widths) > view.width:
        spare = next((head for head in _DISPENSABLE if head in widths), None)
        if spare is None:
            break
        del widths[spare]
    out = StringIO()
    console = Console(
        file=out,
        force_terminal=view.color,
        color_system="standard" if view.color else None,
        legacy_windows=False,
        width=10_000,
        highlight=False,
    )
    if table:
        _print(console, _row(_HEADS, widths, "bold", "bold"))
    for line in lines:
        style = STYLES[line.status]
        if line.cells:
            _print(console, _row(line.cells, widths, "", style))
        else:
            for part in wrap(line.note, max(40, view.width - 2)) if view.width else [line.note]:
                _print(console, Text(f"  {part}", style=style))
    return out.getvalue()


def _print(console: Console, text: Text) -> None:
    text.rstrip()
    console.print(text, no_wrap=True, overflow="ignore", crop=False)


def _lines(verdict: Verdict, view: View) -> Iterable[_Line]:
    """Return what is said of one profile: its balances, then what is wrong."""
    rows = [row for row in verdict.balances if view.details or row.balance.gates or row is verdict.balances[0]]
    for index, row in enumerate(rows):
        again = index > 0 and view.width is not None  # off a terminal every line stands for itself
        names = ("", "") if again else (verdict.profile, verdict.provider)
        status = _status(row, verdict, first=index == 0)
        yield _Line(status=status or verdict.status, cells=(*names, *_cells(row), status or ""))
    if not rows:
        yield _Line(status=verdict.status, cells=(verdict.profile, verdict.provider, *[""] * 7, verdict.status))
    if verdict.error:
        hint = f" ({verdict.error.hint})" if verdict.error.hint else ""
        yield _Line(status=verdict.status, note=f"{verdict.error.message}{hint}")


def _status(row: Judged, verdict: Verdict, *, first: bool) -> Status | None:
    """Return what is made of one balance; where none was judged the first one stands for the profile."""
    if row.minimum is not None:
        return {True: Status.LOW, False: Status.OK, None: Status.UNKNOWN}[row.low]
    nothing_judged = all(other.minimum is None for other in verdict.balances)
    return verdict.status if first and nothing_judged else None


def _cells(row: Judged) -> tuple[str, ...]:
    balance = row.balance
    remaining = "unlimited" if balance.unlimited else _amount(balance.remaining, row) or "?"
    amounts = (_amount(balance.used, None, balance.unit), _amount(balance.limit, None, balance.unit))
    least = "" if row.minimum is None else shown(row.minimum, balance.unit, row.minimum)
    return (balance.name, remaining, balance.unit, *amounts, least, _day(balance.resets_at))


def _amount(number: Decimal | None, row: Judged | None, unit: str = "") -> str:
    if number is None:
        return ""
    return shown(number, row.balance.unit, row.minimum) if row else shown(number, unit)


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _widths(heads: Sequence[str], table: Sequence[tuple[str, ...]]) -> dict[str, int]:
    return {head: max(cell_len(head), *(cell_len(cells[_HEADS.index(head)]) for cells in table)) for head in heads}


def _row(cells: Sequence[str], widths: dict[str, int], style: str, status: str) -> Text:
    """Return a line of the table, amounts to the right and words to the left."""
    text = Text(style=style)
    for head, cell in zip(_HEADS, cells, strict=True):
        if head in widths:
            space = " " * (widths[head] - cell_len(cell))
            padded = f"{space}{cell}" if head in _AMOUNTS else f"{cell}{space}"
            text.append(f"{padded}  ", style=status if head == "STATUS" else None)
    return text
