"""Read earlier logs: files of concatenated `balance check --json` documents."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from io import StringIO
from math import inf
from typing import Any, Final, TextIO

from balance_cli.amount import UNIT, amount, flag, format_exact
from balance_cli.config.fields import NAME
from balance_cli.errors import Failure, Misconfigured
from balance_cli.history.model import Series
from balance_cli.text import clean
from balance_cli.times import parse_time

Columns = tuple[int, int, str | None, str | None, str | None, int]
"""A sample of a log: number of its series, time, remaining, used, limit, and whether it is unlimited."""

_MAX_LENGTH: Final = 8 << 20
"""Maximum length of one document, in characters."""
_SPACE: Final = " \t\r\n"
"""Space between tokens in JSON."""
_SHORT: Final = 40
"""A number of at most this many characters without an exponent is within the limits of ``amount``."""


class Log:
    """A file of documents, each on one line or pretty-printed.

    ``series`` are those of the samples read so far; the first has number 1. ``earliest`` and ``latest`` are the times
    of the documents read so far. ``may_repeat`` is whether a sample may be there twice: a document is not later than
    those before it, or has a series twice.
    """

    def __init__(self, file: TextIO, name: str) -> None:
        self._file, self._name = file, name
        self._numbers: dict[tuple[object, ...], int] = {}
        self.series: list[Series] = []
        self.earliest, self.latest = inf, -inf
        self.may_repeat = False

    def read_samples(self) -> Iterator[list[Columns]]:
        """Yield the samples of each document; raise Misconfigured."""
        for line, text in _split_documents(self._file, self._name):
            document = _parse_document(text, self._name, line)
            try:
                at = _parse_time(document["checked_at"])
                samples = self._parse_samples(document["profiles"], at)
            except (LookupError, TypeError, ValueError, AttributeError, Failure) as error:
                raise _invalid(self._name, line, f"unexpected content ({clean(error, 80)})") from None
            self.may_repeat |= at <= self.latest or len({sample[0] for sample in samples}) < len(samples)
            self.earliest, self.latest = min(self.earliest, at), max(self.latest, at)
            yield samples

    def _parse_samples(self, profiles: Any, at: int) -> list[Columns]:
        numbers = self._numbers
        return [
            (
                numbers.get(words := (profile["profile"], profile["provider"], balance["name"], balance["unit"]))
                or self._add_series(*words),
                at,
                _format_amount(balance["remaining"], "remaining"),
                _format_amount(balance["used"], "used"),
                _format_amount(balance["limit"], "limit"),
                int(flag(balance["unlimited"], "unlimited")),
            )
            for profile in profiles
            for balance in profile["balances"]
        ]

    def _add_series(self, profile: Any, provider: Any, name: Any, unit: Any) -> int:
        """Check a series that is new in this log, and return its number."""
        series = Series(_parse_text(profile), _parse_text(provider), _parse_text(name), _parse_unit(unit))
        if not NAME.fullmatch(series.profile):
            raise ValueError("profile")
        self.series.append(series)
        self._numbers[profile, provider, name, unit] = len(self.series)
        return len(self.series)


def _split_documents(file: TextIO, name: str) -> Iterator[tuple[int, str]]:
    """Yield the number of the first line and the text of each document.

    A document ends at a line that is just "}", or at the end of its first line.
    """
    text, start = StringIO(), 0
    for number, line in enumerate(iter(partial(file.readline, _MAX_LENGTH), ""), 1):
        if not start:
            if line.isspace():
                continue
            if line.rstrip().endswith("}"):
                yield number, line
                continue
            start = number
        text.write(line)
        if line.rstrip("\r\n") == "}":
            yield start, text.getvalue()
            text, start = StringIO(), 0
        elif text.tell() >= _MAX_LENGTH:
            break
    if start:
        raise _invalid(name, start, "it is incomplete or too long")


def _parse_document(text: str, name: str, line: int) -> Mapping[str, Any]:
    try:
        document = _decode(text.strip(_SPACE))
    except (ValueError, ArithmeticError, RecursionError):
        raise _invalid(name, line, "it is not JSON") from None
    if not isinstance(document, dict) or document.get("schema_version") != 1:
        raise _invalid(name, line, 'it has no "schema_version": 1')
    return document


def _decode(text: str) -> Any:
    """Return the only value of a text without space around it; raise ValueError."""
    value, end = _DECODER.raw_decode(text)
    if end < len(text):
        raise ValueError(end)
    return value


def _refuse_constant(constant: str) -> Any:
    raise ValueError(constant)


_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)


def _parse_time(value: object) -> int:
    moment = parse_time(value)
    if moment is None or not isinstance(value, str):
        raise TypeError("checked_at")
    return int(moment.timestamp())


def _parse_unit(value: Any) -> str:
    """Return the unit, or "" for null."""
    if value is not None and not UNIT.fullmatch(value):
        raise ValueError("unit")
    return value or ""


def _parse_text(value: object) -> str:
    if not isinstance(value, str) or clean(value, 64) != value:
        raise TypeError("name")
    return value


def _format_amount(value: object, what: str) -> str | None:
    """Return an amount with all its digits, or ``None`` for null; raise Unexpected."""
    if value is None:
        return None
    if type(value) is int or type(value) is Decimal:  # a bool is neither
        text = str(value)
        if len(text) <= _SHORT and "E" not in text:
            text = text.rstrip("0").rstrip(".") if "." in text else text
            return "0" if text == "-0" else text
    return format_exact(amount(value, what))


def _invalid(name: str, line: int, why: str) -> Misconfigured:
    return Misconfigured(
        f"{name}: line {line}: not a document of `balance check --json`: {why}",
        hint="nothing was imported from this file; remove the document and try again",
    )
