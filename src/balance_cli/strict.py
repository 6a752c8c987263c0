"""Strict JSON values: a value of one type cannot be mistaken for a value of another.

Only true, false and null have a truth value, and only lists can be iterated. An adapter that expects a flag and gets a
string, or expects a list and gets an object, raises ``Unexpected``. With Python's own types ``"false"`` would be true,
and ``{}`` or ``""`` an empty list.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Never

from balance_cli.errors import Unexpected


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
