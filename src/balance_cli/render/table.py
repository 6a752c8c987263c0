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

from balance_cli.amount import EXACT, shown
from balance_cli.render import View
from balance_cli.render._said import failure, made_of, rows
from balance_cli.times import relative
from balance_cli.verdict import Judged, Report, Status, Verdict

STYLES: Final = {Status.OK: "green", Status.LOW: "bold red", Status.UNKNOWN: "yellow", Status.MISCONFIGURED: "magenta"}
_HEADS: Final = (
    "PROFILE", "PROVIDER", "BALANCE", "REMAINING", "UNIT", "CHANGE", "USED", "LIMIT", "LEFT", "MIN", "SHORT", "RESETS",
    "EXPIRES", "STATUS",
)  # fmt: skip
_AMOUNTS: Final = {"REMAINING", "CHANGE", "USED", "LIMIT", "LEFT", "MIN", "SHORT"}
_DISPENSABLE: Final = ("EXPIRES", "USED", "PROVIDER", "LIMIT", "RESETS", "LEFT", "MIN", "SHORT", "CHANGE")
"""What a narrow terminal goes without, in this order; amounts are never cut."""
_BAR: Final = 8


class _Line(NamedTuple):
    """A row of cells by their heads, or where there are none a note under the row above."""

    status: Status
    cells: dict[str, str]
    note: str = ""


def render(report: Report, view: View) -> str:
    """Return the table; of a run that was stopped before any request, nothing."""
    out = StringIO()
    console = Console(
        file=out,
        force_terminal=view.color,
        color_system="standard" if view.color else None,
        legacy_windows=False,
        width=10_000,
        highlight=False,
    )
    for text in drawn(report, view):
        console.print(text, no_wrap=True, overflow="ignore", crop=False)
    return out.getvalue()


def drawn(report: Report, view: View) -> list[Text]:
    """Return the lines of the table, fitted into the view's width."""
    lines = [line for verdict in report.verdicts for line in _lines(verdict, report.checked_at, view)]
    table = _aligned([line.cells for line in lines if line.cells])
    widths = {head: max(map(cell_len, (head, *(cells[head] for cells in table)))) for head in _used(table)}
    while view.width and sum(widths.values()) + 2 * len(widths) - 2 > view.width:
        spare = next((head for head in _DISPENSABLE if head in widths), None)
        if spare is None:
            break
        del widths[spare]
    texts = [_row({head: head for head in _HEADS}, widths, "bold", "bold")] if table else []
    aligned = iter(table)
    for line in lines:
        style = STYLES[line.status]
        if line.cells:
            texts.append(_row(next(aligned), widths, "", style))
        else:
            parts = wrap(line.note, max(40, view.width - 2)) if view.width else [line.note]
            texts.extend(Text(f"  {part}", style=style) for part in parts)
    return texts


def _lines(verdict: Verdict, now: datetime, view: View) -> Iterable[_Line]:
    """Return what is said of one profile: its balances, then what is wrong."""
    blank = dict.fromkeys(_HEADS, "")
    names = {"PROFILE": verdict.profile, "PROVIDER": verdict.provider}
    shown_rows = rows(verdict, details=view.details)
    for index, row in enumerate(shown_rows):
        again = index > 0 and view.width is not None  # off a terminal every line stands for itself
        status = made_of(row, verdict, first=index == 0)
        cells = blank | ({} if again else names) | _cells(row, now, view) | {"STATUS": status or ""}
        cells["CHANGE"] = view.changes.get((verdict.profile, row.balance.name, row.balance.unit), "")
        yield _Line(status=status or verdict.status, cells=cells)
    if not shown_rows:
        yield _Line(status=verdict.status, cells=blank | names | {"STATUS": verdict.status})
    if verdict.error:
        yield _Line(status=verdict.status, cells={}, note=failure(verdict.error))


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
    if not row.low or row.minimum is None or row.balance.remaining is None:
        return ""
    missing = EXACT.subtract(row.balance.remaining, row.minimum)
    return shown(missing, row.balance.unit).removeprefix("-") if missing < 0 else ""


def _moment(moment: datetime | None, now: datetime, view: View) -> str:
    if moment is None:
        return ""
    return f"{relative(moment, now)}, {moment:%Y-%m-%dT%H:%M:%SZ}" if view.details else relative(moment, now)


def _aligned(table: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows with every amount padded behind its decimals, so that the points stand under each other."""
    behind = {head: max((len(_decimals(cells[head])) for cells in table), default=0) for head in _AMOUNTS}
    return [cells | {head: _padded(cells[head], behind[head]) for head in _AMOUNTS} for cells in table]


def _decimals(cell: str) -> str:
    return f".{cell.partition('.')[2]}" if "." in cell and cell[-1].isdigit() else ""


def _padded(cell: str, behind: int) -> str:
    return cell + " " * (behind - len(_decimals(cell))) if cell and cell[-1].isdigit() else cell


def _used(table: Sequence[dict[str, str]]) -> list[str]:
    return [head for head in _HEADS if any(cells[head] for cells in table)]


def _row(cells: dict[str, str], widths: dict[str, int], style: str, status: str) -> Text:
    """Return a line of the table, amounts to the right and words to the left."""
    text = Text(style=style)
    for head, width in widths.items():
        space = " " * (width - cell_len(cells[head]))
        padded = f"{space}{cells[head]}" if head in _AMOUNTS else f"{cells[head]}{space}"
        said = status if head in {"STATUS", "LEFT", "SHORT"} else "bold cyan" if head == "CHANGE" else None
        text.append(padded, style=said)
        text.append("  ")
    text.rstrip()
    return text
