"""`balance history` as a table, as JSON and as CSV."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any, Final

from balance_cli.amount import shown
from balance_cli.history.model import NOT_YET
from balance_cli.history.pace import DAY, Point
from balance_cli.history.trend import Trend, Trends
from balance_cli.render import View
from balance_cli.render._grid import Grid, Line, drawn, printed
from balance_cli.render.csv import field
from balance_cli.render.json import dumps
from balance_cli.times import relative, rfc3339

_GRID: Final = Grid(
    heads=("PROFILE", "PROVIDER", "BALANCE", "UNIT", "FIRST", "LAST", "BURNED", "TOPPED UP", "A DAY", "RUNWAY", "SEEN",
           "TREND"),
    amounts=("FIRST", "LAST", "BURNED", "TOPPED UP", "A DAY"),
    dispensable=("PROVIDER", "FIRST", "SEEN", "TOPPED UP", "BURNED", "TREND", "A DAY"),
    styles={},
)  # fmt: skip
_BARS: Final = {False: "▁▂▃▄▅▆▇█", True: "_.-:=+*#"}
_LATE: Final = 2 * 3600
"""The seconds after which a table says when a balance was seen last."""


def table(found: Trends, view: View) -> str:
    """Return a row for each balance."""
    return printed(
        drawn(_GRID, [Line(style="", cells=_cells(trend, found, view)) for trend in found.trends], view), view
    )


def json(found: Trends, _: View) -> str:
    """Return one document: amounts are numbers with their own digits, what is not known is null."""
    document = {
        "schema_version": 1,
        "since": rfc3339(found.since),
        "until": rfc3339(found.until),
        "window_days": Decimal(f"{found.window / DAY:.6g}"),
        "balances": [dict(_record(trend)) for trend in found.trends],
    }
    return dumps(document) + "\n"


def comma_separated(found: Trends, _: View) -> str:
    """Return a row for each balance under a row of heads (RFC 4180); what is not known is empty."""
    out = StringIO()
    writer = csv.writer(out)
    for index, trend in enumerate(found.trends):
        record = dict(_record(trend))
        if not index:
            writer.writerow(record)
        writer.writerow(map(field, record.values()))
    return out.getvalue()


FORMATS: Final = {"csv": comma_separated, "json": json, "table": table}


def _record(trend: Trend) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a balance by their names."""
    first, last, outlook = trend.first, trend.last, trend.outlook
    yield from zip(("profile", "provider", "name"), trend.series[:3], strict=True)
    yield "unit", trend.series.unit or None
    yield "samples", trend.samples
    yield "first_at", rfc3339(_moment(first))
    yield "last_at", rfc3339(_moment(last))
    yield "first", first[1]
    yield "last", last[1]
    yield "unlimited", trend.unlimited
    yield "burned", trend.burned
    yield "topped_up", trend.topped_up
    yield "enough_history", outlook.burn_per_day is not None
    yield "burn_per_day", outlook.burn_per_day
    yield "runway_days", outlook.runway_days
    yield "runs_out_at", None if outlook.runs_out_at is None else rfc3339(outlook.runs_out_at)


def _cells(trend: Trend, found: Trends, view: View) -> dict[str, str]:
    series, unit = trend.series, trend.series.unit
    seen = _moment(trend.last)
    late = (found.until - seen).total_seconds() > _LATE
    return {
        "PROFILE": series.profile,
        "PROVIDER": series.provider,
        "BALANCE": series.name,
        "UNIT": unit,
        "FIRST": _remaining(trend, trend.first),
        "LAST": _remaining(trend, trend.last),
        "BURNED": shown(trend.burned, unit) if trend.burned else "",
        "TOPPED UP": shown(trend.topped_up, unit) if trend.topped_up else "",
        "A DAY": "" if trend.outlook.burn_per_day is None else shown(trend.outlook.burn_per_day, unit),
        "RUNWAY": _runway(trend),
        "SEEN": relative(seen, found.until) if late else "",
        "TREND": sparkline(trend.shape, view),
    }


def _remaining(trend: Trend, point: Point[Decimal]) -> str:
    if point[1] is None:
        return "unlimited" if trend.unlimited else "?"
    return shown(point[1], trend.series.unit)


def _runway(trend: Trend) -> str:
    if trend.outlook.burn_per_day is None:
        return NOT_YET
    if trend.outlook.runway_days is None:
        return "no end" if trend.last[1] is not None else ""
    return f"{shown(trend.outlook.runway_days, 'days')} days"


def sparkline(values: Sequence[float | None], view: View) -> str:
    """Return amounts as bars, from nothing to the most there was; a gap is a gap."""
    most = max((value for value in values if value is not None), default=0.0)
    bars = _BARS[view.ascii]
    if most <= 0:
        return ""
    heights = ((len(bars) - 1) * max(value, 0.0) / most if value is not None else None for value in values)
    return "".join(" " if height is None else bars[round(height)] for height in heights).rstrip()


def _moment(point: Point[Decimal]) -> datetime:
    return datetime.fromtimestamp(point[0], UTC)
