"""One line of JSON for Waybar (run it with `|| true`: Waybar hides a module whose command fails)."""

import json
from html import escape
from typing import Any, Final

from balance_cli.render import Format, View
from balance_cli.render._said import explain, find_percent, format_age, format_remaining, pick_row
from balance_cli.verdict import STRENGTH, Report, Status, Verdict


def render(report: Report, view: View) -> str:
    """Render the line. Waybar reads the texts as Pango markup, so they are escaped."""
    shown = _pick(report)
    tooltip = "\n".join(_describe(verdict, report, view) for verdict in report.verdicts) or _explain_stop(report)
    module: dict[str, Any] = {
        "text": escape(f"{shown.profile} {_format_amount(shown)}" if shown else "balance ?", quote=False),
        "tooltip": escape(tooltip, quote=False),
        "class": str(report.status),
    }
    percent = find_percent(shown.balances[0]) if shown and shown.balances else None
    if percent is not None:
        module["percentage"] = int(percent)
    return json.dumps(module, ensure_ascii=False) + "\n"


def _pick(report: Report) -> Verdict | None:
    """Return the first profile with the strongest status."""
    return min(report.verdicts, key=lambda verdict: STRENGTH.index(verdict.status), default=None)


def _format_amount(verdict: Verdict) -> str:
    """Return what remains of the first balance that is low, else of the headline; the status if that is unknown."""
    row = pick_row(verdict)
    return format_remaining(row) if row and verdict.status in {Status.OK, Status.LOW} else str(verdict.status)


def _describe(verdict: Verdict, report: Report, view: View) -> str:
    why, age = explain(verdict, view.read_clock(report)), format_age(verdict, report)
    return f"{verdict.profile}: {verdict.status}, {why or _format_amount(verdict)}{age and f', read {age}'}"


def _explain_stop(report: Report) -> str:
    return report.error.describe() if report.error else "nothing was checked"


FORMAT: Final = Format(render)
