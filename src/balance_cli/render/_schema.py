"""The JSON Schema of `balance check --json`; fields are only ever added within one ``schema_version``."""

from typing import Any

from balance_cli.errors import KINDS
from balance_cli.exits import Exit
from balance_cli.verdict import STRENGTH, Status

_AMOUNT = {"type": ["number", "null"]}
_TIME = {"type": ["string", "null"], "format": "date-time"}
_TEXT = {"type": ["string", "null"]}
_UNIT = {"type": ["string", "null"], "pattern": "^([A-Z]{3,5}|[a-z][a-z0-9 _-]{0,31})$"}
_STATUS = {"enum": [str(status) for status in STRENGTH], "description": "the strongest of its parts, in this order"}


def _object(description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
    }


def schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12)."""
    balance = _object(
        "one named pool of the account, in whole units; null is: the provider does not say",
        name={"type": "string"},
        unit=_UNIT,
        remaining={**_AMOUNT, "description": "negative is debt; null with unlimited"},
        used=_AMOUNT,
        limit=_AMOUNT,
        unlimited={"type": "boolean"},
        resets_at=_TIME,
        expires_at=_TIME,
        gates={"type": "boolean", "description": "work stops when this balance is used up"},
        min={**_AMOUNT, "description": "the amount judged against, of a percentage what it comes to; null: no minimum"},
        low={
            "type": ["boolean", "null"],
            "description": "below min or min_days, or without min nothing left; null: not judged or known",
        },
        burn_per_day={**_AMOUNT, "description": "used a day, of late; null: not enough history"},
        runway_days={**_AMOUNT, "description": "how long remaining lasts at that; null: not known, or for ever"},
        runs_out_at={**_TIME, "description": "when that is"},
        min_days={**_AMOUNT, "description": "the days that it must last; null: not judged by that"},
    )
    error = _object(
        "why there is no answer, and what to do next",
        kind={"enum": list(KINDS)},
        message={"type": "string"},
        hint={"type": "string"},
        http_status={"type": ["integer", "null"]},
        retryable={"type": "boolean", "description": "asking again may help"},
    )
    nothing: dict[str, Any] = {"type": "null"}
    profile = _object(
        "one profile's verdict; remaining, unit and unlimited are its first balance's",
        profile={"type": "string"},
        provider={"type": "string"},
        status=_STATUS,
        plan=_TEXT,
        remaining=_AMOUNT,
        unit=_UNIT,
        unlimited={"type": "boolean"},
        balances={"type": "array", "items": balance},
        error={"anyOf": [error, nothing]},
        why={**_TEXT, "description": "why the profile is not ok, in one line; null: it is"},
        links=_object("the vendor's pages; null: none is known", docs=_TEXT, top_up=_TEXT),
        elapsed_ms={"type": "integer", "minimum": 0},
        attempts={"type": "integer", "minimum": 0, "description": "how often the most stubborn request was sent"},
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "balance check --json",
        **_object(
            "one run; fields are only added within one schema_version",
            schema_version={"const": 1},
            checked_at={"type": "string", "format": "date-time"},
            status=_STATUS,
            exit_code={"enum": [int(Exit[Status(status).name]) for status in STRENGTH]},
            error={"anyOf": [error, nothing], "description": "what stopped the run before any request"},
            profiles={"type": "array", "items": profile},
        ),
    }
