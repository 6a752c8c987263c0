"""The values of an answer, which cannot be mistaken for each other: JSON as a vendor sent it, read strictly.

Only true, false and null have a truth value, and only lists can be iterated: whoever wants a flag and gets a
text, or wants a list and gets an object, gets ``Unexpected``. Python's own types would take ``"false"`` for true, and
``{}`` or ``""`` for an empty list.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Never

from balance_cli.errors import Unexpected


class Object(dict[str, Any]):
    """An object of an answer."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Never]:
        raise Unexpected("the answer has an object where a list was expected")

    def __bool__(self) -> Never:
        raise Unexpected("the answer has an object where true or false was expected")


class List(list[Any]):
    """A list of an answer."""

    __slots__ = ()

    def __bool__(self) -> Never:
        raise Unexpected("the answer has a list where true or false was expected")


class Text(str):
    """A text of an answer."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Never]:
        raise Unexpected("the answer has a text where a list was expected")

    def __bool__(self) -> Never:
        raise Unexpected("the answer has a text where true or false was expected")


class Number(Decimal):
    """A number of an answer, exactly."""

    __slots__ = ()

    def __bool__(self) -> Never:
        raise Unexpected("the answer has a number where true or false was expected")


def strict(value: Any) -> Any:
    """Return a value of an answer as a strict one; what is in an object is strict already."""
    if isinstance(value, str):
        return Text(value)
    return List(map(strict, value)) if isinstance(value, list) else value


def loose(value: Any) -> Any:
    """Return a value of an answer as Python's own, for a library that knows no others."""
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
