"""The only door through which amounts, times and balances enter: exact, bounded, and nothing made up."""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Final

from balance_cli.errors import Rejected, Unexpected
from balance_cli.model import Balance, Plan
from balance_cli.text import clean

DIGITS: Final = 40
MOST: Final = Decimal(10) ** 15
EXACT: Final = Context(prec=3 * DIGITS)
"""The arithmetic of sums and products over amounts: wide enough that none of them is ever rounded."""

_DECIMAL: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
UNIT: Final = re.compile(r"[A-Z]{3,5}|[a-z][a-z0-9 _-]{0,31}", re.ASCII)
_MILLISECONDS: Final = 10**11
_YEAR_9999: Final = 253402300800


class Unsaid:
    """The type of ``UNSAID``: the provider does not say this amount, as opposed to sending null for it."""


UNSAID: Final = Unsaid()


def amount(value: object, what: str = "the amount") -> Decimal:
    """Return an amount, exactly.

    Takes a ``Decimal``, an ``int`` or an ASCII decimal string of at most 40 characters, with an exponent of at most
    ±40. Refuses float, bool, None, NaN, infinities, signs and spaces in front, separators and other scripts' digits.
    Raises Unexpected.
    """
    if isinstance(value, str):
        if len(value) > DIGITS or not _DECIMAL.fullmatch(value):
            raise Unexpected(f"{what} is not a decimal number: {clean(value, 60) or 'empty'}")
        value = Decimal(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise Unexpected(f"{what} is not a number but {_KINDS.get(type(value), 'something else')}")
    if not value.is_finite():
        raise Unexpected(f"{what} is not a finite number")
    _, digits, exponent = value.as_tuple()
    if len(digits) > DIGITS or abs(int(exponent)) > DIGITS or abs(value.adjusted()) > DIGITS:
        raise Unexpected(f"{what} has more digits than any amount has")
    return value


_KINDS: Final = {
    type(None): "null",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    float: "a binary fraction",
    Unsaid: "missing",
}


def nullable(value: object) -> object:
    """Return ``UNSAID`` for a null where the provider documents that it sends null for "there is none"."""
    return UNSAID if value is None else value


def balance(
    name: str,
    unit: str,
    *,
    remaining: object = UNSAID,
    used: object = UNSAID,
    limit: object = UNSAID,
    unlimited: bool = False,
    resets_at: object = None,
    expires_at: object = None,
    gates: bool = True,
    blocked: str | None = None,
) -> Balance:
    """Return a balance of ``unit``, its amounts in whole units as ``amount`` takes them.

    An amount left out is not known; ``remaining`` then follows from ``limit - used``, and from nothing else. With
    ``unlimited`` there is no remaining and no limit. ``gates`` is false for what work does not stop at. ``blocked``
    says why the provider does not let it be used, which contradicts any amount above zero.
    """
    if not isinstance(unlimited, bool):
        raise Unexpected(f"whether {name} is unlimited is not true or false")
    if not UNIT.fullmatch(unit):
        raise Unexpected(f"the unit of {name} is not one: {clean(unit, 20) or 'empty'}")
    left, spent, most = (
        None if value is UNSAID else _whole(value, f"{what} of {name}")
        for value, what in ((remaining, "remaining"), (used, "used"), (limit, "limit"))
    )
    if left is None and most is not None and spent is not None:
        left = EXACT.subtract(most, spent)
    if blocked and (unlimited or left is None or left > 0):
        raise Rejected(f"{clean(name, 60)}: {clean(blocked)}")
    return Balance(
        name=clean(name, 60),
        unit=unit,
        remaining=None if unlimited else left,
        used=spent,
        limit=None if unlimited else most,
        unlimited=unlimited,
        resets_at=when(resets_at),
        expires_at=when(expires_at),
        gates=bool(gates),
    )


def plan(name: object) -> Plan:
    """Return the plan's name, which is text; nothing where the provider says null."""
    return Plan(name=clean(name or "", 60))


def _whole(value: object, what: str) -> Decimal:
    number = amount(value, what)
    if abs(number) > MOST:
        raise Unexpected(f"{what} is above any real amount")
    return number


def when(value: object) -> datetime | None:
    """Return a time in UTC, from RFC 3339 or from seconds or milliseconds since 1970; ``None`` where it is none.

    A time decorates an amount and decides nothing, so that one which cannot be read is left out. Zero and less are
    "never", a time without a zone is in UTC, and a number from 1e11 on counts milliseconds.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    if isinstance(value, Decimal | int) and not isinstance(value, bool) and 0 < value < _YEAR_9999 * 1000:
        seconds = int(value) / 1000 if value >= _MILLISECONDS else int(value)
        return datetime.fromtimestamp(seconds, UTC)
    return None


def next_day_of_month(day: object, now: datetime) -> datetime | None:
    """Return the next midnight in UTC that begins this day of a month; in a shorter month its last day."""
    if not isinstance(day, Decimal | int) or not 1 <= day <= 31:  # noqa: PLR2004 - days of a month
        return None
    year, month = now.year, now.month
    for _ in range(2):
        first = datetime(year, month, 1, tzinfo=UTC)
        following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        found = min(first + timedelta(days=int(day) - 1), following - timedelta(days=1))
        if found > now:
            break
        year, month = following.year, following.month
    return found


def end_of_period(start: object, period: object) -> datetime | None:
    """Return when the ``day``, ``week`` or ``month`` that began at ``start`` is over; ``None`` of neither."""
    begun = when(start)
    if begun is None:
        return None
    if period == "month":
        return next_day_of_month(begun.day, begun.replace(hour=0, minute=0, second=0, microsecond=0))
    days = {"day": 1, "week": 7}.get(str(period))
    return begun + timedelta(days=days) if days else None


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
