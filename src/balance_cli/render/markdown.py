"""A table in GitHub's Markdown; nothing that a provider says becomes markup."""

from typing import Final

from balance_cli.amount import shown
from balance_cli.render import Format, View
from balance_cli.render._said import made_of, rows, why
from balance_cli.verdict import Judged, Report, Verdict

HEADS: Final = "| profile | provider | balance | remaining | unit | min | status |\n|---|---|---|--:|---|--:|---|\n"
_MARKUP: Final = {ord(char): f"\\{char}" for char in "\\`*_{}[]<>#!|~$@"} | {ord("&"): "&amp;"}


def render(report: Report, view: View) -> str:
    """Return the table, and under it a list of what is wrong."""
    lines = [line for verdict in report.verdicts for line in _lines(verdict, view)]
    wrong = [f"- {escaped(v.profile)}: {escaped(why(v))}\n" for v in report.verdicts if why(v)]
    table = HEADS + "".join(lines) if lines else ""
    return table + ("\n" + "".join(wrong) if wrong else "")


def escaped(text: str) -> str:
    """Return a text of which Markdown makes nothing but the text."""
    return text.translate(_MARKUP).replace("://", "&#58;//").replace("www.", "www&#46;")


def _lines(verdict: Verdict, view: View) -> list[str]:
    found = rows(verdict, details=view.details)
    if not found:
        return [_line(verdict, ["", "", "", ""], verdict.status)]
    return [_line(verdict, _cells(row), made_of(row, verdict, first=n == 0) or "") for n, row in enumerate(found)]


def _line(verdict: Verdict, cells: list[str], status: str) -> str:
    bold = f"**{status}**" if status not in {"ok", ""} else status
    return f"| {' | '.join([escaped(verdict.profile), verdict.provider, *cells, bold])} |\n"


def _cells(row: Judged) -> list[str]:
    balance = row.balance
    left = "?" if balance.remaining is None else shown(balance.remaining, balance.unit, row.minimum)
    least = "" if row.minimum is None else shown(row.minimum, balance.unit, row.minimum)
    return [escaped(balance.name), "unlimited" if balance.unlimited else left, escaped(balance.unit), least]


FORMAT: Final = Format(render)
