"""A chart of one balance in the terminal: what remained, what was added, and the line to zero at today's pace."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

from plotille import Figure

from balance_cli.amount import shown
from balance_cli.history.model import NOT_YET
from balance_cli.history.pace import DAY
from balance_cli.history.trend import Trend, Trends
from balance_cli.render import View

_MOST: Final = 4000
"""The points of a chart at the most: a terminal has fewer columns."""
_DOTS: Final = 40
_TOLD: Final = 10
"""How many top-ups are named: the largest."""
_MARGIN: Final = 26
"""The columns beside the chart: its amounts, and what stands to the right of them."""
_Seen = tuple[int, float]


def chart(trend: Trend, found: Trends, view: View) -> str:
    """Return the chart of a balance, as wide as the view; of one without amounts its title alone."""
    seen = [(at, float(left)) for at, left, _ in trend.points if left is not None]
    if not seen:
        return f"{_title(trend)}; what remains is {'unlimited' if trend.unlimited else 'not known'}\n"
    figure = _figure(trend, seen, found, view)
    for part in _parts(_thinned(seen)):
        _line(figure, part)
    if ends := trend.outlook.runs_out_at:
        _projected(figure, seen[-1], ends.timestamp(), found)
    for at, amount, text in _top_ups(trend):
        figure.text([_time(at)], [amount], [f"{'^' if view.ascii else '▲'} {text}"], lc="green")
    with _forced_color() if view.color else nullcontext():
        lines = [_title(trend), *figure.show().splitlines()]
    return "".join(f"{line.rstrip()}\n" for line in (_ascii(line) if view.ascii else line for line in lines))


@contextmanager
def _forced_color() -> Iterator[None]:
    """Let plotille use colours: it asks the process's environment, and knows no other way."""
    before = {name: os.environ.pop(name, None) for name in ("NO_COLOR", "FORCE_COLOR")}
    os.environ["FORCE_COLOR"] = "1"
    try:
        yield
    finally:
        del os.environ["FORCE_COLOR"]
        os.environ.update({name: value for name, value in before.items() if value is not None})


def _title(trend: Trend) -> str:
    series, outlook = trend.series, trend.outlook
    if outlook.burn_per_day is None:
        said = NOT_YET
    else:
        said = f"{shown(outlook.burn_per_day, series.unit)} a day"
        if outlook.runway_days == 0:
            said += ": nothing is left"
        elif outlook.runway_days is not None:
            ends = f", until {outlook.runs_out_at:%Y-%m-%d %H:%M} UTC" if outlook.runs_out_at else ""
            said += f": {shown(outlook.runway_days, 'days')} days left{ends}"
    return f"{series.profile}, {series.name}{f' in {series.unit}' if series.unit else ''}: {said}"


def _figure(trend: Trend, seen: Sequence[_Seen], found: Trends, view: View) -> Figure:
    figure = Figure()
    figure.width = max((view.width or 100) - _MARGIN, 20)
    figure.height = 16
    figure.color_mode = "names"
    figure.with_colors = view.color
    figure.x_label, figure.y_label = "UTC", trend.series.unit
    figure.register_label_formatter(datetime, _date)
    figure.register_label_formatter(float, _number)
    amounts = [0.0, *(left for _, left in seen)]
    lowest, highest = min(amounts), max(amounts)
    figure.set_y_limits(min_=lowest, max_=highest + ((highest - lowest) / 10 or 1))
    begin, until = max(found.since.timestamp(), seen[0][0] - 1), found.until.timestamp()
    ends = trend.outlook.runs_out_at.timestamp() if trend.outlook.runs_out_at else until
    figure.set_x_limits(min_=_time(begin), max_=_time(max(min(ends, 2 * until - begin), until, begin + 60)))
    return figure


def _projected(figure: Figure, last: _Seen, ends: float, found: Trends) -> None:
    """Draw the line to zero, as far as the chart goes."""
    at, left = last
    if left <= 0 or ends <= at:
        return
    share = min(1.0, (2 * found.until.timestamp() - found.since.timestamp() - at) / (ends - at))
    dots = [(at + (ends - at) * share * n / _DOTS, left * (1 - share * n / _DOTS)) for n in range(_DOTS + 1)]
    figure.scatter([_time(moment) for moment, _ in dots], [amount for _, amount in dots], lc="red")


def _line(figure: Figure, points: Sequence[_Seen]) -> None:
    draw = figure.plot if len(points) > 1 else figure.scatter
    draw([_time(at) for at, _ in points], [amount for _, amount in points], lc="cyan")


def _thinned(seen: Sequence[_Seen]) -> Sequence[_Seen]:
    """Return few enough points; where an amount rises, it is not left out."""
    if len(seen) <= _MOST:
        return seen
    step = -(-len(seen) // (_MOST // 2))
    rises = {index for index, (one, two) in enumerate(pairwise(seen), 1) if two[1] > one[1]}
    kept = {*range(0, len(seen), step), *rises, *(index - 1 for index in rises), len(seen) - 1}
    return [seen[index] for index in sorted(kept)]


def _parts(seen: Sequence[_Seen]) -> Iterator[Sequence[_Seen]]:
    """Yield the points in parts between which there are gaps: nothing is drawn where nothing was seen."""
    between = [two[0] - one[0] for one, two in pairwise(seen)]
    longest = max(3 * sorted(between)[len(between) // 2], DAY / 4) if between else 0
    begin = 0
    for index, seconds in enumerate(between, 1):
        if seconds > longest:
            yield seen[begin:index]
            begin = index
    yield seen[begin:]


def _top_ups(trend: Trend) -> Iterator[tuple[float, float, str]]:
    """Yield when something was topped up, what there was then, and how much it was."""
    after = {at: left for at, left, _ in trend.points}
    rises = sorted((added, end) for _, end, _, added in trend.steps if added and after.get(end) is not None)
    for added, end in rises[-_TOLD:]:
        yield end, float(after[end] or 0), f"+{shown(added, trend.series.unit)}"


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)


def _date(value: Any, chars: int, delta: Any, left: bool = False) -> str:  # noqa: FBT001, FBT002 - plotille's way
    text = f"{value:%m-%d}" if delta.total_seconds() > 2 * DAY else f"{value:%H:%M}"
    return text.ljust(chars) if left else text.rjust(chars)


def _number(value: Any, chars: int, delta: Any, left: bool = False) -> str:  # noqa: FBT001, FBT002 - plotille's way
    digits = min(max(3 - len(str(int(delta))), 0), 2) if delta >= 1 else 4
    text = f"{value:.{digits}f}"
    return text.ljust(chars) if left else text.rjust(chars)


def _ascii(line: str) -> str:
    """Return a line of the chart for a terminal without Unicode: a dot pattern becomes one mark."""
    return "".join(" " if char == "\u2800" else "*" if "\u2800" < char <= "\u28ff" else char for char in line)
