"""Parse single values of the config and the command line: strings, times, days, switches.

Every parser raises ValueError with a message to append to the name of the setting: ``must be …``.
"""

import re
from decimal import Decimal
from typing import Final

from balance_cli.minimum import format_number

_HIGHEST_PORT: Final = 65_535
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_TIME: Final = r"([0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})([smhdw]?)"


def parse_line(value: object) -> str:
    """Return a string that is one non-empty line without spaces around it."""
    if isinstance(value, str) and value.isprintable() and value.strip() == value != "":
        return value
    raise ValueError("must be a string on one line, in quotes")


def parse_timeout(value: object) -> float:
    """Return the seconds of a time limit; a bare number is seconds."""
    return float(_parse_time(value, "s", '"30s" or "5m"', "1h"))


def parse_seconds(value: object) -> float:
    """Return the seconds of an interval or a wait; a bare number is seconds."""
    return float(_parse_time(value, "s", '"30s", "5m" or "1h"', "4w"))


def parse_age(value: object) -> float:
    """Return the seconds that a reading may be old, 0 for none; a bare number is seconds."""
    zero = not isinstance(value, bool) and format_number(value) in {"0", "0s"}
    return 0.0 if zero else float(_parse_time(value, "s", '"60s", "10m" or "1h", or 0', "1d"))


def parse_span(value: object) -> float:
    """Return the seconds of a part of the history; a bare number is days."""
    return float(_parse_time(value, "d", '"12h", "7d" or "2w"', "36500d"))


def parse_window(value: object) -> float:
    """Return the seconds over which to measure a burn rate, an hour or more; a bare number is days."""
    seconds = parse_span(value)
    if seconds < _SECONDS["h"]:
        raise ValueError('must be a time like "12h", "7d" or "2w", at least 1h')
    return seconds


def parse_days(value: object) -> Decimal:
    """Return the number of days that a balance must last; a bare number is days."""
    return _parse_time(value, "d", '"36h", "2d" or "1w"', "36500d") / _SECONDS["d"]


def parse_port(value: str) -> int:
    """Return a TCP port; 0 means any free one."""
    if not (re.fullmatch("[0-9]{1,5}", value, re.ASCII) and int(value) <= _HIGHEST_PORT):
        raise ValueError(f"must be a port from 0 to {_HIGHEST_PORT}")
    return int(value)


def parse_bool(value: object) -> bool:
    """Return a switch."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false, without quotes")  # noqa: TRY004 - like the other parsers
    return value


def _parse_time(value: object, bare: str, examples: str, most: str) -> Decimal:
    """Return the seconds of a number with s, m, h, d or w, or with the unit ``bare`` if it has none."""
    found = not isinstance(value, bool) and re.fullmatch(_TIME, format_number(value), re.ASCII)
    seconds = Decimal(found[1]) * _SECONDS[found[2] or bare] if found else Decimal(0)
    if not 0 < seconds <= int(most[:-1]) * _SECONDS[most[-1]]:
        raise ValueError(f"must be a time like {examples}, at most {most}")
    return seconds
