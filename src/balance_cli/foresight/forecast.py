"""Forecast how long a balance will last, from its steps."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import exp2
from typing import Final

from balance_cli.foresight.hours import WEEK, Calendar, Hours, Week, learn_week, measure_lasting
from balance_cli.foresight.pace import WINDOW, calculate_burn_rate
from balance_cli.foresight.steps import AnyStep
from balance_cli.foresight.surge import Surging, find_surge
from balance_cli.times import DAY, HOUR
from balance_cli.verdict import Outlook, Surge

_LEAST_SHARE: Final = 0.1
"""A window of which usually less than this part of the mean is burned says too little about other times."""
_OPEN: Final = 20
"""A range has no end if the balance would last more than this many times as long as usual."""
_QUIET: Final = 0.05
"""Today says nothing if usually less than this part of a mean day would have been burned in these 24 hours."""


class Forecaster:
    """Forecasts balances at one time; ``window`` is how far back to measure burn rates, in seconds."""

    def __init__(self, now: datetime, window: float = WINDOW) -> None:
        self._now, self._window, self._calendar = now, window, Calendar(now.timestamp())

    def foresee(self, steps: Sequence[AnyStep], at: float, amount: Decimal | None) -> Outlook:
        """Return the outlook for a balance of which this much remained at a time; ``None`` is unknown or unlimited."""
        remaining = None if amount is None else float(amount)
        rate = calculate_burn_rate(steps, self._now.timestamp(), self._window)
        if remaining is not None and remaining <= 0:
            return Outlook(_round(rate), Decimal(0), self._now)
        if remaining is None or rate is None:
            return Outlook(_round(rate))
        hours = Hours(steps, self._now.timestamp())
        week = self._find_week(hours, rate / 24)
        usual, *others = [
            max(days - (hours.now - at) / DAY, 0.0) if (days := measure_lasting(remaining, at, rates)) else days
            for rates in self._imagine(hours, week, int(at) // HOUR)
        ]
        if usual is None:
            return Outlook(_round(rate))
        known = [usual, *(days for days in others if days is not None and days <= _OPEN * usual)]
        return Outlook(
            burn_per_day=_round(rate),
            runway_days=_round(usual),
            runs_out_at=_add_days(self._now, usual),
            runway_days_low=_round(min(known)) if others else None,
            runway_days_high=_round(max(known)) if others and len(known) > len(others) else None,
            surge=_make_surge(find_surge(steps, hours, remaining), remaining),
        )

    def find_shape(self, steps: Sequence[AnyStep], at: float) -> Sequence[float]:
        """Return how much of the mean rate is burned in each hour of a usual week, from the hour of a time on."""
        shares = self._find_week(Hours(steps, self._now.timestamp()), 1.0).shares
        return [shares[hour] for hour in self._calendar.find(int(at) // HOUR, WEEK)]

    def _find_week(self, hours: Hours, rate: float) -> Week:
        """Return the usual week with the level of this burn rate per hour; without a week of history, an even one."""
        week = learn_week(hours, self._calendar)
        if week is None:
            return Week(rate, [1.0] * WEEK)
        share = self._measure_share(hours, week.shares)
        return week._replace(mean=rate / share) if share >= _LEAST_SHARE else week

    def _imagine(self, hours: Hours, week: Week, begin: int) -> Iterator[list[float]]:
        """Yield the burn per hour of a week from the hour ``begin`` on, as it may be.

        First as in a usual week, then as in each of the last weeks, and as usual but with the use of the last 24 hours.
        """
        usual = [week.mean * week.shares[hour] for hour in self._calendar.find(begin, WEEK)]
        yield usual
        shift = (begin - hours.current) % WEEK
        for rates in hours.list_weeks(week.mean):
            yield rates[shift:] + rates[:shift]
        if hours.cover(24):
            places = self._calendar.find(hours.current - 24, 25)
            shares = sum(week.shares[hour] * known for hour, known in zip(places, hours.known[-25:], strict=True))
            if shares > _QUIET * 24 and week.mean > 0:
                factor = sum(hours.burned[-25:]) / (week.mean * shares)
                yield [factor * burn for burn in usual]

    def _measure_share(self, hours: Hours, week: Sequence[float]) -> float:
        """Return how much of the mean of a usual week is burned in the window, weighted as in a burn rate.

        On a Friday evening, the latest and therefore heaviest days are all busy ones.
        """
        count = min(int(self._window) // HOUR + 1, len(hours.known))
        places = self._calendar.find(hours.current - count + 1, count)
        burned = known = 0.0
        for age, hour, part in zip(range(count - 1, -1, -1), places, hours.known[-count:], strict=True):
            if part:
                weight = part * exp2(-age * HOUR / self._window)
                burned += weight * week[hour]
                known += weight
        return burned / known if known else 1.0


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
