"""Samples of a balance as points in time, and the order they are in."""

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from operator import lt
from typing import Final

Point = tuple[int, Decimal | None, Decimal | None]
"""One reading of a balance: time in seconds since 1970, remaining, used; ``None`` is not known."""

_APART: Final = 7200
"""Seconds by which clocks may disagree: logs of the same hours by different clocks are never mixed more finely."""
_MAX_LOGS: Final = 8
"""With more logs than this, the order of recording says nothing, and samples are sorted by time."""


def sort_points(points: Sequence[Point]) -> Sequence[Point]:
    """Return points, given in the order of recording, in the order of time, one for each second.

    Where the clock goes back, another log begins: of another machine, or imported later. A point continues the log that
    it follows most closely. Where logs overlap, the one that was begun first counts, and the others fill its gaps:
    mixing the readings of two clocks would make up falls and rises.
    """
    times = [point[0] for point in points]
    if all(map(lt, times, times[1:])):
        return points
    logs = list[list[Point]]()
    for point in points:
        log = next((log for log in logs if log[-1][0] <= point[0]), None)  # each ends before those begun earlier
        if log is None and len(logs) == _MAX_LOGS:
            return list({point[0]: point for point in sorted(points, key=_get_time)}.values())
        if log is None:
            logs.append([point])
        elif log[-1][0] == point[0]:
            log[-1] = point
        else:
            log.append(point)
    kept = logs[0]
    for log in logs[1:]:
        kept = _fill_gaps(kept, log)
    return kept


def _get_time(point: Point) -> int:
    return point[0]


def _fill_gaps(kept: list[Point], log: Sequence[Point]) -> list[Point]:
    """Return the points that were kept, and those of another log that fall into their gaps or outside of them."""
    times = [point[0] for point in kept]
    places = [bisect_right(times, point[0]) for point in log]
    added = [
        point
        for point, place in zip(log, places, strict=True)
        if place == 0
        or (times[place - 1] < point[0] and (place == len(times) or times[place] - times[place - 1] > _APART))
    ]
    return sorted([*kept, *added], key=_get_time)
