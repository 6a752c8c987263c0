"""Parse single values of the config and the command line: strings, times, days, switches.

Every parser raises ValueError with a message to append to the name of the setting: ``must be …``.
"""

import re
from decimal import Decimal
from typing import Final

from balance_cli.minimum import format_number

_MOST_SECONDS: Final = 3600
_MOST_DAYS: Final = 36_500


def parse_line(value: object) -> str:
    """Return a string that is one non-empty line without spaces around it."""
    if isinstance(value, str) and value.isprintable() and value.strip() == value != "":
        return value
    raise ValueError("must be a string on one line, in quotes")


def parse_seconds(value: object) -> float:
    """Return the seconds of a timeout or an interval."""
    return float(_parse_number(value, "seconds", _MOST_SECONDS))


def parse_days(value: object) -> Decimal:
    """Return the number of days that a balance must last."""
    return _parse_number(value, "days", _MOST_DAYS)


def parse_span(value: object) -> float:
    """Return the seconds of a time like ``30m``, ``12h``, ``7d`` or ``2w``."""
    found = re.fullmatch(r"([0-9]{1,5})([mhdw])", value, re.ASCII) if isinstance(value, str) else None
    if not found or not int(found[1]):
        raise ValueError('must be a time like "30m", "12h", "7d" or "2w"')
    return int(found[1]) * {"m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}[found[2]]


def parse_bool(value: object) -> bool:
    """Return a switch."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false, without quotes")  # noqa: TRY004 - like the other parsers
    return value


def _parse_number(value: object, what: str, most: int) -> Decimal:
    text = format_number(value)
    number = Decimal(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?|\.[0-9]{1,9}", text, re.ASCII) else Decimal(0)
    if isinstance(value, bool) or not 0 < number <= most:
        raise ValueError(f"must be a number of {what} above 0 and at most {most}")
    return number
