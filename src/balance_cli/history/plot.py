"""A chart of one balance in the terminal: what remained, what was added, and the line to zero at today's pace."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Any, Final

from plotille import Figure

from balance_cli.amount import shown
from balance_cli.history.pace import DAY, Sample
from balance_cli.history.trend import Trend, Trends
from balance_cli.render import View

_MOST: Final = 4000
"""The points of a chart at the most: a terminal has fewer columns."""
_MARGIN: Final = 26
"""The columns beside the chart: its amounts, and what stands to the right of them."""


def chart(trend: Trend, found: Trends, view: View) -> str:
    """Return the chart of a balance, as wide as the view; of one without amounts its title alone."""
    if all(sample.remaining is None for sample in trend.samples):
        return f"{_title(trend)}; what remains is {'unlimited' if trend.last.unlimited else 'not known'}\n"
    figure = _figure(trend, found, view)
    until = found.until.timestamp()
    for part in _parts(_thinned(sorted(trend.samples, key=lambda sample: sample.at))):
        points = [(sample.at, float(sample.remaining)) for sample in part if sample.remaining is not None]
        _line(figure, points, "cyan")
    ends = trend.outlook.runs_out_at
    last = trend.last
    if ends and last.remaining and last.remaining > 0:
        horizon = until + (until - found.since.timestamp())
        end = ends.timestamp()
        share = min(1.0, (horizon - last.at) / (end - last.at))
        dots = [
            (last.at + (end - last.at) * share * n / 40, float(last.remaining) * (1 - share * n / 40))
            for n in range(41)
        ]
        figure.scatter([_time(at) for at, _ in dots], [amount for _, amount in dots], lc="red")
    for at, amount, text in _top_ups(trend):
        figure.text([_time(at)], [amount], [f"{'^' if view.ascii else '▲'} {text}"], lc="green")
    lines = [_title(trend), *figure.show().splitlines()]
    return "".join(f"{line.rstrip()}\n" for line in (_ascii(line) if view.ascii else line for line in lines))


def _title(trend: Trend) -> str:
    series, outlook = trend.series, trend.outlook
    if outlook.burn_per_day is None:
        said = "not enough history yet"
    elif outlook.runway_days is None:
        said = f"{shown(outlook.burn_per_day, series.unit)} a day"
    else:
        days, rate = shown(outlook.runway_days, "days"), shown(outlook.burn_per_day, series.unit)
        said = f"{rate} a day: {days} days left, until {outlook.runs_out_at:%Y-%m-%d %H:%M} UTC"
    return f"{series.profile}, {series.name} in {series.unit}: {said}"


def _figure(trend: Trend, found: Trends, view: View) -> Figure:
    figure = Figure()
    figure.width = max((view.width or 100) - _MARGIN, 20)
    figure.height = 16
    figure.color_mode = "names"
    figure.with_colors = view.color
    figure.x_label, figure.y_label = "UTC", trend.series.unit
    figure.register_label_formatter(datetime, _date)
    figure.register_label_formatter(float, _number)
    amounts = [float(sample.remaining) for sample in trend.samples if sample.remaining is not None]
    lowest, highest = min([0.0, *amounts]), max([1e-9, *amounts])
    figure.set_y_limits(min_=lowest, max_=highest + (highest - lowest) / 10)
    begin, until = found.since.timestamp(), found.until.timestamp()
    ends = trend.outlook.runs_out_at.timestamp() if trend.outlook.runs_out_at else until
    begin = max(begin, trend.first.at - 1)
    figure.set_x_limits(min_=_time(begin), max_=_time(max(min(ends, until + (until - begin)), until, begin + 60)))
    return figure


def _line(figure: Figure, points: Sequence[tuple[float, float]], color: Any) -> None:
    if len(points) > 1:
        figure.plot([_time(at) for at, _ in points], [amount for _, amount in points], lc=color)
    elif points:
        figure.scatter([_time(points[0][0])], [points[0][1]], lc=color)


def _thinned(samples: Sequence[Sample]) -> Sequence[Sample]:
    """Return few enough samples; where an amount turns, it is not left out."""
    if len(samples) <= _MOST:
        return samples
    step = -(-len(samples) // (_MOST // 2))
    rising = {
        index
        for index, (one, two) in enumerate(pairwise(samples))
        if one.remaining is not None and two.remaining is not None and two.remaining > one.remaining
    }
    return [
        one for n, one in enumerate(samples) if n % step == 0 or n in rising or n - 1 in rising or n == len(samples) - 1
    ]


def _parts(samples: Sequence[Sample]) -> Iterator[Sequence[Sample]]:
    """Yield the samples in parts between which there are gaps: nothing is drawn where nothing was seen."""
    between = [two.at - one.at for one, two in pairwise(samples)]
    longest = max(3 * median(between), DAY / 4) if between else 0
    begin = 0
    for index, seconds in enumerate(between, 1):
        if seconds > longest:
            yield samples[begin:index]
            begin = index
    yield samples[begin:]


def _top_ups(trend: Trend) -> Iterator[tuple[float, float, str]]:
    """Yield when something was added, what there was then, and how much it was."""
    after = {sample.at: sample.remaining for sample in trend.samples}
    rises = sorted((step for step in trend.steps if step.topped_up > 0), key=lambda step: step.topped_up)[-10:]
    for step in rises:
        amount = after.get(step.end)
        if amount is not None:
            yield step.end, float(amount), f"+{shown(step.topped_up, trend.series.unit)}"


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
