"""The JSON Schema of `balance check --json`; fields are only ever added within one ``schema_version``."""

from typing import Any

from balance_cli.errors import KINDS
from balance_cli.exits import Exit
from balance_cli.verdict import STRENGTH, Status

_AMOUNT = {"type": ["number", "null"]}
_TIME = {"type": ["string", "null"], "format": "date-time"}
_TEXT = {"type": ["string", "null"]}
_UNIT = {"type": ["string", "null"], "pattern": "^([A-Z]{3,5}|[a-z][a-z0-9 _-]{0,31})$"}
_STATUS = {"enum": [str(status) for status in STRENGTH], "description": "the strongest verdict wins, in this order"}


def _object(description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
    }


def schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12)."""
    nothing: dict[str, Any] = {"type": "null"}
    surge = _object(
        "a burn rate higher than any in the last two weeks, at which the balance is soon used up; null: none",
        since={"type": "string", "format": "date-time"},
        times={**_AMOUNT, "description": "how many times the usual burn rate it is; null: there was no use before"},
        burn_per_day={"type": "number"},
        runway_days={"type": "number", "description": "days until it runs out at the burn rate of the surge"},
    )
    balance = _object(
        "one named pool of the account, in whole units; null: not reported by the provider",
        name={"type": "string"},
        unit=_UNIT,
        remaining={**_AMOUNT, "description": "negative: debt; null: unlimited or not reported"},
        used=_AMOUNT,
        limit=_AMOUNT,
        unlimited={"type": "boolean"},
        resets_at=_TIME,
        expires_at=_TIME,
        window={
            "type": ["integer", "null"],
            "minimum": 1,
            "description": "seconds between two resets; null: none, or not known",
        },
        gates={"type": "boolean", "description": "work stops when this balance is used up"},
        min={
            **_AMOUNT,
            "description": "the minimum as an amount, even if it was set as a percentage; null: no minimum",
        },
        low={
            "type": ["boolean", "null"],
            "description": "below min or min_days, or, without min, not above zero; null: not judged or not known",
        },
        burn_per_day={**_AMOUNT, "description": "recent burn rate per day; null: not enough history"},
        runway_days={**_AMOUNT, "description": "days until it runs out at this burn rate; null: not known, or never"},
        runway_days_low={
            **_AMOUNT,
            "description": "days until it runs out if it is used as in the fastest of the last weeks; null: not known",
        },
        runway_days_high={
            **_AMOUNT,
            "description": "the same for the slowest of the last weeks; null: not known, or never",
        },
        runs_out_at={**_TIME, "description": "when it runs out at this burn rate; null: not known, or never"},
        surge={"anyOf": [surge, nothing]},
        min_days={**_AMOUNT, "description": "how many days it must last, also in a surge; null: no such minimum"},
    )
    error = _object(
        "why the check failed, and what to do next",
        kind={"enum": list(KINDS)},
        message={"type": "string"},
        hint={"type": "string"},
        http_status={"type": ["integer", "null"]},
        retryable={"type": "boolean", "description": "trying again may help"},
    )
    profile = _object(
        "one profile's verdict; remaining, unit and unlimited are those of its first balance",
        profile={"type": "string"},
        provider={"type": "string"},
        status=_STATUS,
        plan=_TEXT,
        remaining=_AMOUNT,
        unit=_UNIT,
        unlimited={"type": "boolean"},
        balances={"type": "array", "items": balance},
        error={"anyOf": [error, nothing]},
        why={**_TEXT, "description": "why the profile is not ok, in one line with local times; null if it is ok"},
        links=_object("the vendor's pages; null: not known", docs=_TEXT, top_up=_TEXT),
        read_at={**_TIME, "description": "when the balances were read, maybe by another run; null: they were not"},
        elapsed_ms={"type": "integer", "minimum": 0},
        attempts={"type": "integer", "minimum": 0, "description": "the most attempts that any request took"},
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
