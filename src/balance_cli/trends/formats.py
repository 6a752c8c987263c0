"""`balance history` as a table, as JSON and as CSV."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any, Final

from balance_cli.amount import format_amount
from balance_cli.encode import dumps
from balance_cli.history.model import NOT_YET
from balance_cli.render import View
from balance_cli.render._grid import Grid, Line, Note, drawn, render_lines
from balance_cli.render.csv import flatten_surge, format_field
from balance_cli.render.json import make_surge
from balance_cli.times import DAY, rfc3339
from balance_cli.trends.sparkline import render_sparkline
from balance_cli.trends.trend import Trend, Trends
from balance_cli.trends.words import format_age, format_ends, format_last, format_runway, note_surge

_GRID: Final = Grid(
    heads=(
        "PROFILE", "POOL", "REMAINING", "TREND", "RUNWAY", "RANGE", "PER DAY", "BURNED", "TOPPED UP", "FIRST",
        "LAST SEEN", "PROVIDER", "WHY",
    ),
    amounts=("REMAINING", "RUNWAY", "PER DAY", "BURNED", "TOPPED UP", "FIRST"),
    dispensable=("PROVIDER", "FIRST", "TOPPED UP", "BURNED", "PER DAY", "RANGE", "LAST SEEN"),
    elastic={"PROFILE": 8, "POOL": 8},
    lead=1,
)  # fmt: skip
_BRIEFLY: Final = {NOT_YET: "too early", "no recent use": "no use"}
_STYLES: Final = {"REMAINING": "bold", "TREND": "cyan", "PROVIDER": "dim"}
_WIDTHS: Final = ((120, 20), (60, 12), (0, 8))
"""Columns of a sparkline, by the width of the terminal from which on it has them."""


def table(history: Trends, view: View) -> str:
    """Render a table with one row per balance."""
    trends = history.trends
    pools = len({trend.series.profile for trend in trends}) < len(trends)
    lines = [
        Line(_format_cells(trend, history, view, pools=pools), _STYLES, list(_list_notes(trend, history, view)))
        for trend in trends
    ]
    return render_lines(drawn(_GRID, lines, view), view)


def json(history: Trends, _: View) -> str:
    """Render one JSON document; amounts keep all their digits, unknown values are null."""
    document = {
        "schema_version": 1,
        "since": rfc3339(history.since),
        "until": rfc3339(history.until),
        "window_days": Decimal(f"{history.window / DAY:.6g}"),
        "balances": [dict(_fields(trend)) | {"surge": make_surge(trend.outlook.surge)} for trend in history.trends],
    }
    return dumps(document) + "\n"


def comma_separated(history: Trends, _: View) -> str:
    """Render CSV (RFC 4180) with a header and one row per balance; unknown values are empty."""
    out = StringIO()
    writer = csv.writer(out)
    for index, trend in enumerate(history.trends):
        record = dict(_fields(trend)) | flatten_surge(trend.outlook.surge)
        if not index:
            writer.writerow(record)
        writer.writerow(map(format_field, record.values()))
    return out.getvalue()


FORMATS: Final = {"csv": comma_separated, "json": json, "table": table}


def _fields(trend: Trend) -> Iterator[tuple[str, Any]]:
    """Yield the name and value of each field of a balance but its surge."""
    first, last, outlook = trend.first, trend.last, trend.outlook
    yield from zip(("profile", "provider", "name"), trend.series[:3], strict=True)
    yield "unit", trend.series.unit or None
    yield "samples", trend.samples
    yield "first_at", rfc3339(datetime.fromtimestamp(first[0], UTC))
    yield "last_at", rfc3339(trend.last_at)
    yield "first", first[1]
    yield "last", last[1]
    yield "unlimited", trend.unlimited
    yield "burned", trend.burned
    yield "topped_up", trend.topped_up
    yield "enough_history", outlook.burn_per_day is not None
    yield "burn_per_day", outlook.burn_per_day
    yield "runway_days", outlook.runway_days
    yield "runs_out_at", None if outlook.runs_out_at is None else rfc3339(outlook.runs_out_at)
    yield "runway_days_low", outlook.runway_days_low
    yield "runway_days_high", outlook.runway_days_high


def _format_cells(trend: Trend, history: Trends, view: View, *, pools: bool) -> dict[str, str]:
    series, outlook, runway = trend.series, trend.outlook, format_runway(trend)

    def format_known(number: Decimal | None) -> str:
        return "" if number is None else format_amount(number, series.unit)

    return {
        "PROFILE": series.profile,
        "POOL": series.name if pools else "",
        "REMAINING": format_last(trend),
        "TREND": _draw_trend(trend, view),
        "RUNWAY": _BRIEFLY.get(runway, runway) if view.width else runway,
        "RANGE": format_ends(trend),
        "PER DAY": format_known(outlook.burn_per_day),
        "BURNED": format_known(trend.burned or None),
        "TOPPED UP": format_known(trend.topped_up or None),
        "FIRST": format_known(trend.first[1]),
        "LAST SEEN": format_age(trend, history),
        "PROVIDER": series.provider,
    }


def _list_notes(trend: Trend, history: Trends, view: View) -> Iterator[Note]:
    if surge := note_surge(trend, history, view):
        yield Note(surge, "yellow")


def _draw_trend(trend: Trend, view: View) -> str:
    columns = next(columns for width, columns in _WIDTHS if view.width is None or view.width >= width)
    return render_sparkline(trend.shape, columns, ascii_only=view.ascii)
