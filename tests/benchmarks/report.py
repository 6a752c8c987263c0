"""Show the results of the backtest as aligned text, as Markdown and as JSON."""

import json
from collections.abc import Collection, Sequence
from math import isinf, isnan
from statistics import median
from typing import Any, Final

from baselines import BASELINES
from score import Forecast, Moment, Warned, group, summarize

METHODS: Final = ("balance", *BASELINES)
Table = tuple[str, Sequence[Sequence[str]]]
"""A title and rows, the first of which is the head."""


def render(moments: Sequence[Moment], warned: Sequence[Warned], calendar: Collection[str], *, markdown: bool) -> str:
    """Return the tables."""
    groups = make_groups(moments, calendar)
    tables = [
        tabulate_methods(groups),
        tabulate_errors(groups),
        tabulate_gate(groups, "2"),
        tabulate_gate(groups, "1"),
    ]
    if warned:
        tables.append(tabulate_warnings(warned))
    return "\n".join(map(format_markdown if markdown else format_text, tables))


def encode(moments: Sequence[Moment], warned: Sequence[Warned], calendar: Collection[str]) -> str:
    """Return every measure and every moment as JSON."""
    document = {
        "groups": {
            name: {method: summarize(some, method) for method in METHODS}
            for name, some in make_groups(moments, calendar).items()
        },
        "warnings": [warning._asdict() for warning in warned],
        "moments": [
            {
                **moment._asdict(),
                "forecasts": {name: _encode_forecast(one) for name, one in moment.forecasts.items()},
            }
            for moment in moments
        ],
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def make_groups(moments: Sequence[Moment], calendar: Collection[str]) -> dict[str, list[Moment]]:
    """Return the moments of each world, of all with a weekly shape, and of all."""
    return {
        **group(moments, lambda moment: moment.world),
        "calendar": [moment for moment in moments if moment.world in calendar],
        "all": list(moments),
    }


def tabulate_methods(groups: dict[str, list[Moment]]) -> Table:
    """Return one row for each method, over all worlds."""
    rows = [
        ("method", "error", "bias", "error, calendar", "bias, calendar", "in range",
         "recall 2d", "false 2d", "recall 1d", "false 1d", "unknown"),
    ]  # fmt: skip
    for method in METHODS:
        every, weekly = summarize(groups["all"], method), summarize(groups["calendar"], method)
        rows.append((
            method, _share(every["error"]), _ratio(every["bias"]), _share(weekly["error"]), _ratio(weekly["bias"]),
            _share(every["in_range"]), _share(every["recall_2"]), _share(every["false_alarms_2"]),
            _share(every["recall_1"]), _share(every["false_alarms_1"]), _share(every["unknown_2"]),
        ))  # fmt: skip
    count = len(groups["all"])
    worlds = len(groups) - 2
    return f"All worlds ({worlds}, {count} evaluations)", rows


def tabulate_errors(groups: dict[str, list[Moment]]) -> Table:
    """Return one row for each world: the median error and bias of each method, and the ranges."""
    head = [
        "world",
        "n",
        *METHODS,
        *(f"bias: {method}" for method in METHODS),
        "has range",
        "in range",
        "check differs",
    ]
    rows = [head]
    for name, moments in groups.items():
        found = [summarize(moments, method) for method in METHODS]
        rows.append([
            name,
            str(len(moments)),
            *(_share(one["error"]) for one in found),
            *(_ratio(one["bias"]) for one in found),
            _share(found[0]["with_range"]),
            _share(found[0]["in_range"]),
            _share(found[0]["differs"]),
        ])  # fmt: skip
    return "Median relative error of the runway, and bias (median of forecast / truth)", rows


def tabulate_gate(groups: dict[str, list[Moment]], gate: str) -> Table:
    """Return one row for each world: the recall and the false alarms of each method under --min-days."""
    head = ["world", "short", *METHODS, "enough", *(f"false: {method}" for method in METHODS), "unknown"]
    rows = [head]
    for name, moments in groups.items():
        found = [summarize(moments, method) for method in METHODS]
        rows.append([
            name,
            f"{found[0][f'short_{gate}']}",
            *(_share(one[f"recall_{gate}"]) for one in found),
            f"{found[0][f'enough_{gate}']}",
            *(_share(one[f"false_alarms_{gate}"]) for one in found),
            _share(found[0][f"unknown_{gate}"]),
        ])  # fmt: skip
    return f"--min-days {gate}: recall where it was short, false alarms where it was enough", rows


def tabulate_warnings(warned: Sequence[Warned]) -> Table:
    """Return one row for each world with a runaway: when it was noticed, in hours before nothing remained."""
    rows: list[Sequence[str]] = [("world", *METHODS)]
    for name in dict.fromkeys(one.world for one in warned):
        hours = [one.hours for one in warned if one.world == name]
        rows.append((name, *(_hours(median(one[method] for one in hours)) for method in METHODS)))
    return "First alarm under --min-days 1 during a runaway of 6 hours, hours before its end", rows


def format_text(table: Table) -> str:
    """Return a table as aligned text."""
    title, rows = table
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(cells))
        for cells in (zip(row, widths, strict=True) for row in rows)
    ]
    return "\n".join([title, "", *(line.rstrip() for line in lines), ""])


def format_markdown(table: Table) -> str:
    """Return a table as Markdown."""
    title, (head, *rows) = table
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join([f"**{title}**", "", *(f"| {' | '.join(row)} |" for row in (head, rule, *rows)), ""])


def _encode_forecast(forecast: Forecast) -> dict[str, Any]:
    days, low, high = (_encode_days(value) for value in (forecast.days, forecast.low, forecast.high))
    gates = {f"{gate:g}": verdict for gate, verdict in forecast.gates.items()}
    return {"days": days, "low": low, "high": high, "differs": forecast.differs, "gates": gates}


def _encode_days(days: float) -> float | str | None:
    return None if isnan(days) else "never" if isinf(days) else days


def _share(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _hours(hours: float) -> str:
    return f"{hours:.1f}" if hours else "never"
