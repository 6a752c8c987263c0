"""Draw a chart of one balance in the terminal: what remained, top-ups, its minimum, and when it runs out."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, dropwhile, groupby, pairwise
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from balance_cli.amount import format_amount
from balance_cli.foresight.hours import trace_fall
from balance_cli.render import View
from balance_cli.render._grid import render_lines
from balance_cli.text import wrap_words
from balance_cli.times import DAY, HOUR
from balance_cli.trends.canvas import Canvas, Dot
from balance_cli.trends.frame import Frame, draw_frame
from balance_cli.trends.trend import Trend, Trends
from balance_cli.trends.words import describe, format_ends

_MIN_SPAN: Final = HOUR
"""Seconds that a chart covers at least, if that many were requested."""
_FAR: Final = 3
"""A minimum that would make the chart of the amounts this much smaller is not drawn."""
_MINIMUM: Final = " min"
_Reading = tuple[float, float]


def render_chart(trend: Trend, history: Trends, view: View) -> str:
    """Render the chart of a balance, as wide as the view; without any amount, only its description."""
    facts: Iterable[str] = [*describe(trend, history, view), *_describe_runs(history)]
    if view.ascii:  # before the lines are broken: what replaces a character is longer
        facts = (fact.encode("ascii", "backslashreplace").decode() for fact in facts)
    lines = _join_facts(facts, view.width)
    seen = [(at, float(remaining)) for at, remaining, _ in trend.points if remaining is not None]
    if seen:
        rows = _draw(trend, seen, history, view).render(ascii_only=view.ascii)
        lines += dropwhile(lambda row: not row, rows)
    while not lines[-1]:
        lines.pop()
    return render_lines(lines, view)


def _describe_runs(history: Trends) -> Iterator[str]:
    if history.runs:
        yield f"{len(history.runs)} run{'s' if len(history.runs) > 1 else ''} (marked on the axis)"


def _join_facts(facts: Iterable[str], width: int | None) -> list[Text]:
    """Return facts as the lines of one sentence, broken between facts where possible."""
    lines: list[str] = []
    for fact in facts:
        if lines and (width is None or cell_len(f"{lines[-1]}, {fact},") <= width):
            lines[-1] += f", {fact}"
        else:
            lines.append(fact)
    ended = [*(f"{line}," for line in lines[:-1]), lines[-1]]
    parts = [wrap_words(line, width, cell_len) if width else [line] for line in ended]
    return [Text(part, style="bold") for part in chain.from_iterable(parts)]


def _draw(trend: Trend, seen: Sequence[_Reading], history: Trends, view: View) -> Canvas:
    """Draw everything on a new canvas; what matters most comes last."""
    until, minimum = history.until.timestamp(), trend.minimum
    amounts = min(0.0, *(amount for _, amount in seen)), max(0.0, *(amount for _, amount in seen))
    near = minimum is not None and _is_near(float(minimum), amounts)
    if minimum is not None and near:
        amounts = min(amounts[0], float(minimum)), max(amounts[1], float(minimum))
    times = _choose_times(trend, seen[0][0], history)
    margin = len(_MINIMUM) if near else 0
    frame = draw_frame(amounts, times, view.localize, width=view.width, margin=margin, ascii_only=view.ascii)
    if minimum is not None and near:
        _draw_minimum(frame, minimum)
    _draw_runs(frame, history.runs)
    _draw_now(frame, until)
    _draw_projections(frame, trend, seen[-1], until)
    for part in _split_at_gaps(seen, until - times[0]):
        _draw_curve(frame, part)
    _draw_top_ups(frame, trend)
    return frame.canvas


def _is_near(minimum: float, amounts: tuple[float, float]) -> bool:
    lowest, highest = amounts
    height = highest - lowest
    return not height or max(highest, minimum) - min(lowest, minimum) <= _FAR * height


def _choose_times(trend: Trend, first: float, history: Trends) -> tuple[float, float]:
    """Return when the chart begins and ends: when the balance runs out, if at most half of the chart is the future."""
    since, until = history.since.timestamp(), history.until.timestamp()
    begin = min(first, until - min(_MIN_SPAN, until - since))
    part, end = until + (until - begin) / 3, _find_end(trend)
    ends = [*_find_range(trend, until), *([end] if end else [])]
    return begin, max([until, *(end if end <= 2 * until - begin else part for end in ends)])


def _find_range(trend: Trend, until: float) -> Iterator[float]:
    """Yield when a balance runs out at the ends of its range, if it has one."""
    for days in (trend.outlook.runway_days_low, trend.outlook.runway_days_high):
        if days is not None and format_ends(trend):
            yield until + float(days) * DAY


def _find_end(trend: Trend) -> float | None:
    """Return when a balance runs out, ``None`` if that is unknown, or if it was due before now."""
    outlook = trend.outlook
    return outlook.runs_out_at.timestamp() if outlook.runs_out_at and outlook.runway_days else None


def _draw_minimum(frame: Frame, minimum: Decimal) -> None:
    line = (frame.signs.minimum * frame.columns)[: frame.columns]
    frame.canvas.write(frame.left, frame.find_row(float(minimum)), line + _MINIMUM, "yellow")


def _draw_runs(frame: Frame, runs: Iterable[_Reading]) -> None:
    """Mark on the axis when the jobs of `balance run` ran."""
    for start, end in runs:
        if end >= frame.times[0]:
            first, last = frame.find_column(max(start, frame.times[0])), frame.find_column(end)
            frame.canvas.write(first, frame.rows.start - 1, frame.signs.run * (last - first + 1), "magenta")


def _draw_now(frame: Frame, until: float) -> None:
    column = frame.find_column(until)
    for row in frame.rows:
        frame.canvas.write(column, row, frame.signs.now)
    start = min(column - 1, frame.canvas.columns - len("now"))
    frame.canvas.write(start, frame.rows.start - 1, "now", "bold")


def _draw_projections(frame: Frame, trend: Trend, last: _Reading, until: float) -> None:
    """Draw dotted lines from the newest sample to zero, or up to the edge of the chart; the middle one ends in a mark.

    Those at the ends of a range are fainter.
    """
    for end in _find_range(trend, until):
        _draw_fall(frame, last, end, trend.rates, "dim red", every=6)
    middle = _find_end(trend)
    if middle and (zero := _draw_fall(frame, last, middle, trend.rates, "red", every=3)):
        frame.canvas.write(zero[0] // 2, zero[1] // 4, frame.signs.end, "bold red")


def _draw_fall(
    frame: Frame, last: _Reading, end: float, rates: Sequence[float], style: str, *, every: int
) -> Dot | None:
    """Draw a dotted line from the newest sample to zero; return its last dot unless it ends at the edge."""
    at, remaining = last
    edge = frame.times[1]
    if remaining <= 0 or end <= at:
        return None
    dots = [frame.find_dot(moment, remaining * left) for moment, left in trace_fall(at, end, edge, rates)]
    frame.canvas.draw_line(dots, style, every=every)
    return dots[-1] if end <= edge else None


def _draw_curve(frame: Frame, readings: Sequence[_Reading]) -> None:
    """Draw a line through readings, or a mark where there is only one."""
    dots = [dot for dot, _ in groupby(frame.find_dot(at, amount) for at, amount in readings)]
    frame.canvas.draw_line(dots, "cyan")
    if len(dots) == 1:
        frame.canvas.write(dots[0][0] // 2, dots[0][1] // 4, frame.signs.sample, "cyan")


def _split_at_gaps(seen: Sequence[_Reading], span: float) -> Iterator[Sequence[_Reading]]:
    """Yield the readings in parts, split at gaps, so that no line is drawn where there are no samples."""
    intervals = [two[0] - one[0] for one, two in pairwise(seen)]
    longest = max(3 * sorted(intervals)[len(intervals) // 2], min(DAY / 4, span / 20)) if intervals else 0
    start = 0
    for index, seconds in enumerate(intervals, 1):
        if seconds > longest:
            yield seen[start:index]
            start = index
    yield seen[start:]


def _draw_top_ups(frame: Frame, trend: Trend) -> None:
    """Mark the top-ups that can be seen, above the chart, where that hides nothing; the largest get a label first."""
    dot = (frame.amounts[1] - frame.amounts[0]) / (4 * len(frame.rows))
    for added, end in sorted(
        ((step.topped_up, step.end) for step in trend.steps if step.topped_up > dot), reverse=True
    ):
        column, sign = frame.find_column(end), frame.signs.top_up
        amount = f"+{format_amount(added, trend.series.unit)}"
        labels = (f"{sign} {amount}", column), (f"{amount} {sign}", column - len(amount) - 1), (sign, column)
        free = (
            (start, row, label)
            for label, start in labels
            for row in frame.above
            if frame.canvas.is_free(start, row, len(label))
        )
        for place in free:
            frame.canvas.write(*place, "green")
            break
