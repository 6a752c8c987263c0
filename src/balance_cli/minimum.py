"""Minimums: the amounts that a user requires, and how to write them."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from balance_cli.amount import DIGITS, MOST
from balance_cli.text import clean

_MINIMUM: Final = r"([+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)) ?([A-Za-z][A-Za-z_-]{0,31}|%)?"
_SYMBOLS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR"}
"""Symbols that mean one currency, as most people write them."""
NONE: Final = "none"
"""What a user writes to set no minimum."""
USUAL: Final = "1USD"
"""The minimum of a new profile, unless the user wants another."""


class Minimum(NamedTuple):
    """The amount that must remain; ``unit`` is ``"%"`` for a share of the limit, ``None`` for the headline's unit."""

    amount: Decimal
    unit: str | None

    def __str__(self) -> str:
        """Format it as the user would write it."""
        text = format(self.amount, "f")
        return f"{text}%" if self.unit == "%" else f"{text} {self.unit or ''}".rstrip()


def parse_minimum(value: object) -> Minimum:
    """Parse a minimum: ``5``, ``5USD``, ``5 USD``, ``100credits``, ``10%``, or a number.

    Raise ValueError, with a message for the user, for anything but an ASCII decimal with an optional unit.
    """
    text = format_number(value)
    match = len(text) <= 2 * DIGITS and not isinstance(value, bool) and re.fullmatch(_MINIMUM, text, re.ASCII)
    if not match or len(match[1]) > DIGITS or abs(amount := Decimal(match[1])) > MOST:
        raise ValueError(f"must be an amount like 5, 5USD, 100credits or 10%{_explain(value)}")
    return Minimum(amount=amount, unit=match[2])


def parse_minimum_or_none(text: str) -> Minimum | None:
    """Parse the minimum to set for a new profile: an amount, or ``none``; raise ValueError for anything else."""
    return None if text == NONE else parse_minimum(text)


def _explain(value: object) -> str:
    """Return which text is no amount, and how to write one that has the symbol of a currency."""
    if not isinstance(value, str):
        return ""
    text = clean(value, 40)
    symbol = next((symbol for symbol in _SYMBOLS if symbol in text), "")
    number = text.replace(symbol, "", 1).strip()
    right = f"{number}{_SYMBOLS.get(symbol)}"
    return f', not "{text}"' + (f": write {right}" if symbol and re.fullmatch(_MINIMUM, right, re.ASCII) else "")


def format_number(value: object) -> str:
    """Format a number of a config without an exponent; anything else, or an extreme number, with ``str``."""
    if isinstance(value, Decimal) and value.is_finite() and _is_bounded(value):
        return format(value, "f")
    return str(value)


def _is_bounded(value: Decimal) -> bool:
    return abs(value.adjusted()) <= DIGITS and abs(int(value.as_tuple().exponent)) <= DIGITS
