"""One JSON document: amounts are numbers with all the provider's digits, times are RFC 3339 in UTC."""

from datetime import datetime
from functools import partial
from typing import Any, Final

from balance_cli.encode import dumps
from balance_cli.errors import Failure
from balance_cli.render import Format, View
from balance_cli.render._said import explain
from balance_cli.times import Clock, rfc3339
from balance_cli.verdict import JudgedBalance, Report, Surge, Verdict


def render(report: Report, view: View) -> str:
    """Render the document and a newline."""
    return dumps(document(report, view)) + "\n"


def line(report: Report, view: View) -> str:
    """Render the document on a single line, for a stream of documents."""
    return " ".join(part.strip() for part in render(report, view).splitlines()) + "\n"


def document(report: Report, view: View) -> dict[str, Any]:
    """Return the document of a run; `balance schema` describes its fields, in the same order."""
    to_profile = partial(_to_profile, clock=view.read_clock(report))
    return {
        "schema_version": 1,
        "checked_at": _format_time(report.checked_at),
        "status": report.status,
        "exit_code": int(report.status.exit),
        "error": _to_error(report.error),
        "profiles": map(to_profile, report.verdicts) if report.verdicts else [],
    }


def _to_profile(verdict: Verdict, clock: Clock) -> dict[str, Any]:
    headline = verdict.balances[0].balance if verdict.balances else None
    return {
        "profile": verdict.profile,
        "provider": verdict.provider,
        "status": verdict.status,
        "plan": verdict.plan,
        "remaining": headline and headline.remaining,
        "unit": headline and (headline.unit or None),
        "unlimited": bool(headline and headline.unlimited),
        "balances": [_to_balance(row) for row in verdict.balances],
        "error": _to_error(verdict.error),
        "why": explain(verdict, clock) or None,
        "links": {"docs": verdict.docs, "top_up": verdict.top_up},
        "read_at": _format_time(verdict.read_at),
        "elapsed_ms": verdict.elapsed_ms,
        "attempts": verdict.attempts,
    }


def _to_balance(row: JudgedBalance) -> dict[str, Any]:
    balance = row.balance
    return {
        "name": balance.name,
        "unit": balance.unit or None,
        "remaining": balance.remaining,
        "used": balance.used,
        "limit": balance.limit,
        "unlimited": balance.unlimited,
        "resets_at": _format_time(balance.resets_at),
        "expires_at": _format_time(balance.expires_at),
        "window": balance.window,
        "gates": balance.gates,
        "min": row.minimum,
        "low": row.low,
        "burn_per_day": row.outlook.burn_per_day,
        "runway_days": row.outlook.runway_days,
        "runway_days_low": row.outlook.runway_days_low,
        "runway_days_high": row.outlook.runway_days_high,
        "runs_out_at": _format_time(row.outlook.runs_out_at),
        "surge": make_surge(row.outlook.surge),
        "min_days": row.min_days,
    }


def make_surge(surge: Surge | None) -> dict[str, Any] | None:
    """Return a surge as an object."""
    return surge and {**surge._asdict(), "since": rfc3339(surge.since)}


def _to_error(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {
        "kind": failure.kind,
        "message": failure.message,
        "hint": failure.hint,
        "http_status": failure.http_status,
        "retryable": failure.retryable,
    }


def _format_time(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


FORMAT: Final = Format(render)
