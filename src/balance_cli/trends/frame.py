"""The frame of a chart: its scales, and the axes with their labels."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from balance_cli.trends.axis import Localize, choose_amounts, choose_times, format_amounts
from balance_cli.trends.canvas import Canvas, Dot

_WIDTH: Final = 100
"""Columns of a chart that is not drawn in a terminal."""
_MIN_WIDTH: Final = 30
_ROWS: Final = 15
"""Approximate number of rows from the lowest to the highest tick."""
_BELOW: Final = 3
"""Rows below the chart: the axis, the labels of its ticks, and the day or year of these."""
_ABOVE: Final = 2
"""Rows above the chart."""


class Signs(NamedTuple):
    """The characters of a chart beside its dots."""

    side: str
    amount: str
    corner: str
    base: str
    time: str
    minimum: str
    now: str
    top_up: str
    end: str
    sample: str
    run: str


_UNICODE: Final = Signs("│", "┤", "└", "─", "┬", "╌", "┊", "▼", "✕", "•", "━")
_ASCII: Final = Signs("|", "+", "+", "-", "+", "- ", ":", "v", "x", "*", "=")


class Frame(NamedTuple):
    """The area of a chart on its canvas; ``times`` and ``amounts`` are those at its edges."""

    canvas: Canvas
    signs: Signs
    left: int
    columns: int
    rows: range
    times: tuple[float, float]
    amounts: tuple[float, float]

    @property
    def above(self) -> range:
        """The rows above the area, from the bottom up."""
        return range(self.rows.stop, self.canvas.rows)

    def find_dot(self, at: float, amount: float) -> Dot:
        """Return the dot of an amount at a time; the lowest and highest amounts are in the middle of their rows."""
        across = (at - self.times[0]) / (self.times[1] - self.times[0])
        up = (amount - self.amounts[0]) / (self.amounts[1] - self.amounts[0])
        x, y = across * (2 * self.columns - 1), up * 4 * (len(self.rows) - 1) + 1
        return 2 * self.left + round(x), 4 * self.rows.start + round(y)

    def find_column(self, at: float) -> int:
        """Return the column of a time."""
        return self.find_dot(at, self.amounts[0])[0] // 2

    def find_row(self, amount: float) -> int:
        """Return the row of an amount."""
        return self.find_dot(self.times[0], amount)[1] // 4


def draw_frame(
    amounts: tuple[float, float],
    times: tuple[float, float],
    localize: Localize,
    *,
    width: int | None,
    margin: int,
    ascii_only: bool,
) -> Frame:
    """Return the frame for these ranges, with its axes drawn on a new canvas; ``margin`` is free on its right."""
    ticks = choose_amounts(*amounts)
    labels, steps = format_amounts(ticks), len(ticks) - 1
    left = max(map(len, labels)) + 2
    height = steps * max(round(_ROWS / steps), 1) + 1
    canvas = Canvas(max(width or _WIDTH, _MIN_WIDTH), _BELOW + height + _ABOVE)
    frame = Frame(
        canvas=canvas,
        signs=_ASCII if ascii_only else _UNICODE,
        left=left,
        columns=canvas.columns - left - margin,
        rows=range(_BELOW, _BELOW + height),
        times=times,
        amounts=(float(ticks[0]), float(ticks[-1])),
    )
    _draw_amounts(frame, ticks, labels)
    _draw_times(frame, localize)
    return frame


def _draw_amounts(frame: Frame, ticks: Sequence[Decimal], labels: Sequence[str]) -> None:
    for row in frame.rows:
        frame.canvas.write(frame.left - 1, row, frame.signs.side)
    for tick, label in zip(ticks, labels, strict=True):
        frame.canvas.write(frame.left - 2 - len(label), frame.find_row(float(tick)), f"{label} {frame.signs.amount}")


def _draw_times(frame: Frame, localize: Localize) -> None:
    """Draw the axis of times, with a label below each tick, and below that each day or year once."""
    canvas, base = frame.canvas, frame.rows.start - 1
    canvas.write(frame.left - 1, base, frame.signs.corner + frame.signs.base * frame.columns)
    group = ""
    for tick in choose_times(*frame.times, localize, frame.columns):
        column = frame.find_column(tick.at)
        canvas.write(column, base, frame.signs.time)
        start = min(max(column - len(tick.label) // 2, 0), canvas.columns - len(tick.label))
        if canvas.is_free(start, base - 1, len(tick.label)):
            canvas.write(start, base - 1, tick.label)
            if tick.group != group and canvas.is_free(start, base - 2, len(tick.group)):
                group = tick.group
                canvas.write(start, base - 2, group)
