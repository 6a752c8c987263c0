"""What single values of a config and of the command line mean: texts, times, days, switches."""

import re
from decimal import Decimal
from typing import Final

from balance_cli.minimum import written

_LONGEST: Final = 3600
_FURTHEST: Final = 36_500


def line(value: object) -> str:
    """Return a text; raises ValueError, with the end of a sentence, for one that is empty or more than a line."""
    if isinstance(value, str) and value.isprintable() and value.strip() == value != "":
        return value
    raise ValueError("is a text on one line, in quotes")


def seconds(value: object) -> float:
    """Return a time-out; raises ValueError, with the end of a sentence, for what is none."""
    return float(_number(value, "seconds", _LONGEST))


def days(value: object) -> Decimal:
    """Return for how many days a balance must last; raises ValueError, with the end of a sentence, for what is none."""
    return _number(value, "days", _FURTHEST)


def span(value: object) -> float:
    """Return the seconds of a time like ``30m``, ``12h``, ``7d`` or ``2w``; raises ValueError with a sentence's end."""
    found = re.fullmatch(r"([0-9]{1,5})([mhdw])", value, re.ASCII) if isinstance(value, str) else None
    if not found or not int(found[1]):
        raise ValueError('is a time like "30m", "12h", "7d" or "2w"')
    return int(found[1]) * {"m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}[found[2]]


def switch(value: object) -> bool:
    """Return a flag; raises ValueError, with the end of a sentence, for what is neither true nor false."""
    if not isinstance(value, bool):
        raise ValueError("is true or false, without quotes")  # noqa: TRY004 - the others' error too
    return value


def _number(value: object, what: str, most: int) -> Decimal:
    text = written(value)
    number = Decimal(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?|\.[0-9]{1,9}", text, re.ASCII) else Decimal(0)
    if isinstance(value, bool) or not 0 < number <= most:
        raise ValueError(f"is a number of {what} above 0 and up to {most}")
    return number
