"""Draw amounts over time in one line."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from balance_cli.trends.canvas import Canvas

_BRIDGED: Final = 3
"""Amounts this many places apart are still joined: samples are rarely spread evenly."""


def render_sparkline(values: Sequence[float | None], columns: int, *, ascii_only: bool) -> str:
    """Return amounts as a line of dots, from zero at the bottom to the highest at the top; unknown ones are gaps."""
    known = [(place, max(value, 0.0)) for place, value in enumerate(values) if value is not None]
    if not known:
        return ""
    canvas = Canvas(columns, 1)
    across, up = (2 * columns - 1) / max(len(values) - 1, 1), 3 / (max(value for _, value in known) or 1)
    dots = [(place, (round(place * across), round(value * up))) for place, value in known]
    canvas.draw_dot(dots[0][1], "")
    for (before, start), (place, end) in pairwise(dots):
        canvas.draw_line([start, end] if place - before <= _BRIDGED else [end], "")
    return canvas.render(ascii_only=ascii_only)[0].plain
