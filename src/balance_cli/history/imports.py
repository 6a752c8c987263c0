"""Import earlier logs: files of concatenated `balance check --json` documents."""

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
from balance_cli.times import parse_time

_MAX_LENGTH: Final = 8 << 20
"""Maximum length of one document, in characters."""


def read_samples(file: TextIO, name: str) -> Iterator[tuple[Series, Sample]]:
    """Yield the samples of documents, each on one line or pretty-printed; raise Misconfigured.

    A document ends at a line that is just "}", or at the end of its first line.
    """
    text, start = StringIO(), 0
    for number, line in enumerate(iter(lambda: file.readline(_MAX_LENGTH), ""), 1):
        start = start or (number if line.strip() else 0)
        if start:
            text.write(line)
        if (start == number and line.rstrip().endswith("}")) or line.rstrip("\r\n") == "}":
            yield from _parse_samples(_parse_document(text.getvalue(), name, start), name, start)
            text, start = StringIO(), 0
        elif text.tell() >= _MAX_LENGTH:
            break
    if start:
        raise _invalid(name, start, "it is incomplete or too long")


def _parse_document(text: str, name: str, line: int) -> Mapping[str, Any]:
    try:
        document = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant)
    except (ValueError, ArithmeticError, RecursionError):
        raise _invalid(name, line, "it is not JSON") from None
    if not isinstance(document, dict) or document.get("schema_version") != 1:
        raise _invalid(name, line, 'it has no "schema_version": 1')
    return document


def _refuse_constant(constant: str) -> Any:
    raise ValueError(constant)


def _parse_samples(document: Mapping[str, Any], name: str, line: int) -> Iterator[tuple[Series, Sample]]:
    try:
        at = _parse_time(document["checked_at"])
        for profile in document["profiles"]:
            for balance in profile["balances"]:
                yield _parse_series(profile, balance), _parse_sample(balance, at)
    except (LookupError, TypeError, ValueError, AttributeError, Failure) as error:
        raise _invalid(name, line, f"unexpected content ({clean(error, 80)})") from None


def _parse_time(value: object) -> int:
    moment = parse_time(value)
    if moment is None or not isinstance(value, str):
        raise TypeError("checked_at")
    return int(moment.timestamp())


def _parse_series(profile: Mapping[str, Any], balance: Mapping[str, Any]) -> Series:
    name = _parse_text(profile["profile"])
    if not NAME.fullmatch(name):
        raise ValueError("profile")
    return Series(name, _parse_text(profile["provider"]), _parse_text(balance["name"]), _parse_unit(balance["unit"]))


def _parse_unit(value: Any) -> str:
    """Return the unit, or "" for null."""
    if value is not None and not UNIT.fullmatch(value):
        raise ValueError("unit")
    return value or ""


def _parse_sample(balance: Mapping[str, Any], at: int) -> Sample:
    remaining, used, limit = (
        None if balance[key] is None else amount(balance[key], key) for key in ("remaining", "used", "limit")
    )
    if not isinstance(balance["unlimited"], bool):
        raise TypeError("unlimited")
    return Sample(at, remaining, used, limit, balance["unlimited"])


def _parse_text(value: object) -> str:
    if not isinstance(value, str) or clean(value, 64) != value:
        raise TypeError("name")
    return value


def _invalid(name: str, line: int, why: str) -> Misconfigured:
    return Misconfigured(
        f"{name}: line {line}: not a document of `balance check --json`: {why}",
        hint="nothing was imported from this file; remove the document and try again",
    )
