"""Read single samples of a series from the history; damaged ones can be told from valid ones."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from balance_cli.foresight.holds import AROUND, HOLD
from balance_cli.foresight.points import Point
from balance_cli.history.model import Row

CONTEXT: Final = AROUND + HOLD
"""Seconds of samples before a time that say how to read those after it: whether holds are returned."""
_AMOUNT: Final = re.compile(r"-?[0-9]{1,80}(\.[0-9]{1,80})?", re.ASCII)
_AMOUNTS: Final = re.compile(rf"{_AMOUNT.pattern}(?:\n{_AMOUNT.pattern})*", re.ASCII)
_COLUMNS: Final = "SELECT rowid, at, remaining, used, unlimited FROM samples WHERE series = ?"
SELECT: Final = f"{_COLUMNS} AND at >= ? AND at < ?"
SELECT_BEFORE: Final = f"{_COLUMNS} AND at < ? ORDER BY at DESC, rowid DESC"
SELECT_AFTER: Final = f"{_COLUMNS} AND at >= ? ORDER BY at, rowid"


def select_rows(database: sqlite3.Connection, number: int, begin: int, end: int, *, first: int = 0) -> list[Row]:
    """Return the samples between two times, in the order of recording, and those before that say how to read them.

    Those are not older than ``first``. One is enough if nothing has to be explained: no top-up, no other clock.
    """
    rows = select_since(database, number, begin, end, first=first)
    plain = begin <= first or _is_plain(rows)
    return rows if plain else select_since(database, number, begin - CONTEXT, end, first=first)


def select_since(database: sqlite3.Connection, number: int, begin: int, end: int, *, first: int = 0) -> list[Row]:
    """Return the samples between two times, in the order of recording, and the one before."""
    since = max(begin, first)
    rows = database.execute(SELECT, (number, since, end)).fetchall()
    rows.sort()  # the index is in the order of the clock
    before = find_row(database, SELECT_BEFORE, number, since)
    return [before, *rows] if before and before[1] >= first else rows


def _is_plain(rows: Sequence[Row]) -> bool:
    """Return whether time goes on from sample to sample, and ``remaining`` never rises."""
    points = to_points(rows)
    return all(
        before < at and left is not None and left_before is not None and left <= left_before
        for (before, left_before, _), (at, left, _) in pairwise(points)
    )


def find_row(database: sqlite3.Connection, query: str, number: int, at: int) -> Row | None:
    """Return the first valid sample that a query finds."""
    return next((row for row in database.execute(query, (number, at)) if is_valid(row)), None)


def is_valid(row: Row) -> bool:
    """Return whether the amounts of a sample are undamaged."""
    return all(value is None or _is_amount(value) for value in row[2:4])


def _is_amount(value: object) -> bool:
    return isinstance(value, str) and _AMOUNT.fullmatch(value) is not None


def to_points(rows: Sequence[Row]) -> list[Point]:
    """Return the valid samples as points."""
    return [
        (at, Decimal(remaining) if remaining else None, Decimal(used) if used else None)
        for _, at, remaining, used, _ in (rows if are_valid(rows) else filter(is_valid, rows))
    ]


def are_valid(rows: Iterable[Row]) -> bool:
    """Return whether all amounts are undamaged, faster than one by one."""
    texts = [text for row in rows for text in row[2:4] if text is not None]
    try:
        joined = "\n".join(texts)
    except TypeError:
        return False
    return _AMOUNTS.fullmatch(joined) is not None and joined.count("\n") == len(texts) - 1 if texts else True
