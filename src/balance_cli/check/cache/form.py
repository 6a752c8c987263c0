"""The text of a kept reading: JSON with exact amounts as strings."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final, NamedTuple

from balance_cli import __version__
from balance_cli.model import Balance, Reading
from balance_cli.times import parse_time

_AMOUNTS: Final = ("remaining", "used", "limit")
_TIMES: Final = ("resets_at", "expires_at")


class Kept(NamedTuple):
    """A reading, when it was read, and a hash of the key that was used; "" if the key is not known."""

    reading: Reading
    read_at: datetime
    key: str

    def is_fresh(self, now: datetime, max_age: float) -> bool:
        """Return whether it is recent enough, and still true: not if a window has reset or a balance has expired."""
        balances = self.reading.balances
        return (
            timedelta() <= now - self.read_at <= timedelta(seconds=max_age)
            and all(row.resets_at is None or now < row.resets_at for row in balances)
            and all(row.expires_at is None or not self.read_at < row.expires_at <= now for row in balances)
        )


def write_kept(kept: Kept) -> str:
    """Return the text of a kept reading."""
    document = {
        "version": __version__,
        "key": kept.key,
        "read_at": kept.read_at.isoformat(),
        "plan": kept.reading.plan,
        "balances": [_write_balance(balance) for balance in kept.reading.balances],
    }
    return json.dumps(document, separators=(",", ":")) + "\n"


def _write_balance(balance: Balance) -> dict[str, Any]:
    found = balance._asdict()
    amounts = {name: None if found[name] is None else str(found[name]) for name in _AMOUNTS}
    times = {name: None if found[name] is None else found[name].isoformat() for name in _TIMES}
    return {**found, **amounts, **times}


def parse_kept(text: bytes) -> Kept:
    """Parse a kept reading; raise ValueError if this version did not write it."""
    try:
        found = json.loads(text)
        balances = tuple(_parse_balance(one) for one in found["balances"])
        if found["version"] != __version__ or not balances:
            raise ValueError
        plan = _optional(partial(_expect, str), found["plan"])
        return Kept(Reading(balances, plan), _parse_moment(found["read_at"]), _expect(str, found["key"]))
    except (LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        raise ValueError from None


def _parse_balance(found: dict[str, Any]) -> Balance:
    return Balance(**{name: parse(found[name]) for name, parse in _PARSERS.items()})


def _parse_amount(text: object) -> Decimal:
    try:
        amount = Decimal(_expect(str, text))
    except InvalidOperation:
        raise ValueError from None
    if not amount.is_finite():
        raise ValueError
    return amount


def _parse_moment(text: object) -> datetime:
    moment = parse_time(_expect(str, text))
    if moment is None:
        raise ValueError
    return moment


def _optional(parse: Callable[[object], Any], value: object) -> Any:
    return None if value is None else parse(value)


def _expect(kind: type[Any], value: object) -> Any:
    if type(value) is not kind:
        raise ValueError
    return value


_PARSERS: Final[dict[str, Callable[[object], Any]]] = {
    "name": partial(_expect, str),
    "unit": partial(_expect, str),
    **dict.fromkeys(_AMOUNTS, partial(_optional, _parse_amount)),
    "unlimited": partial(_expect, bool),
    **dict.fromkeys(_TIMES, partial(_optional, _parse_moment)),
    "gates": partial(_expect, bool),
    "window": partial(_optional, partial(_expect, int)),
}
