"""Lay out a table: align amounts at their decimal points, and fit the columns into the terminal's width."""

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
    """The column heads of a table in order, and the special columns among them.

    ``amounts`` are aligned to the right. ``dispensable`` columns are dropped in this order if the terminal is too
    narrow. ``styles`` maps columns to a style, or to "" for the style of the row.
    """

    heads: Sequence[str]
    amounts: Collection[str]
    dispensable: Sequence[str]
    styles: Mapping[str, str]


class Line(NamedTuple):
    """A row of cells by column head; without cells, a note below the previous row."""

    style: str
    cells: Mapping[str, str]
    note: str = ""


def render_lines(texts: Iterable[Text], view: View) -> str:
    """Return lines as text for stdout, neither wrapped nor truncated."""
    out = StringIO()
    lines = create_console(view, file=out, width=10_000, force_terminal=view.color)
    for text in texts:
        lines.print(text, no_wrap=True, overflow="ignore", crop=False)
    return out.getvalue()


def create_console(view: View, **where: Any) -> Console:
    """Return a Rich console for a view; the view decides about color, so that Rich does not ask the environment."""
    colors: Literal["standard"] | None = "standard" if view.color else None
    return Console(color_system=colors, no_color=not view.color, legacy_windows=False, highlight=False, **where)


def drawn(grid: Grid, lines: Sequence[Line], view: View) -> list[Text]:
    """Return the lines below their heads, without empty columns; amounts are never truncated."""
    table = _align(grid, [line.cells for line in lines if line.cells])
    used = [head for head in grid.heads if any(cells[head] for cells in table)]
    widths = {head: max(map(cell_len, (head, *(cells[head] for cells in table)))) for head in used}
    while view.width and sum(widths.values()) + len(_GAP) * (len(widths) - 1) > view.width:
        dropped = next((head for head in grid.dispensable if head in widths), None)
        if dropped is None:
            break
        del widths[dropped]
    texts = [_render_row(grid, {head: head for head in grid.heads}, widths, "bold", "bold")] if table else []
    aligned = iter(table)
    for line in lines:
        if line.cells:
            texts.append(_render_row(grid, next(aligned), widths, "", line.style))
        else:
            parts = wrap(line.note, max(40, view.width - 2)) if view.width else [line.note]
            texts.extend(Text(f"  {part}", style=line.style) for part in parts)
    return texts


def _align(grid: Grid, table: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the rows with amounts padded on the right, so that their decimal points line up."""
    rows = [{head: cells.get(head, "") for head in grid.heads} for cells in table]
    places = {head: max((len(_get_decimals(cells[head])) for cells in rows), default=0) for head in grid.amounts}
    return [cells | {head: _pad(cells[head], places[head]) for head in grid.amounts} for cells in rows]


def _get_decimals(cell: str) -> str:
    return f".{cell.partition('.')[2]}" if "." in cell and cell[-1].isdigit() else ""


def _pad(cell: str, places: int) -> str:
    return cell + " " * (places - len(_get_decimals(cell))) if cell and cell[-1].isdigit() else cell


def _render_row(grid: Grid, cells: Mapping[str, str], widths: Mapping[str, int], style: str, row_style: str) -> Text:
    """Render a line of the table: amounts aligned to the right, words to the left."""
    text = Text(style=style)
    for head, width in widths.items():
        space = " " * (width - cell_len(cells[head]))
        padded = f"{space}{cells[head]}" if head in grid.amounts else f"{cells[head]}{space}"
        text.append(padded, style=grid.styles[head] or row_style if head in grid.styles else None)
        text.append(_GAP)
    text.rstrip()
    return text
