"""Draw a chart of one balance in the terminal: what remained, top-ups, and a projection to zero."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

from plotille import Figure

from balance_cli.amount import format_amount
from balance_cli.history.model import NOT_YET
from balance_cli.history.pace import DAY
from balance_cli.history.trend import Trend, Trends
from balance_cli.render import View

_MAX_POINTS: Final = 4000
"""Maximum number of points in a chart: a terminal has fewer columns."""
_DOTS: Final = 40
_MAX_LABELS: Final = 10
"""Maximum number of labeled top-ups: only the largest get a label."""
_MARGIN: Final = 26
"""Columns around the chart: the labels of its axis, and space on the right."""
_Reading = tuple[int, float]


def render_chart(trend: Trend, history: Trends, view: View) -> str:
    """Render the chart of a balance, as wide as the view; without any amount, only its title."""
    seen = [(at, float(remaining)) for at, remaining, _ in trend.points if remaining is not None]
    if not seen:
        return f"{_format_title(trend)}; remaining: {'unlimited' if trend.unlimited else 'unknown'}\n"
    figure = _create_figure(trend, seen, history, view)
    for part in _split_at_gaps(_thin_out(seen)):
        _draw_line(figure, part)
    if ends := trend.outlook.runs_out_at:
        _draw_projection(figure, seen[-1], ends.timestamp(), history)
    for at, amount, text in _find_top_ups(trend):
        figure.text([_to_datetime(at)], [amount], [f"{'^' if view.ascii else '▲'} {text}"], lc="green")
    with _force_color() if view.color else nullcontext():
        lines = [_format_title(trend), *figure.show().splitlines()]
    return "".join(f"{line.rstrip()}\n" for line in (_to_ascii(line) if view.ascii else line for line in lines))


@contextmanager
def _force_color() -> Iterator[None]:
    """Turn on plotille's colors, which it can only be told through the environment."""
    variables = os.environ  # noqa: TID251 - this module's own: plotille reads them, and they are put back
    before = {name: variables.pop(name, None) for name in ("NO_COLOR", "FORCE_COLOR")}
    variables["FORCE_COLOR"] = "1"
    try:
        yield
    finally:
        del variables["FORCE_COLOR"]
        variables.update({name: value for name, value in before.items() if value is not None})


def _format_title(trend: Trend) -> str:
    series, outlook = trend.series, trend.outlook
    if outlook.burn_per_day is None:
        summary = NOT_YET
    else:
        summary = f"burns {format_amount(outlook.burn_per_day, series.unit)} per day"
        if outlook.runway_days == 0:
            summary += ", nothing remains"
        elif outlook.runway_days is not None:
            end = f" (until {outlook.runs_out_at:%Y-%m-%d %H:%M} UTC)" if outlook.runs_out_at else ""
            summary += f", lasts {format_amount(outlook.runway_days, 'days')} days{end}"
    return f"{series.profile}, {series.name}{f' in {series.unit}' if series.unit else ''}: {summary}"


def _create_figure(trend: Trend, seen: Sequence[_Reading], history: Trends, view: View) -> Figure:
    figure = Figure()
    figure.width = max((view.width or 100) - _MARGIN, 20)
    figure.height = 16
    figure.color_mode = "names"
    figure.with_colors = view.color
    figure.x_label, figure.y_label = "UTC", trend.series.unit
    figure.register_label_formatter(datetime, _format_date)
    figure.register_label_formatter(float, _format_number)
    amounts = [0.0, *(remaining for _, remaining in seen)]
    lowest, highest = min(amounts), max(amounts)
    figure.set_y_limits(min_=lowest, max_=highest + ((highest - lowest) / 10 or 1))
    begin, until = max(history.since.timestamp(), seen[0][0] - 1), history.until.timestamp()
    ends = trend.outlook.runs_out_at.timestamp() if trend.outlook.runs_out_at else until
    figure.set_x_limits(
        min_=_to_datetime(begin), max_=_to_datetime(max(min(ends, 2 * until - begin), until, begin + 60))
    )
    return figure


def _draw_projection(figure: Figure, last: _Reading, ends: float, history: Trends) -> None:
    """Draw the projected line to zero, up to the edge of the chart."""
    at, remaining = last
    if remaining <= 0 or ends <= at:
        return
    share = min(1.0, (2 * history.until.timestamp() - history.since.timestamp() - at) / (ends - at))
    dots = [(at + (ends - at) * share * n / _DOTS, remaining * (1 - share * n / _DOTS)) for n in range(_DOTS + 1)]
    figure.scatter([_to_datetime(moment) for moment, _ in dots], [amount for _, amount in dots], lc="red")


def _draw_line(figure: Figure, points: Sequence[_Reading]) -> None:
    draw = figure.plot if len(points) > 1 else figure.scatter
    draw([_to_datetime(at) for at, _ in points], [amount for _, amount in points], lc="cyan")


def _thin_out(seen: Sequence[_Reading]) -> Sequence[_Reading]:
    """Return at most about ``_MAX_POINTS`` points, always including those where the amount rises."""
    if len(seen) <= _MAX_POINTS:
        return seen
    step = -(-len(seen) // (_MAX_POINTS // 2))
    rises = {index for index, (one, two) in enumerate(pairwise(seen), 1) if two[1] > one[1]}
    kept = {*range(0, len(seen), step), *rises, *(index - 1 for index in rises), len(seen) - 1}
    return [seen[index] for index in sorted(kept)]


def _split_at_gaps(seen: Sequence[_Reading]) -> Iterator[Sequence[_Reading]]:
    """Yield the points in parts, split at gaps, so that no line is drawn where there are no samples."""
    intervals = [two[0] - one[0] for one, two in pairwise(seen)]
    longest = max(3 * sorted(intervals)[len(intervals) // 2], DAY / 4) if intervals else 0
    start = 0
    for index, seconds in enumerate(intervals, 1):
        if seconds > longest:
            yield seen[start:index]
            start = index
    yield seen[start:]


def _find_top_ups(trend: Trend) -> Iterator[tuple[float, float, str]]:
    """Yield the time of each top-up, the amount remaining after it, and its label."""
    after = {at: remaining for at, remaining, _ in trend.points}
    rises = sorted((added, end) for _, end, _, added in trend.steps if added and after.get(end) is not None)
    for added, end in rises[-_MAX_LABELS:]:
        yield end, float(after[end] or 0), f"+{format_amount(added, trend.series.unit)}"


def _to_datetime(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)


def _format_date(value: Any, chars: int, delta: Any, left: bool = False) -> str:  # noqa: FBT001, FBT002 - plotille's way
    text = f"{value:%m-%d}" if delta.total_seconds() > 2 * DAY else f"{value:%H:%M}"
    return text.ljust(chars) if left else text.rjust(chars)


def _format_number(value: Any, chars: int, delta: Any, left: bool = False) -> str:  # noqa: FBT001, FBT002 - plotille's way
    digits = min(max(3 - len(str(int(delta))), 0), 2) if delta >= 1 else 4
    text = f"{value:.{digits}f}"
    return text.ljust(chars) if left else text.rjust(chars)


def _to_ascii(line: str) -> str:
    """Replace each Braille pattern with "*", for a terminal without Unicode."""
    return "".join(" " if char == "\u2800" else "*" if "\u2800" < char <= "\u28ff" else char for char in line)
