"""`balance history` as a table, as JSON and as CSV."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any, Final

from balance_cli.amount import format_amount
from balance_cli.history.model import NOT_YET
from balance_cli.history.pace import DAY, Point
from balance_cli.history.trend import Trend, Trends
from balance_cli.render import View
from balance_cli.render._grid import Grid, Line, drawn, render_lines
from balance_cli.render.csv import format_field
from balance_cli.render.json import dumps
from balance_cli.times import format_relative, rfc3339

_GRID: Final = Grid(
    heads=("PROFILE", "PROVIDER", "BALANCE", "UNIT", "FIRST", "LAST", "BURNED", "TOPPED UP", "PER DAY", "RUNWAY",
           "LAST SEEN", "TREND"),
    amounts=("FIRST", "LAST", "BURNED", "TOPPED UP", "PER DAY"),
    dispensable=("PROVIDER", "FIRST", "LAST SEEN", "TOPPED UP", "BURNED", "TREND", "PER DAY"),
)  # fmt: skip
_BARS: Final = {False: "▁▂▃▄▅▆▇█", True: "_.-:=+*#"}
_STALE: Final = 2 * 3600
"""Seconds after which the table shows when a balance was last seen."""


def table(history: Trends, view: View) -> str:
    """Render a table with one row per balance."""
    lines = [Line(_format_cells(trend, history, view)) for trend in history.trends]
    return render_lines(drawn(_GRID, lines, view), view)


def json(history: Trends, _: View) -> str:
    """Render one JSON document; amounts keep all their digits, unknown values are null."""
    document = {
        "schema_version": 1,
        "since": rfc3339(history.since),
        "until": rfc3339(history.until),
        "window_days": Decimal(f"{history.window / DAY:.6g}"),
        "balances": [dict(_fields(trend)) for trend in history.trends],
    }
    return dumps(document) + "\n"


def comma_separated(history: Trends, _: View) -> str:
    """Render CSV (RFC 4180) with a header and one row per balance; unknown values are empty."""
    out = StringIO()
    writer = csv.writer(out)
    for index, trend in enumerate(history.trends):
        record = dict(_fields(trend))
        if not index:
            writer.writerow(record)
        writer.writerow(map(format_field, record.values()))
    return out.getvalue()


FORMATS: Final = {"csv": comma_separated, "json": json, "table": table}


def _fields(trend: Trend) -> Iterator[tuple[str, Any]]:
    """Yield the name and value of each field of a balance."""
    first, last, outlook = trend.first, trend.last, trend.outlook
    yield from zip(("profile", "provider", "name"), trend.series[:3], strict=True)
    yield "unit", trend.series.unit or None
    yield "samples", trend.samples
    yield "first_at", rfc3339(_to_datetime(first))
    yield "last_at", rfc3339(_to_datetime(last))
    yield "first", first[1]
    yield "last", last[1]
    yield "unlimited", trend.unlimited
    yield "burned", trend.burned
    yield "topped_up", trend.topped_up
    yield "enough_history", outlook.burn_per_day is not None
    yield "burn_per_day", outlook.burn_per_day
    yield "runway_days", outlook.runway_days
    yield "runs_out_at", None if outlook.runs_out_at is None else rfc3339(outlook.runs_out_at)


def _format_cells(trend: Trend, history: Trends, view: View) -> dict[str, str]:
    series, unit = trend.series, trend.series.unit
    seen = _to_datetime(trend.last)
    stale = (history.until - seen).total_seconds() > _STALE
    return {
        "PROFILE": series.profile,
        "PROVIDER": series.provider,
        "BALANCE": series.name,
        "UNIT": unit,
        "FIRST": _format_remaining(trend, trend.first),
        "LAST": _format_remaining(trend, trend.last),
        "BURNED": format_amount(trend.burned, unit) if trend.burned else "",
        "TOPPED UP": format_amount(trend.topped_up, unit) if trend.topped_up else "",
        "PER DAY": "" if trend.outlook.burn_per_day is None else format_amount(trend.outlook.burn_per_day, unit),
        "RUNWAY": _format_runway(trend),
        "LAST SEEN": format_relative(seen, history.until) if stale else "",
        "TREND": render_sparkline(trend.shape, view),
    }


def _format_remaining(trend: Trend, point: Point[Decimal]) -> str:
    if point[1] is None:
        return "unlimited" if trend.unlimited else "?"
    return format_amount(point[1], trend.series.unit)


def _format_runway(trend: Trend) -> str:
    if trend.outlook.burn_per_day is None:
        return NOT_YET
    if trend.outlook.runway_days is None:
        return "no end" if trend.last[1] is not None else ""
    return f"{format_amount(trend.outlook.runway_days, 'days')} days"


def render_sparkline(values: Sequence[float | None], view: View) -> str:
    """Render amounts as bars scaled from zero to the highest amount; an unknown amount is a space."""
    highest = max((value for value in values if value is not None), default=0.0)
    bars = _BARS[view.ascii]
    if highest <= 0:
        return ""
    heights = ((len(bars) - 1) * max(value, 0.0) / highest if value is not None else None for value in values)
    return "".join(" " if height is None else bars[round(height)] for height in heights).rstrip()


def _to_datetime(point: Point[Decimal]) -> datetime:
    return datetime.fromtimestamp(point[0], UTC)
