"""A table in GitHub's Markdown; text from providers is escaped."""

from typing import Final

from balance_cli.amount import format_amount
from balance_cli.render import Format, View
from balance_cli.render._said import advise_and_date, find_status, select_rows
from balance_cli.verdict import JudgedBalance, Report, Verdict

HEADS: Final = "| profile | provider | balance | remaining | unit | min | status |\n|---|---|---|--:|---|--:|---|\n"
_MARKUP: Final = {ord(char): f"\\{char}" for char in "\\`*_{}[]<>#!|~$@"} | {ord("&"): "&amp;"}


def render(report: Report, view: View) -> str:
    """Render the table, followed by a list of problems and of balances that another run has read."""
    lines = [line for verdict in report.verdicts for line in _render_lines(verdict, view)]
    notes = {v.profile: advise_and_date(v, report, view) for v in report.verdicts}
    wrong = [f"- {escape(profile)}: {escape(note)}\n" for profile, note in notes.items() if note]
    table = HEADS + "".join(lines) if lines else ""
    return table + ("\n" + "".join(wrong) if wrong else "")


def escape(text: str) -> str:
    """Escape all Markdown in a text, including automatic links."""
    return text.translate(_MARKUP).replace("://", "&#58;//").replace("www.", "www&#46;")


def _render_lines(verdict: Verdict, view: View) -> list[str]:
    visible = select_rows(verdict, details=view.details)
    if not visible:
        return [_render_line(verdict, ["", "", "", ""], verdict.status)]
    statuses = (find_status(row, verdict, first=index == 0) or "" for index, row in enumerate(visible))
    return [_render_line(verdict, _format_cells(row), status) for row, status in zip(visible, statuses, strict=True)]


def _render_line(verdict: Verdict, cells: list[str], status: str) -> str:
    bold = f"**{status}**" if status not in {"ok", ""} else status
    return f"| {' | '.join([escape(verdict.profile), verdict.provider, *cells, bold])} |\n"


def _format_cells(row: JudgedBalance) -> list[str]:
    balance = row.balance
    remaining = "?" if balance.remaining is None else format_amount(balance.remaining, balance.unit, row.minimum)
    minimum = "" if row.minimum is None else format_amount(row.minimum, balance.unit, row.minimum)
    return [escape(balance.name), "unlimited" if balance.unlimited else remaining, escape(balance.unit), minimum]


FORMAT: Final = Format(render)
