"""The only door through which amounts, times and balances enter: exact, bounded, and nothing made up."""

import re
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Context, Decimal
from typing import TYPE_CHECKING, Final

from balance_cli.errors import Rejected, Unexpected
from balance_cli.text import clean
from balance_cli.times import when

if TYPE_CHECKING:
    from balance_cli.model import Balance, Plan

DIGITS: Final = 40
MOST: Final = Decimal(10) ** 15
EXACT: Final = Context(prec=3 * DIGITS)
"""The arithmetic of sums and products over amounts: wide enough that none of them is ever rounded."""
_DIVIDING: Final = Context(prec=DIGITS)

_DECIMAL: Final = r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
UNIT: Final = re.compile(r"[A-Z]{3,5}|[a-z][a-z0-9 _-]{0,31}", re.ASCII)


class Unsaid:
    """The type of ``UNSAID``: the provider does not say this amount, as opposed to sending null for it."""


UNSAID: Final = Unsaid()


def amount(value: object, what: str = "the amount", *, per: int | Decimal = 1) -> Decimal:
    """Return an amount in whole units, exactly; ``per`` of what is sent make one (100 cents, 500,000 units of quota).

    Takes a ``Decimal``, an ``int`` or an ASCII decimal string of at most 40 characters, with an exponent of at most
    ±40. Refuses float, bool, None, NaN, infinities, signs and spaces in front, separators and other scripts' digits.
    Raises Unexpected.
    """
    if isinstance(value, str):
        if len(value) > DIGITS or not re.fullmatch(_DECIMAL, value, re.ASCII):
            raise Unexpected(f"{what} is not a decimal number: {clean(value, 60) or 'empty'}")
        value = Decimal(value)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise Unexpected(f"{what} is not a number but {_KINDS.get(type(value), 'something else')}")
    if not value.is_finite():
        raise Unexpected(f"{what} is not a finite number")
    _, digits, exponent = value.as_tuple()
    if len(digits) > DIGITS or abs(int(exponent)) > DIGITS or abs(value.adjusted()) > DIGITS:
        raise Unexpected(f"{what} has more digits than any amount has")
    return value if per == 1 else _DIVIDING.divide(value, per)


_KINDS: Final = {
    type(None): "null",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    float: "a binary fraction",
    Unsaid: "missing",
}


def nullable(value: object, *, zero: bool = False) -> object:
    """Return ``UNSAID`` for a null, and with ``zero`` for a 0, where the provider sends that for "there is none"."""
    return UNSAID if value is None or (zero and value == 0) else value


def flag(value: object, what: str) -> bool:
    """Return what an answer says to be true or false; raises Unexpected for anything else, null too."""
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
    gates: bool = True,
    blocked: str | None = None,
    per: int | Decimal = 1,
) -> "Balance":
    """Return a balance of ``unit``, of amounts as ``amount`` takes them, ``per`` of which make one unit.

    ``unit`` is ``UNSAID`` where neither the answer nor the profile says it, which is no reason to guess. An amount left
    out is not known; ``remaining`` then follows from ``limit - used``, and from nothing else. With ``unlimited`` there
    is no remaining and no limit. What is ``uncapped`` has no limit of its own but spends another balance: what remains
    is not known, whatever is sent for it. ``gates`` is false for what work does not stop at. ``blocked`` says why the
    provider does not let it be used, which contradicts any amount above zero.
    """
    from balance_cli.model import Balance  # not before there is one: a listing of profiles has none

    name = clean(name, 60)
    for unbounded in (unlimited, uncapped):
        flag(unbounded, f"whether {name} is unlimited")
    if isinstance(unit, Unsaid):
        unit = ""
    elif not UNIT.fullmatch(unit):
        raise Unexpected(f"the unit of {name} is not one: {clean(unit, 20) or 'empty'}")
    left, spent, most = (
        None if value is UNSAID else _whole(value, f"{what} of {name}", per)
        for value, what in ((remaining, "remaining"), (used, "used"), (limit, "limit"))
    )
    if uncapped:
        left = most = None
    if unit == "percent" and spent is not None and spent < 0:
        raise Unexpected(f"less than nothing of {name} is used")
    if left is None and most is not None and spent is not None:
        left = EXACT.subtract(most, spent)
    if blocked and (unlimited or left is None or left > 0):
        raise Rejected(f"{name}: {clean(blocked)}")
    return Balance(
        name=name,
        unit=str(unit),  # a text of an answer has no truth value
        remaining=None if unlimited else left,
        used=spent,
        limit=None if unlimited else most,
        unlimited=unlimited,
        resets_at=when(resets_at),
        expires_at=when(expires_at),
        gates=bool(gates),
    )


def first(answer: Mapping[str, object], *names: str) -> object:
    """Return what an answer has under the first of these names that it has at all; ``None`` where it has none."""
    return next((answer[name] for name in names if answer.get(name) is not None), None)


def plan(name: object) -> "Plan":
    """Return the plan's name, which is text; nothing where the provider says null."""
    from balance_cli.model import Plan

    return Plan(name="" if name is None else clean(name, 60))


def _whole(value: object, what: str, per: int | Decimal) -> Decimal:
    number = amount(value, what, per=per)
    if abs(number) > MOST:
        raise Unexpected(f"{what} is above any real amount")
    return number


def plain(number: Decimal) -> str:
    """Write every digit of an amount, without an exponent and without zeros at the end that say nothing."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def shown(number: Decimal, unit: str, minimum: Decimal | None = None) -> str:
    """Write an amount for a person: rounded down, never up, and never so that it contradicts its verdict.

    Money has at least two decimals. Where the rounding would put an amount on the other side of its minimum, or make
    nothing of it, every digit is shown.
    """
    places = 2 if abs(number) >= 1 else 4
    if -int(number.as_tuple().exponent) > places:
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_FLOOR, context=EXACT)
        if rounded and (minimum is None or (rounded < minimum) == (number < minimum)):
            number = rounded
    text = plain(number)
    if unit.isupper():
        whole, _, fraction = text.partition(".")
        return f"{whole}.{fraction:0<2}"
    return text
