"""Forecast how long a balance will last, from its steps."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import exp2
from typing import Final

from balance_cli.foresight.hours import HOURS, Calendar, Hours, learn_week, measure_lasting
from balance_cli.foresight.pace import DAY, HOUR, WINDOW, calculate_burn_rate
from balance_cli.foresight.steps import Step
from balance_cli.foresight.surge import Surging, find_surge
from balance_cli.verdict import Outlook, Surge

_LEAST_SHARE: Final = 0.1
"""A window of which usually less than this part of the mean is burned says too little about other times."""
_OPEN: Final = 20
"""A range has no end if the balance would last more than this many times as long as usual."""
_QUIET: Final = 0.05
"""Today says nothing if usually less than this part of a mean day would have been burned in these 24 hours."""


class Forecaster:
    """Makes the outlooks of a run: at one time, with burn rates over one window, in seconds."""

    def __init__(self, now: datetime, window: float = WINDOW) -> None:
        self._now, self._window, self._calendar = now, window, Calendar(now.timestamp())

    def foresee(self, steps: Sequence[Step], at: float, amount: Decimal | None) -> Outlook:
        """Return the outlook for a balance of which this much remained at a time; ``None`` is unknown or unlimited."""
        remaining = None if amount is None else float(amount)
        rate = calculate_burn_rate(steps, self._now.timestamp(), self._window)
        if remaining is not None and remaining <= 0:
            return Outlook(_round(rate), Decimal(0), self._now)
        if remaining is None or not rate:
            return Outlook(_round(rate))
        hours = Hours(steps, self._now.timestamp())
        usual, *others = [
            max(days - (hours.now - at) / DAY, 0.0) if (days := measure_lasting(remaining, at, rates)) else days
            for rates in self._imagine(hours, int(at) // HOUR, rate / 24)
        ]
        known = [days for days in (usual, *others) if days is not None and (not usual or days <= _OPEN * usual)]
        return Outlook(
            burn_per_day=_round(rate),
            runway_days=_round(usual),
            runs_out_at=None if usual is None else _add_days(self._now, usual),
            runway_days_low=_round(min(known)) if others and known else None,
            runway_days_high=_round(max(known)) if others and len(known) > len(others) else None,
            surge=_make_surge(find_surge(steps, hours, remaining), remaining),
        )

    def _imagine(self, hours: Hours, begin: int, rate: float) -> Iterator[list[float]]:
        """Yield the burn per hour of a week from the hour ``begin`` on, as it may be.

        First as in a usual week, if there is a week of history. Then as in each of the last weeks, and as usual but
        with the use of the last 24 hours.
        """
        week = learn_week(hours, self._calendar) or [1.0] * HOURS
        rate /= self._measure_share(hours, week)
        usual = [week[self._calendar.find(begin + hour)] * rate for hour in range(HOURS)]
        yield usual
        shift, last = (begin - hours.current) % HOURS, len(hours.burned) - 1
        for rates in hours.list_weeks(rate):
            yield rates[shift:] + rates[:shift]
        if hours.cover(24):
            today = range(last - 24, last + 1)
            expected = sum(week[self._calendar.find(hours.first + place)] * hours.known[place] for place in today)
            if expected > _QUIET * 24:
                factor = max(sum(hours.burned[last - 24 :]), 0.0) / (expected * rate)
                yield [factor * burn for burn in usual]

    def _measure_share(self, hours: Hours, week: Sequence[float]) -> float:
        """Return how much of the mean of a usual week is burned in the window, weighted as in a burn rate.

        On a Friday evening, the latest and therefore heaviest days are all busy ones.
        """
        last = len(hours.known) - 1
        burned = known = 0.0
        for place in range(max(0, last - int(self._window) // HOUR), last + 1):
            weight = hours.known[place] * exp2((place - last) * HOUR / self._window)
            burned += weight * week[self._calendar.find(hours.first + place)]
            known += weight
        return max(burned / known, _LEAST_SHARE) if known else 1.0


def _make_surge(found: Surging | None, remaining: float) -> Surge | None:
    if found is None:
        return None
    times = _round(found.rate / found.usual) if found.usual > 0 else None
    since = datetime.fromtimestamp(found.since, UTC)
    return Surge(since, times, Decimal(f"{found.rate * 24:.6g}"), Decimal(f"{remaining / found.rate / 24:.6g}"))


def _round(number: float | None) -> Decimal | None:
    """Round an estimate to six significant digits."""
    return None if number is None else Decimal(f"{number:.6g}")


def _add_days(moment: datetime, days: float) -> datetime | None:
    try:
        return moment + timedelta(days=days)
    except OverflowError:
        return None
