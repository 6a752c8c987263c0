"""When to look again, and when to stop a job. Pure: readings and times go in, no clock, no processes, no printing."""

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from balance_cli.amount import format_amount
from balance_cli.check.judge import find_targets
from balance_cli.errors import Misconfigured, Unexpected
from balance_cli.job.spending import Course, SpendLimit
from balance_cli.minimum import Minimum
from balance_cli.render._said import explain
from balance_cli.text import join_names
from balance_cli.times import Clock, format_span
from balance_cli.verdict import JudgedBalance, Report, Status, Verdict

_SOONEST: Final = 10.0
"""Minimum seconds between two looks, unless ``--every`` asks for less."""

Key = tuple[str, str, str, int]
"""A profile, the name and unit of one of its balances, and its place among those that share both."""


class Limits(NamedTuple):
    """What a job may spend, the longest time between two looks, and the longest time without a reading, in seconds."""

    spend: Sequence[Minimum]
    every: float
    blind: float


class Brake:
    """Every balance of the profiles since the start of a job, and what follows from it.

    Times are in seconds, of one clock that never goes back. ``look_at`` is when to look again.
    """

    def __init__(self, report: Report, at: float, limits: Limits) -> None:
        self.courses = {key: Course(at, row) for verdict in report.verdicts for key, row in _index(verdict)}
        self._clock = Clock(report.checked_at)
        self._limits, self._soonest = limits, min(_SOONEST, limits.every)
        self._verdicts = {verdict.profile: verdict for verdict in report.verdicts}
        self._failing: dict[str, float] = {}
        self._waits: dict[str, float] = {}
        self._spend = [made for limit in limits.spend for made in self._make_limits(limit, report)]
        self.look_at = at + self._soonest  # the first look shows the pace

    def _make_limits(self, limit: Minimum, report: Report) -> list[SpendLimit]:
        """Return a limit for every unit that it applies to; raise Misconfigured or Unexpected if there is none."""
        units: dict[str, list[list[Course]]] = {}
        for verdict in report.verdicts:
            keys = [key for key, _ in _index(verdict)]
            if places := find_targets(limit, [row.balance for row in verdict.balances]):
                group = [self.courses[keys[place]] for place in places]
                units.setdefault(group[0].last.balance.unit, []).append(group)
        if not units:
            known = dict.fromkeys(row.balance.unit for verdict in report.verdicts for row in verdict.balances)
            message = f"--spend {limit} cannot be compared: the balances are in {join_names(known)}"
            raise Misconfigured(message, hint="use one of these units")
        if any(all(course.spent is None for course in group) for groups in units.values() for group in groups):
            raise Unexpected("the provider reports no amount that would show what is spent", hint="leave out --spend")
        return [SpendLimit(limit.amount, unit, groups) for unit, groups in units.items()]

    def choose_profiles(self, now: float) -> set[str]:
        """Return the profiles to look at: all but those whose provider asked to wait."""
        return {name for name in self._verdicts if self._waits.get(name, 0.0) <= now}

    def add(self, report: Report | None, at: float, now: float) -> None:
        """Add the result of a look that began at a time, ``None`` if it failed altogether."""
        self._clock = Clock(report.checked_at) if report else self._clock
        for verdict in report.verdicts if report else self._verdicts.values():
            self._add_verdict(verdict, at, failed=report is None)
        wait = min(max(min(self._list_times(now)) / 2, self._soonest), self._limits.every)
        asked = min((self._waits.get(name, 0.0) for name in self._verdicts), default=0.0)
        self.look_at = max(now + wait, asked)

    def _add_verdict(self, verdict: Verdict, at: float, *, failed: bool) -> None:
        name = verdict.profile
        if failed or verdict.status in {Status.UNKNOWN, Status.MISCONFIGURED}:
            self._failing.setdefault(name, at)
        else:
            self._failing.pop(name, None)
        rows = {} if failed else dict(_index(verdict))
        for key, row in rows.items():
            self.courses.setdefault(key, Course(at, row))
        for key, course in self.courses.items():
            if key[0] == name:
                course.add(at, rows.get(key))
        if not failed:
            self._verdicts[name] = verdict
            self._waits[name] = at + ((verdict.error and verdict.error.wait) or 0)

    def _list_times(self, now: float) -> Iterator[float]:
        """Yield the seconds until each minimum and limit at the fastest pace."""
        yield math.inf
        for (name, *_), course in self.courses.items():
            if name in self._failing or not course.missed:  # else the provider has stopped reporting it
                yield course.lasts(now)
        for limit in self._spend:
            yield limit.lasts(now)

    def find_alarm(self, now: float) -> float:
        """Return when ``explain_brake`` may find a reason although no look has succeeded."""
        times = [since + self._limits.blind for since in self._failing.values()]
        times += [now + course.lasts(now) for (name, *_), course in self.courses.items() if name in self._failing]
        times += [now + limit.lasts(now) for limit in self._spend if limit.missed]
        return min(times, default=math.inf)

    def explain_brake(self, now: float) -> str:
        """Return why the job must be stopped now, "" if it may go on."""
        return next(self._find_reasons(now), "")

    def _find_reasons(self, now: float) -> Iterator[str]:
        for verdict in self._verdicts.values():
            if verdict.status is Status.LOW:
                yield f"{verdict.profile}: {explain(verdict, self._clock)}"
        for limit in self._spend:
            amount = format_amount(limit.amount, limit.unit)
            if limit.spent >= limit.amount:
                yield f"{format_amount(limit.spent, limit.unit)} {limit.unit} was spent of the {amount} allowed"
            if limit.missed and limit.lasts(now) <= 0:
                yield f"at the fastest pace seen, the {amount} {limit.unit} allowed are spent by now"
        for name, since in self._failing.items():
            away = f"{name} could not be read for {format_span(now - since)}"
            if now >= since + self._limits.blind:
                yield away
            for (profile, what, *_), course in self.courses.items():
                if profile == name and course.lasts(now) <= 0:
                    yield f"{away}, and at the fastest pace seen, {what} is below its minimum by now"


def _index(verdict: Verdict) -> Iterator[tuple[Key, JudgedBalance]]:
    """Yield the balances of a verdict with their keys."""
    seen: dict[tuple[str, str], int] = {}
    for row in verdict.balances:
        pair = (row.balance.name, row.balance.unit)
        seen[pair] = seen.get(pair, -1) + 1
        yield (verdict.profile, *pair, seen[pair]), row
