"""Lay out a table: align amounts at their decimal points, and fit columns and messages into the terminal's width."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from io import StringIO
from itertools import chain
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from balance_cli.render import View
from balance_cli.text import wrap_words

_GAP: Final = "  "
_ROOM: Final = 36
"""Minimum width of a message; in less, it begins further to the left."""
_HEAD: Final = "dim"
_NUMBER: Final = re.compile(r"([+-]?[0-9]+|\?)((?:\.[0-9]+)?)((?: .*)?)")
_NO_STYLES: Final[Mapping[str, str]] = MappingProxyType({})


class Grid(NamedTuple):
    """The column heads of a table in order, and the special columns among them.

    ``amounts`` are aligned at their decimal points. ``dispensable`` columns are dropped in this order if the terminal
    is too narrow. ``elastic`` columns are shortened if the others do not fit: to no less than this many cells.
    Messages begin after the first ``lead`` columns.
    """

    heads: Sequence[str]
    amounts: Collection[str]
    dispensable: Sequence[str]
    elastic: Mapping[str, int] = MappingProxyType({})
    lead: int = 0


class Note(NamedTuple):
    """A message in a row, left out if all the columns in ``unless`` are shown."""

    text: str
    style: str = ""
    unless: Collection[str] = ()


class Line(NamedTuple):
    """A row of cells and their styles, by column head, and the messages that stand in it."""

    cells: Mapping[str, str]
    styles: Mapping[str, str] = _NO_STYLES
    notes: Sequence[Note] = ()


class Drawing(NamedTuple):
    """The lines of a table: its heads, and one block for each group of rows."""

    heads: Sequence[Text]
    blocks: Sequence[Sequence[Text]]

    def flatten(self) -> list[Text]:
        """Return all lines, from the heads to the last row."""
        return [*self.heads, *chain.from_iterable(self.blocks)]


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
    """Return the lines of a table."""
    return draw(grid, [lines], view).flatten()


def draw(grid: Grid, groups: Sequence[Sequence[Line]], view: View) -> Drawing:
    """Draw a table without empty columns, fitted to the width of the view; amounts are never truncated.

    In a terminal too narrow for the columns that are not dispensable, each row becomes a short list.
    """
    lines = _align(grid, [_prepare(line, view) for group in groups for line in group])
    layout = _choose_columns(grid, lines, view)
    blocks = iter([layout.render(line) for line in lines])
    return Drawing(
        heads=layout.render_heads() if lines else [],
        blocks=[[text for _ in group for text in next(blocks)] for group in groups],
    )


def _prepare(line: Line, view: View) -> Line:
    """Return the line as it will be written: in a pipe, with its messages in a column, so that it stays one line.

    What stdout cannot encode is replaced here, because the replacement is wider.
    """
    if view.width is None and line.notes:
        why = "; ".join(note.text for note in line.notes if not note.unless)
        line = Line({**line.cells, "WHY": why}, {**line.styles, "WHY": line.notes[0].style})
    if not view.ascii:
        return line
    cells = {head: _to_ascii(cell) for head, cell in line.cells.items()}
    return line._replace(cells=cells, notes=[note._replace(text=_to_ascii(note.text)) for note in line.notes])


def _to_ascii(text: str) -> str:
    return text.replace("…", "...").encode("ascii", "backslashreplace").decode("ascii")


def _align(grid: Grid, lines: Sequence[Line]) -> list[Line]:
    """Return the lines with their amounts padded on both sides, so that the decimal points line up."""
    cells = [dict(line.cells) for line in lines]
    for head in grid.amounts:
        found = [(one, match) for one in cells if (match := _NUMBER.fullmatch(one.get(head, "")))]
        before = max((len(match[1]) for _, match in found), default=0)
        after = max((cell_len(match[2] + match[3]) for _, match in found), default=0)
        for one, match in found:
            rest = match[2] + match[3]
            one[head] = match[1].rjust(before) + rest + " " * (after - cell_len(rest))
    return [line._replace(cells=one) for line, one in zip(lines, cells, strict=True)]


def _choose_columns(grid: Grid, lines: Sequence[Line], view: View) -> "_Layout":
    """Choose the columns: those that are not dispensable, then the most important ones of the others that fit."""
    natural = {
        head: max(cell_len(head), *(cell_len(line.cells.get(head, "")) for line in lines))
        for head in grid.heads
        if any(line.cells.get(head) for line in lines)
    }
    widths = {head: width for head, width in natural.items() if head not in grid.dispensable}
    if view.width is not None:
        _shrink(widths, grid.elastic, view.width)
    for head in reversed(grid.dispensable):
        added = widths | {head: natural[head]} if head in natural else widths
        if view.width is None or _measure(added) <= view.width:
            widths = added
    in_order = {head: widths[head] for head in grid.heads if head in widths}
    fits = view.width is None or _measure(in_order) <= view.width
    right = {head for head in grid.amounts if not any(_has_unit(line.cells.get(head, "")) for line in lines)}
    return _Layout(grid, in_order if fits else {}, right, view)


def _measure(widths: Mapping[str, int]) -> int:
    return sum(widths.values()) + len(_GAP) * (len(widths) - 1)


def _shrink(widths: dict[str, int], elastic: Mapping[str, int], room: int) -> None:
    """Shorten the widest elastic columns until all fit, or none can be shorter."""
    while _measure(widths) > room:
        head = max(
            (head for head in elastic if widths.get(head, 0) > elastic[head]), key=widths.__getitem__, default=""
        )
        if not head:
            return
        widths[head] -= 1


def _has_unit(cell: str) -> bool:
    match = _NUMBER.fullmatch(cell.strip())
    return bool(match and match[3])


class _Layout(NamedTuple):
    """The columns to show and their widths, none if they do not fit; those in ``right`` are aligned to the right."""

    grid: Grid
    widths: Mapping[str, int]
    right: Collection[str]
    view: View

    def render_heads(self) -> list[Text]:
        """Return the line of the heads, if there are columns."""
        heads = {head: head for head in self.widths}
        return [self._render_cells(Line(heads, dict.fromkeys(heads, _HEAD)), list(heads))] if heads else []

    def render(self, line: Line) -> list[Text]:
        """Return the lines of one row: its cells, and its messages beside or below them."""
        room, heads = self.view.width, list(self.widths)
        if room is None:
            return [self._render_cells(line, heads)]
        notes = [note for note in line.notes if not note.unless or not set(note.unless) <= self.widths.keys()]
        if not heads:
            return [*self._render_list(line, room), *_wrap(notes, room, indent=len(_GAP))]
        starts = [self._find_start(heads[:count]) for count in range(self.grid.lead, 0, -1)]
        indent = next((start for start in starts if room - start >= _ROOM), len(_GAP))
        taken = any(line.cells.get(head) for head in heads[self.grid.lead :])
        if not notes or taken or indent not in starts[:1]:
            return [self._render_cells(line, heads), *_wrap(notes, room, indent=indent)]
        first, *others = _wrap(notes, room - indent)
        beside = self._render_cells(line, heads[: self.grid.lead], end=indent).append_text(first)
        return [beside, *(Text(" " * indent).append_text(other) for other in others)]

    def _find_start(self, before: Sequence[str]) -> int:
        """Return where the column after these starts."""
        return sum(self.widths[head] + len(_GAP) for head in before)

    def _render_cells(self, line: Line, heads: Sequence[str], *, end: int = 0) -> Text:
        """Return these cells of a row, padded up to ``end``."""
        text = Text()
        for head in heads:
            cell = self._shorten(line.cells.get(head, ""), self.widths[head])
            space = " " * (self.widths[head] - cell_len(cell))
            text.append(f"{space}{cell}" if head in self.right else f"{cell}{space}", line.styles.get(head))
            text.append(_GAP)
        text.rstrip()
        text.pad_right(max(0, end - text.cell_len))
        return text

    def _render_list(self, line: Line, room: int) -> list[Text]:
        """Return the cells of a row without columns: in one line, or the leading ones above the others."""
        heads = [head for head in self.grid.heads if head not in self.grid.dispensable and line.cells.get(head)]
        cells = [Note(line.cells[head].strip(), line.styles.get(head, "")) for head in heads]
        named = set(self.grid.heads[: self.grid.lead]) <= set(heads)
        together = _join(cells) if named else Text(_GAP).append_text(_join(cells))
        if together.cell_len <= room:
            return [together]
        lead, rest = (cells[: self.grid.lead], cells[self.grid.lead :]) if named else ([], cells)
        if lead:
            used = sum(cell_len(cell.text) + len(_GAP) for cell in lead[:-1])
            lead[-1] = lead[-1]._replace(text=self._shorten(lead[-1].text, room - used))
        below = Text(_GAP).append_text(_join(rest))
        return [
            *([_join(lead)] if lead else []),
            *([below] if below.cell_len <= room else _wrap(rest, room, indent=len(_GAP))),
        ]

    def _shorten(self, text: str, room: int) -> str:
        """Cut the middle out of a text that is too wide: both ends of a name tell it from others."""
        if cell_len(text) <= room:
            return text
        start, end = text, text
        while start and cell_len(start) > room // 2:
            start = start[:-1]
        while end and cell_len(end) > (room - 1) // 2:
            end = end[1:]
        return f"{start}{'~' if self.view.ascii else '…'}{end}"


def _join(cells: Iterable[Note]) -> Text:
    return Text(_GAP).join(Text(cell.text, cell.style) for cell in cells)


def _wrap(notes: Iterable[Note], room: int, *, indent: int = 0) -> list[Text]:
    """Return messages as lines of this width, indented."""
    return [
        Text(" " * indent).append(part, note.style)
        for note in notes
        for part in wrap_words(note.text, room - indent, cell_len)
    ]


def join_lines(parts: Iterable[Text], view: View) -> list[Text]:
    """Join parts with dots between them, in as many lines as the terminal needs."""
    lines: list[Text] = []
    for part in parts:
        longer = Text(", " if view.ascii else " · ").join([*lines[-1:], part])
        if lines and (view.width is None or longer.cell_len <= view.width):
            lines[-1] = longer
        else:
            lines.append(part)
    return lines
