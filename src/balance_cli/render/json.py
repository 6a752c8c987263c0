"""One JSON document: amounts are numbers with the provider's own digits, times are RFC 3339 in UTC."""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from balance_cli.amount import plain
from balance_cli.errors import Failure
from balance_cli.render import Format, View
from balance_cli.render._said import why
from balance_cli.times import rfc3339
from balance_cli.verdict import Judged, Report, Verdict


def render(report: Report, _: View) -> str:
    """Return the document and a newline."""
    return dumps(document(report)) + "\n"


def line(report: Report) -> str:
    """Return the document on a line of its own, for a stream of them."""
    return " ".join(part.strip() for part in render(report, View()).splitlines()) + "\n"


def document(report: Report) -> dict[str, Any]:
    """Return the document of a run; design and order of its fields are those of ``balance schema``."""
    return {
        "schema_version": 1,
        "checked_at": _time(report.checked_at),
        "status": report.status,
        "exit_code": int(report.status.exit),
        "error": _error(report.error),
        "profiles": map(_profile, report.verdicts) if report.verdicts else [],
    }


def _profile(verdict: Verdict) -> dict[str, Any]:
    headline = verdict.balances[0].balance if verdict.balances else None
    return {
        "profile": verdict.profile,
        "provider": verdict.provider,
        "status": verdict.status,
        "plan": verdict.plan,
        "remaining": headline and headline.remaining,
        "unit": headline and (headline.unit or None),
        "unlimited": bool(headline and headline.unlimited),
        "balances": [_balance(row) for row in verdict.balances],
        "error": _error(verdict.error),
        "why": why(verdict) or None,
        "links": {"docs": verdict.links.docs, "top_up": verdict.links.top_up},
        "elapsed_ms": verdict.elapsed_ms,
        "attempts": verdict.attempts,
    }


def _balance(row: Judged) -> dict[str, Any]:
    balance = row.balance
    return {
        "name": balance.name,
        "unit": balance.unit or None,
        "remaining": balance.remaining,
        "used": balance.used,
        "limit": balance.limit,
        "unlimited": balance.unlimited,
        "resets_at": _time(balance.resets_at),
        "expires_at": _time(balance.expires_at),
        "gates": balance.gates,
        "min": row.minimum,
        "low": row.low,
        "burn_per_day": row.outlook.burn_per_day,
        "runway_days": row.outlook.runway_days,
        "runs_out_at": _time(row.outlook.runs_out_at),
        "min_days": row.min_days,
    }


def _error(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {
        "kind": failure.kind,
        "message": failure.message,
        "hint": failure.hint,
        "http_status": failure.http_status,
        "retryable": failure.retryable,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def dumps(value: Any, indent: str = "") -> str:
    """Write JSON as ``json.dumps(indent=2)`` does, but every ``Decimal`` as a number with all its digits."""
    if isinstance(value, Decimal):
        return plain(value)
    deeper = f"{indent}  "
    if isinstance(value, dict) and value:
        items = (f"{_text(key)}: {dumps(item, deeper)}" for key, item in value.items())
        return f"{{{_lines(items, indent)}}}"
    if isinstance(value, map) or (isinstance(value, list | tuple) and value):
        return f"[{_lines((dumps(item, deeper) for item in value), indent)}]"
    return _text(value)


_text = json.JSONEncoder().encode  # what json.dumps calls after it has looked for options


def _lines(items: Iterable[str], indent: str) -> str:
    return ",".join(f"\n{indent}  {item}" for item in items) + f"\n{indent}"


FORMAT: Final = Format(render)
