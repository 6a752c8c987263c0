"""A canvas of characters for charts, with a finer grid of Braille dots: two by four in each character."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Final

from rich.text import Text

_BITS: Final = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""The bit of each dot in a Braille pattern: by column, then from the bottom up."""
_BLANK: Final = 0x2800
_LEVELS: Final = "_.-'"
"""What a dot becomes without Unicode, from the bottom up."""

Dot = tuple[int, int]
"""The column and row of a dot; both count from 0 at the bottom left."""


class Canvas:
    """A grid of characters, each either dots or a letter; columns and rows count from 0 at the bottom left.

    Whatever is drawn last wins. Nothing outside the canvas is drawn.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._cells: dict[tuple[int, int], tuple[int | str, str]] = {}

    def draw_dot(self, dot: Dot, style: str) -> None:
        """Draw one dot; the style is that of its whole character."""
        x, y = dot
        cell = x // 2, y // 4
        drawn = self._cells.get(cell, (0, ""))[0]
        self._set(cell, (drawn if isinstance(drawn, int) else 0) | _BITS[x % 2][y % 4], style)

    def draw_line(self, corners: Sequence[Dot], style: str, *, every: int = 1) -> None:
        """Draw every n-th dot of the straight lines from each corner to the next."""
        dots = [*corners[:1], *chain.from_iterable(_join(start, end) for start, end in pairwise(corners))]
        for dot in dots[::every]:
            self.draw_dot(dot, style)

    def write(self, column: int, row: int, text: str, style: str = "") -> None:
        """Write text that starts in this column; no character of it may be wide."""
        for offset, letter in enumerate(text):
            self._set((column + offset, row), letter, style)

    def is_free(self, column: int, row: int, length: int) -> bool:
        """Return whether a text of this length fits on the canvas, and touches nothing else in its row."""
        fits = 0 <= column <= self.columns - length
        return fits and not any((near, row) in self._cells for near in range(column - 1, column + length + 1))

    def render(self, *, ascii_only: bool = False) -> list[Text]:
        """Return the rows from the top down, without spaces at their ends."""
        return [self._render_row(row, ascii_only=ascii_only) for row in reversed(range(self.rows))]

    def _set(self, cell: tuple[int, int], drawn: int | str, style: str) -> None:
        if 0 <= cell[0] < self.columns and 0 <= cell[1] < self.rows:
            self._cells[cell] = drawn, style

    def _render_row(self, row: int, *, ascii_only: bool) -> Text:
        text = Text()
        for column in range(self.columns):
            drawn, style = self._cells.get((column, row), (" ", ""))
            if isinstance(drawn, int):
                drawn = _to_ascii(drawn) if ascii_only else chr(_BLANK | drawn)
            text.append(drawn, style=style)
        text.rstrip()
        return text


def _join(start: Dot, end: Dot) -> Iterator[Dot]:
    """Yield the dots of a straight line after its first."""
    wide, high = end[0] - start[0], end[1] - start[1]
    length = max(abs(wide), abs(high))
    for step in range(1, length + 1):
        yield start[0] + round(wide * step / length), start[1] + round(high * step / length)


def _to_ascii(bits: int) -> str:
    """Return a character at the height of these dots, or a bar if they are far apart."""
    levels = [level for level in range(len(_LEVELS)) if bits & (_BITS[0][level] | _BITS[1][level])]
    return "|" if levels[-1] - levels[0] > 1 else _LEVELS[levels[-1]]
