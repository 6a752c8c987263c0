"""Rows of cells as lines of a table: amounts under each other at their points, fitted into a terminal's width."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from io import StringIO
from textwrap import wrap
from typing import Any, Final, Literal, NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from balance_cli.render import View

_GAP: Final = "  "


class Grid(NamedTuple):
    """The heads of a table in their order, and what is special about some of them.

    ``amounts`` stand to the right, ``dispensable`` is what a narrow terminal goes without, in this order, and
    ``styles`` are those of columns, "" that of the row.
    """

    heads: Sequence[str]
    amounts: Collection[str]
    dispensable: Sequence[str]
    styles: Mapping[str, str]


class Line(NamedTuple):
    """A row of cells by their heads, or where there are none a note under the row above."""

    style: str
    cells: Mapping[str, str]
    note: str = ""


def printed(texts: Iterable[Text], view: View) -> str:
    """Return lines as stdout gets them: nothing is wrapped or cut."""
    out = StringIO()
    lines = console(view, file=out, width=10_000, force_terminal=view.color)
    for text in texts:
        lines.print(text, no_wrap=True, overflow="ignore", crop=False)
    return out.getvalue()


def console(view: View, **where: Any) -> Console:
    """Return what writes text as a view wants it: it has decided about colour, and Rich asks no environment again."""
    colors: Literal["standard"] | None = "standard" if view.color else None
    return Console(color_system=colors, no_color=not view.color, legacy_windows=False, highlight=False, **where)


def drawn(grid: Grid, lines: Sequence[Line], view: View) -> list[Text]:
    """Return the lines under their heads, without the columns in which nothing is said; amounts are never cut."""
    table = _aligned(grid, [line.cells for line in lines if line.cells])
    used = [head for head in grid.heads if any(cells[head] for cells in table)]
    widths = {head: max(map(cell_len, (head, *(cells[head] for cells in table)))) for head in used}
    while view.width and sum(widths.values()) + len(_GAP) * (len(widths) - 1) > view.width:
        spare = next((head for head in grid.dispensable if head in widths), None)
        if spare is None:
            break
        del widths[spare]
    texts = [_row(grid, {head: head for head in grid.heads}, widths, "bold", "bold")] if table else []
    aligned = iter(table)
    for line in lines:
        if line.cells:
            texts.append(_row(grid, next(aligned), widths, "", line.style))
        else:
            parts = wrap(line.note, max(40, view.width - 2)) if view.width else [line.note]
            texts.extend(Text(f"  {part}", style=line.style) for part in parts)
    return texts


def _aligned(grid: Grid, table: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the rows with every amount padded behind its decimals, so that the points stand under each other."""
    rows = [{head: cells.get(head, "") for head in grid.heads} for cells in table]
    behind = {head: max((len(_decimals(cells[head])) for cells in rows), default=0) for head in grid.amounts}
    return [cells | {head: _padded(cells[head], behind[head]) for head in grid.amounts} for cells in rows]


def _decimals(cell: str) -> str:
    return f".{cell.partition('.')[2]}" if "." in cell and cell[-1].isdigit() else ""


def _padded(cell: str, behind: int) -> str:
    return cell + " " * (behind - len(_decimals(cell))) if cell and cell[-1].isdigit() else cell


def _row(grid: Grid, cells: Mapping[str, str], widths: Mapping[str, int], style: str, own: str) -> Text:
    """Return a line of the table, amounts to the right and words to the left."""
    text = Text(style=style)
    for head, width in widths.items():
        space = " " * (width - cell_len(cells[head]))
        padded = f"{space}{cells[head]}" if head in grid.amounts else f"{cells[head]}{space}"
        text.append(padded, style=grid.styles[head] or own if head in grid.styles else None)
        text.append(_GAP)
    text.rstrip()
    return text
