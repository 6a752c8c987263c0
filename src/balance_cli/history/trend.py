"""What became of each balance over a time: the values that `balance history` shows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from balance_cli.history.outlook import outlook
from balance_cli.history.pace import Sample, Step, steps, totals
from balance_cli.history.store import Series
from balance_cli.verdict import Outlook


class Trend(NamedTuple):
    """One balance: its samples in the time asked for, what was burned and topped up, and for how long it lasts."""

    series: Series
    samples: Sequence[Sample]
    steps: Sequence[Step]
    burned: Decimal
    topped_up: Decimal
    outlook: Outlook

    @property
    def first(self) -> Sample:
        """The oldest sample."""
        return min(self.samples, key=lambda sample: sample.at)

    @property
    def last(self) -> Sample:
        """The newest sample."""
        return max(reversed(self.samples), key=lambda sample: sample.at)


class Trends(NamedTuple):
    """Every balance of which something was recorded between two moments; ``window`` is in seconds."""

    since: datetime
    until: datetime
    window: float
    trends: Sequence[Trend]


def trends(past: Mapping[Series, Sequence[Sample]], since: datetime, until: datetime, window: float) -> Trends:
    """Return the trends of what was recorded, which may go back further than ``since`` where ``window`` does."""
    found = (_trend(series, samples, since, until, window) for series, samples in past.items())
    return Trends(since, until, window, list(_seen(found)))


def _seen(found: Iterable[Trend | None]) -> Iterable[Trend]:
    return (trend for trend in found if trend)


def _trend(series: Series, recorded: Sequence[Sample], since: datetime, until: datetime, window: float) -> Trend | None:
    begin = since.timestamp()
    samples = recorded if all(one.at >= begin for one in recorded) else [one for one in recorded if one.at >= begin]
    if not samples:
        return None
    found = steps(samples)
    burned, topped_up = totals(found)
    return Trend(series, samples, found, burned, topped_up, outlook(recorded, until, window))
