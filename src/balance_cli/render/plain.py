"""One line per profile with tab-separated fields, for `while read`.

The fields are name, provider, status, remaining, unit, minimum and why. A missing value is ``-``, never empty, because
a shell treats two tabs as one. The last field also says how long ago another run read the amounts (--max-age).
"""

from typing import Final

from balance_cli.amount import format_exact
from balance_cli.render import Format, View
from balance_cli.render._said import advise_and_date, pick_row, remaining
from balance_cli.verdict import Report, Verdict


def render(report: Report, view: View) -> str:
    """Render the lines; none if an error stopped the run before any request."""
    return "".join("\t".join(_get_fields(verdict, report, view)) + "\n" for verdict in report.verdicts)


def _get_fields(verdict: Verdict, report: Report, view: View) -> list[str]:
    """Return the fields of a profile, with the amounts of its first low balance, else of its headline."""
    row = pick_row(verdict)
    amounts = ["-", "-", "-"]
    if row:
        minimum = "-" if row.minimum is None else format_exact(row.minimum)
        amounts = [remaining(row), row.balance.unit or "-", minimum]
    return [verdict.profile, verdict.provider, verdict.status, *amounts, advise_and_date(verdict, report, view) or "-"]


FORMAT: Final = Format(render)
