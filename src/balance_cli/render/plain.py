"""One line a profile, for `while read`, with tabs between its fields.

These are: name, provider, status, remaining, unit, minimum and why. What is not known or not said is ``-``, so that no
field is empty: a shell takes two tabs for one.
"""

from typing import Final

from balance_cli.amount import plain
from balance_cli.render import Format, View
from balance_cli.render._said import remaining, why
from balance_cli.verdict import Report, Verdict


def render(report: Report, _: View) -> str:
    """Return the lines; of a run that was stopped before any request, none."""
    return "".join("\t".join(_fields(verdict)) + "\n" for verdict in report.verdicts)


def _fields(verdict: Verdict) -> list[str]:
    """Return the fields of a profile: its amounts are those of the balance that is low, else of its headline."""
    row = next((row for row in verdict.balances if row.low), verdict.balances[0] if verdict.balances else None)
    amounts = ["-", "-", "-"]
    if row:
        least = "-" if row.minimum is None else plain(row.minimum)
        amounts = [remaining(row), row.balance.unit or "-", least]
    return [verdict.profile, verdict.provider, verdict.status, *amounts, why(verdict) or "-"]


FORMAT: Final = Format(render)
