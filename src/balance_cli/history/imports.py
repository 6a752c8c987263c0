"""Earlier logs: the documents of `balance check --json`, one after the other in a file, to samples."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import StringIO
from typing import Any, Final, TextIO

from balance_cli.amount import UNIT, amount
from balance_cli.config.fields import NAME
from balance_cli.errors import Failure, Misconfigured
from balance_cli.history.model import Sample, Series
from balance_cli.text import clean
from balance_cli.times import when

_LONGEST: Final = 8 << 20
"""The characters of one document at the most."""


def read(file: TextIO, name: str) -> Iterator[tuple[Series, Sample]]:
    """Yield the samples of documents, one a line or spread over several as they are printed; raises Misconfigured.

    A document ends at a line of "}" alone, or at the end of the line on which it began.
    """
    text, begun = StringIO(), 0
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST), ""), 1):
        begun = begun or (number if line.strip() else 0)
        if begun:
            text.write(line)
        if (begun == number and line.rstrip().endswith("}")) or line.rstrip("\r\n") == "}":
            yield from _samples(_document(text.getvalue(), name, begun), name, begun)
            text, begun = StringIO(), 0
        elif text.tell() >= _LONGEST:
            break
    if begun:
        raise _wrong(name, begun, "it has no end")


def _document(text: str, name: str, line: int) -> Mapping[str, Any]:
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refused)
    except (ValueError, ArithmeticError, RecursionError):
        raise _wrong(name, line, "it is not JSON") from None
    if not isinstance(found, dict) or found.get("schema_version") != 1:
        raise _wrong(name, line, 'it has no "schema_version": 1')
    return found


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _samples(document: Mapping[str, Any], name: str, line: int) -> Iterator[tuple[Series, Sample]]:
    try:
        at = _time(document["checked_at"])
        for profile in document["profiles"]:
            for balance in profile["balances"]:
                yield _series(profile, balance), _sample(balance, at)
    except (LookupError, TypeError, ValueError, AttributeError, Failure) as error:
        raise _wrong(name, line, f"something in it is not as printed ({clean(error, 80)})") from None


def _time(value: object) -> int:
    moment = when(value)
    if moment is None or not isinstance(value, str):
        raise TypeError("checked_at")
    return int(moment.timestamp())


def _series(profile: Mapping[str, Any], balance: Mapping[str, Any]) -> Series:
    name = _text(profile["profile"])
    if not NAME.fullmatch(name):
        raise ValueError("a name")
    return Series(name, _text(profile["provider"]), _text(balance["name"]), _unit(balance["unit"]))


def _unit(value: Any) -> str:
    """Return a unit; "" for the null of one that nobody said."""
    if value is not None and not UNIT.fullmatch(value):
        raise ValueError("a unit")
    return value or ""


def _sample(balance: Mapping[str, Any], at: int) -> Sample:
    remaining, used, limit = (
        None if balance[key] is None else amount(balance[key], key) for key in ("remaining", "used", "limit")
    )
    if not isinstance(balance["unlimited"], bool):
        raise TypeError("unlimited")
    return Sample(at, remaining, used, limit, balance["unlimited"])


def _text(value: object) -> str:
    if not isinstance(value, str) or clean(value, 64) != value:
        raise TypeError("a name")
    return value


def _wrong(name: str, line: int, why: str) -> Misconfigured:
    return Misconfigured(
        f"{name}: line {line}: not a document of `balance check --json`: {why}",
        hint="nothing was imported; take it out and run again",
    )
