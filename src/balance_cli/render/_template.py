"""A line per profile in the user's own words: ``--format '{profile}: {remaining} {unit}'``."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from balance_cli.amount import format_exact
from balance_cli.render import Format, View
from balance_cli.render._pace import describe_pace
from balance_cli.render._runway import name_surge
from balance_cli.render._said import explain, find_percent, format_remaining, remaining
from balance_cli.text import suggest_similar
from balance_cli.times import Clock, rfc3339
from balance_cli.verdict import JudgedBalance, Report, Verdict

_ESCAPES: Final = {"t": "\t", "n": "\n", "\\": "\\"}

FIELDS: Final[Mapping[str, str]] = {
    "profile": "name of the profile",
    "provider": "its provider",
    "status": "`ok`, `low`, `misconfigured` or `unknown`",
    "why": "why it is not ok",
    "plan": "name of its plan",
    "balance": "name of its first balance; the fields below are of this one",
    "amount": "what remains, as in the table: `12.50 USD`",
    "remaining": "what remains, with all digits: `12.5`",
    "unit": "`USD`, `credits` …",
    "used": "what was used",
    "limit": "its limit",
    "percent": "how much of the limit remains, in percent, rounded down",
    "min": "its minimum",
    "resets_at": "when it resets",
    "runway_days": "how many days it lasts at the recent burn rate",
    "runway_days_low": "how many days it lasts if used as in the fastest of the last weeks",
    "runway_days_high": "how many days it lasts if used as in the slowest of the last weeks",
    "runs_out_at": "when it runs out at the recent burn rate",
    "surge": "a burn rate far above the usual one: `burning 20x since 14:00`",
    "read_at": "when it was read",
    "pace": "how a window with a reset is going: used, elapsed, and whether it lasts",
    "top_up": "the page to top up",
}
"""The fields of a template, with what each stands for."""


def parse_template(text: str) -> str:
    """Return a template if it is valid; raise ValueError with a message for the user."""
    for _, field in _parse(text):
        if field is not None and field not in FIELDS:
            raise ValueError(f"has no field {{{field}}}{suggest_similar(field, FIELDS)}")
    return text


def render(report: Report, view: View) -> str:
    """Render the template of the view for each profile; a value that is not known is ``-``, never empty or zero."""
    parts = list(_parse(view.template))
    return "".join(
        "".join(f"{literal}{'' if field is None else values[field]}" for literal, field in parts) + "\n"
        for values in (_get_values(verdict, view.read_clock(report)) for verdict in report.verdicts)
    )


def _parse(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each literal text and the field after it, ``None`` at the end; raise ValueError."""
    from string import Formatter

    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise ValueError("has an unmatched brace: write {field}, or {{ and }} for braces") from None
    for literal, field, spec, conversion in parts:
        if spec or conversion or field == "":
            raise ValueError("must name fields only: {field}")
        yield _unescape(literal), field


def _unescape(literal: str) -> str:
    r"""Replace ``\t``, ``\n`` and ``\\``, as a shell's quotes do not."""
    return re.sub(r"\\([tn\\])", lambda escape: _ESCAPES[escape[1]], literal)


def _get_values(verdict: Verdict, clock: Clock) -> dict[str, str]:
    values = {
        "profile": verdict.profile,
        "provider": verdict.provider,
        "status": str(verdict.status),
        "why": explain(verdict, clock),
        "plan": verdict.plan,
        "read_at": _format(rfc3339, verdict.read_at),
        "top_up": verdict.top_up,
        **(_get_amounts(verdict.balances[0], verdict.read_at or clock.now, clock) if verdict.balances else {}),
    }
    return {field: values.get(field) or "-" for field in FIELDS}


def _get_amounts(row: JudgedBalance, read_at: datetime, clock: Clock) -> dict[str, str | None]:
    balance, outlook = row.balance, row.outlook
    return {
        "balance": balance.name,
        "amount": format_remaining(row),
        "remaining": remaining(row),
        "unit": balance.unit,
        "used": _format(format_exact, balance.used),
        "limit": _format(format_exact, balance.limit),
        "percent": _format(format_exact, find_percent(row)),
        "min": _format(format_exact, row.minimum),
        "pace": describe_pace(balance, read_at),
        "resets_at": _format(rfc3339, balance.resets_at),
        "runway_days": _format(format_exact, outlook.runway_days),
        "runway_days_low": _format(format_exact, outlook.runway_days_low),
        "runway_days_high": _format(format_exact, outlook.runway_days_high),
        "surge": outlook.surge and name_surge(outlook.surge, clock),
        "runs_out_at": _format(rfc3339, outlook.runs_out_at),
    }


def _format(how: Callable[..., str], value: Decimal | datetime | None) -> str | None:
    return None if value is None else how(value)


FORMAT: Final = Format(render)
