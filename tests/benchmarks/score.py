"""Compare forecasts with what happened: errors, bias, ranges, and the verdicts of a gate."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf, isclose, isnan, nan
from statistics import median
from typing import Any, Final, NamedTuple

MISSING: Final = 3.0
"""The relative error of a forecast that is missing, or says "never"; no error counts more."""
MARGIN: Final = 1.1
"""A balance that lasts this many times as long as a gate asks for must not be low."""


class Forecast(NamedTuple):
    """A runway in days, infinity if it never runs out, nan if that is not known, and the verdict of each gate.

    ``low`` and ``high`` are its range, nan without one. ``differs`` is whether the program's gate uses another runway.
    """

    days: float
    gates: Mapping[float, str]
    low: float = nan
    high: float = nan
    differs: bool = False


class Moment(NamedTuple):
    """One evaluation: the true runway in days, and the forecast of each method."""

    world: str
    seed: int
    at: int
    truth: float
    forecasts: Mapping[str, Forecast]


class Warned(NamedTuple):
    """How many hours before the end of a runaway each method warned first, 0 if it never did."""

    world: str
    seed: int
    hours: Mapping[str, float]


def judge(days: float, gate: float) -> str:
    """Return the verdict that follows from a runway."""
    return "unknown" if isnan(days) else "low" if days < gate else "ok"


def find_error(forecast: Forecast, truth: float) -> float:
    """Return the relative error of a runway."""
    return MISSING if isnan(forecast.days) else min(abs(forecast.days - truth) / truth, MISSING)


def summarize(moments: Sequence[Moment], method: str) -> dict[str, float | None]:
    """Return every measure of a method; ``None`` where no moment tells."""
    pairs = [(moment.forecasts[method], moment.truth) for moment in moments]
    ranges = [(one.low, truth, one.high) for one, truth in pairs if not isnan(one.low)]
    ratio = _find_middle(one.days / truth for one, truth in pairs if not isnan(one.days))
    measures: dict[str, float | None] = {
        "moments": len(pairs),
        "error": _find_middle(find_error(one, truth) for one, truth in pairs),
        "bias": None if ratio is None else min(ratio, 1 + MISSING),
        "in_range": _find_share(low <= truth <= high for low, truth, high in ranges),
        "with_range": _find_share(not isnan(one.low) for one, _ in pairs),
        "differs": _find_share(one.differs for one, _ in pairs),
    }
    for gate in (1.0, 2.0):
        measures |= {f"{name}_{gate:g}": value for name, value in _measure_gate(pairs, gate).items()}
    return measures


def _measure_gate(pairs: Sequence[tuple[Forecast, float]], gate: float) -> dict[str, float | None]:
    """Return how a gate did; an unknown stops a job as well as a low does, so it counts as recalled."""
    short = [one.gates[gate] for one, truth in pairs if truth < gate]
    enough = [one.gates[gate] for one, truth in pairs if truth >= gate * MARGIN]
    return {
        "short": len(short),
        "enough": len(enough),
        "recall": _find_share(verdict != "ok" for verdict in short),
        "false_alarms": _find_share(verdict == "low" for verdict in enough),
        "unknown": _find_share(one.gates[gate] == "unknown" for one, _ in pairs),
    }


def group(moments: Iterable[Moment], key: Callable[[Moment], Any]) -> dict[Any, list[Moment]]:
    """Return the moments by a key."""
    found: dict[Any, list[Moment]] = {}
    for moment in moments:
        found.setdefault(key(moment), []).append(moment)
    return found


def is_same(one: float, other: float) -> bool:
    """Return whether two runways are about the same."""
    return (isnan(one) and isnan(other)) or isclose(one, other, rel_tol=0.05)


def to_float(number: Any, *, missing: float = nan) -> float:
    """Return a number of a document."""
    return missing if number is None else float(number)


def find_days(document: Mapping[str, Any]) -> float:
    """Return the runway of a document: without one, infinity if a burn rate is known, and nan if not."""
    known = document.get("burn_per_day") is not None
    return to_float(document.get("runway_days"), missing=inf if known else nan)


def _find_middle(numbers: Iterable[float]) -> float | None:
    found = list(numbers)
    return median(found) if found else None


def _find_share(answers: Iterable[bool]) -> float | None:
    found = list(answers)
    return sum(found) / len(found) if found else None
