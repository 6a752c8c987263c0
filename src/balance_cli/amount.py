"""Parse amounts and build balances: exact, bounded, never guessed."""

import re
from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Final

from balance_cli.errors import Rejected, Unexpected
from balance_cli.text import clean
from balance_cli.times import DAY, parse_time

if TYPE_CHECKING:
    from balance_cli.model import Balance, Plan

DIGITS: Final = 40
MOST: Final = Decimal(10) ** 15
EXACT: Final = Context(prec=3 * DIGITS)
"""Decimal context for sums and products of amounts: wide enough never to round one."""
_LONGEST_WINDOW: Final = 366 * DAY
_DIVIDING: Final = Context(prec=DIGITS)
_PLACES: Final = Decimal(1).scaleb(-20)
_LONGEST: Final = 100

_DECIMAL: Final = r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
UNIT: Final = re.compile(r"[A-Z]{3,5}|[a-z][a-z0-9 _-]{0,31}", re.ASCII)


class Unsaid:
    """The type of ``UNSAID``: the provider does not report this amount, as opposed to sending null for it."""


UNSAID: Final = Unsaid()


def amount(value: object, what: str = "the amount", *, per: int | Decimal = 1) -> Decimal:
    """Parse an amount exactly and convert it to whole units: ``per`` is how many make one (100 cents, 500,000 quota).

    Accept a ``Decimal``, an ``int`` or an ASCII decimal string of at most 40 characters, with an exponent of at most
    ±40. Raise Unexpected for float, bool, None, NaN, infinities, a leading plus or space, separators and non-ASCII
    digits.
    """
    if isinstance(value, str):
        if len(value) > DIGITS or not re.fullmatch(_DECIMAL, value, re.ASCII):
            raise Unexpected(f"{what} is not a decimal number: {clean(value, 60) or 'empty'}")
        value = Decimal(value)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise Unexpected(f"{what} is {_KINDS.get(type(value), 'something else')}, not a number")
    if not value.is_finite():
        raise Unexpected(f"{what} is not a finite number")
    _, digits, exponent = value.as_tuple()
    if len(digits) > DIGITS or abs(int(exponent)) > DIGITS or abs(value.adjusted()) > DIGITS:
        raise Unexpected(f"{what} has too many digits")
    return value if per == 1 else _DIVIDING.divide(value, per)


def rounded(value: object, what: str = "the amount") -> Decimal:
    """Parse an amount that may be longer than ``amount`` accepts, and round it to 20 decimals.

    This is for vendors that write a binary float with all its digits. Accept a decimal string of at most 100
    characters; the rounded amount has the limits of ``amount``.
    """
    if isinstance(value, str) and DIGITS < len(value) <= _LONGEST and re.fullmatch(_DECIMAL, value, re.ASCII):
        value = _round_places(Decimal(value))
    return amount(value, what)


def _round_places(value: Decimal) -> Decimal:
    """Return the value with at most 20 decimals, half to even; unchanged if it is far too large for an amount."""
    if value.adjusted() > DIGITS:
        return value
    return value.quantize(_PLACES, rounding=ROUND_HALF_EVEN, context=EXACT)


_KINDS: Final = {
    type(None): "null",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    float: "a float",
    Unsaid: "missing",
}


def nullable(value: object, *, zero: bool = False) -> object:
    """Return ``UNSAID`` for null, and with ``zero`` for 0 too, if the provider sends that to mean "none"."""
    return UNSAID if value is None or (zero and value == 0) else value


def flag(value: object, what: str) -> bool:
    """Return a boolean of a response; raise Unexpected for anything else, including null."""
    if not isinstance(value, bool):
        raise Unexpected(f"{what} is not true or false")
    return value


