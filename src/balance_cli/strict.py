"""Strict JSON values: a value of one type cannot be mistaken for a value of another.

Only true, false and null have a truth value, and only lists can be iterated. An adapter that expects a flag and gets a
string, or expects a list and gets an object, raises ``Unexpected``. With Python's own types ``"false"`` would be true,
and ``{}`` or ``""`` an empty list.
"""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Never

from balance_cli.errors import Unexpected
from balance_cli.text import clean

_LONGEST_NUMBER: Final = 40


class Object(dict[str, Any]):
    """A JSON object of a response."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Never]:
        raise Unexpected("the response has an object where a list was expected")

    def __bool__(self) -> Never:
        raise Unexpected("the response has an object where true or false was expected")


class List(list[Any]):
    """A JSON list of a response."""

    __slots__ = ()

    def __bool__(self) -> Never:
        raise Unexpected("the response has a list where true or false was expected")


class Text(str):
    """A JSON string of a response."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Never]:
        raise Unexpected("the response has a string where a list was expected")

    def __bool__(self) -> Never:
        raise Unexpected("the response has a string where true or false was expected")


class Number(Decimal):
    """A JSON number of a response, exact."""

    __slots__ = ()

    def __bool__(self) -> Never:
        raise Unexpected("the response has a number where true or false was expected")


def strict(value: Any) -> Any:
    """Convert a JSON value to strict types; the values inside an object must be strict already."""
    if isinstance(value, str):
        return Text(value)
    return List(map(strict, value)) if isinstance(value, list) else value


def loose(value: Any) -> Any:
    """Convert strict values back to Python's own types, for libraries that accept no others."""
    match value:
        case Object():
            return {str(name): loose(item) for name, item in value.items()}
        case List():
            return list(map(loose, value))
        case Text():
            return str(value)
        case Number():
            return Decimal(value)
        case _:
            return value


def parse_json(body: bytes, content_type: str) -> Any:
    """Parse a JSON body, keeping every number exact; raise Unexpected if it is not JSON."""
    if not body.strip():
        raise Unexpected("the response is empty")
    try:
        found = json.loads(
            body.decode("utf-8-sig"),
            parse_float=_parse_number,
            parse_int=_parse_number,
            parse_constant=_reject_constant,
            object_pairs_hook=_parse_object,
        )
        return strict(found)
    except UnicodeDecodeError:
        raise Unexpected("the response is not UTF-8") from None
    except json.JSONDecodeError:
        kind = clean(content_type, 60)
        raise Unexpected(f"the response is not JSON {f'but {kind}' if kind else 'and has no content type'}") from None
    except RecursionError:
        raise Unexpected("the response is nested too deeply") from None


def _parse_number(lexeme: str) -> Decimal | str:
    """Return a number exactly; one too long for any amount stays text, which ``amount`` refuses."""
    try:
        return Number(lexeme) if len(lexeme) <= _LONGEST_NUMBER else lexeme
    except InvalidOperation:  # an exponent out of range
        return lexeme


def _reject_constant(name: str) -> Any:
    raise Unexpected(f"the response contains {name}, which is not a number")


def _parse_object(pairs: list[tuple[str, Any]]) -> Object:
    found = Object((name, strict(value)) for name, value in pairs)
    if len(found) < len(pairs):
        raise Unexpected("the response has a duplicate field")
    return found