def balance(
    name: str,
    unit: str | Unsaid,
    *,
    remaining: object = UNSAID,
    used: object = UNSAID,
    limit: object = UNSAID,
    unlimited: bool = False,
    uncapped: bool = False,
    resets_at: object = None,
    expires_at: object = None,
    window: object = None,
    gates: bool = True,
    blocked: str | None = None,
    per: int | Decimal = 1,
) -> "Balance":
    """Build a balance from amounts that ``amount`` accepts; ``per`` is how many of them make one ``unit``.

    ``unit`` is ``UNSAID`` if neither the response nor the profile names it; it is never guessed. An omitted amount is
    unknown; only ``remaining`` is then derived, from ``limit - used``. With ``unlimited`` there is no remaining and no
    limit. ``window`` is how many seconds lie between two resets. An ``uncapped`` balance has no limit of its own and
    spends another balance, so its remaining amount is unknown, whatever the provider sends. ``gates`` is false if work
    does not stop when the balance is used up. ``blocked`` says why the provider does not let it be used; raise Rejected
    unless its remaining amount is zero or less.
    """
    from balance_cli.model import Balance  # only when needed: listing profiles must stay cheap

    name = clean(name, 60)
    for unbounded in (unlimited, uncapped):
        flag(unbounded, f"the unlimited flag of {name}")
    if isinstance(unit, Unsaid):
        unit = ""
    elif not UNIT.fullmatch(unit):
        raise Unexpected(f"the unit of {name} is invalid: {clean(unit, 20) or 'empty'}")
    exact_remaining, exact_used, exact_limit = (
        None if value is UNSAID else _parse_bounded(value, f"{what} of {name}", per)
        for value, what in ((remaining, "remaining"), (used, "used"), (limit, "limit"))
    )
    if uncapped:
        exact_remaining = exact_limit = None
    if unit == "percent" and exact_used is not None and exact_used < 0:
        raise Unexpected(f"used of {name} is negative")
    if exact_remaining is None and exact_limit is not None and exact_used is not None:
        exact_remaining = EXACT.subtract(exact_limit, exact_used)
    if blocked and (unlimited or exact_remaining is None or exact_remaining > 0):
        raise Rejected(f"{name}: {clean(blocked)}")
    return Balance(
        name=name,
        unit=str(unit),  # a Text has no truth value
        remaining=None if unlimited else exact_remaining,
        used=exact_used,
        limit=None if unlimited else exact_limit,
        unlimited=unlimited,
        resets_at=parse_time(resets_at),
        expires_at=parse_time(expires_at),
        gates=bool(gates),
        window=_parse_window(window),
    )


def first(answer: Mapping[str, object], *names: str) -> object:
    """Return the value of the first of these fields that is present and not null, or ``None``."""
    return next((answer[name] for name in names if answer.get(name) is not None), None)


def plan(name: object) -> "Plan":
    """Return a plan with this name; the name is empty if the provider sends null."""
    from balance_cli.model import Plan

    return Plan("" if name is None else clean(name, 60))


def _parse_bounded(value: object, what: str, per: int | Decimal) -> Decimal:
    number = amount(value, what, per=per)
    if abs(number) > MOST:
        raise Unexpected(f"{what} is implausibly large")
    return number


def _parse_window(value: object) -> int | None:
    """Return a length in whole seconds, up to a year; like a time, an invalid one is left out."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool) and 0 < value <= _LONGEST_WINDOW:
        return int(value)
    return None


def format_exact(number: Decimal) -> str:
    """Format an amount with every digit, without an exponent and without trailing zeros."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def format_amount(number: Decimal, unit: str, minimum: Decimal | None = None) -> str:
    """Format an amount for a person: rounded down, and never contradicting its verdict.

    Money has at least two decimals. If rounding would move an amount across its minimum, or to zero, show every digit.
    """
    places = 2 if abs(number) >= 1 else 4
    if -int(number.as_tuple().exponent) > places:
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_FLOOR, context=EXACT)
        if rounded and (minimum is None or (rounded < minimum) == (number < minimum)):
            number = rounded
    text = format_exact(number)
    if unit.isupper():
        whole, _, fraction = text.partition(".")
        return f"{whole}.{fraction:0<2}"
    return text
