"""One line for Nagios, Icinga and compatible tools (Monitoring Plugins guidelines), with their exit codes.

0 is OK, 1 WARNING (below ``--warn``), 2 CRITICAL (below a minimum), 3 UNKNOWN (not known, or misconfigured).
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import IntEnum
from typing import Final

from balance_cli.amount import format_exact
from balance_cli.exits import NAGIOS_UNKNOWN
from balance_cli.render import Format, View
from balance_cli.render._said import advise, format_age, remaining
from balance_cli.times import Clock
from balance_cli.verdict import Report, Status, Verdict


class State(IntEnum):
    """A Nagios state, whose value is its exit code."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = NAGIOS_UNKNOWN


STATES: Final = {
    Status.OK: State.OK,
    Status.LOW: State.CRITICAL,
    Status.MISCONFIGURED: State.UNKNOWN,
    Status.UNKNOWN: State.UNKNOWN,
}
_ORDER: Final = (State.CRITICAL, State.UNKNOWN, State.WARNING, State.OK)


def render(report: Report, view: View) -> str:
    """Render the line: problems first, then performance data for every known amount."""
    state, clock = find_exit_code(report), view.read_clock(report)
    parts = [_summarize(verdict, clock) for verdict in report.verdicts if _get_state(verdict) is not State.OK]
    ok = sum(_get_state(verdict) is State.OK for verdict in report.verdicts)
    if report.error:
        parts.append(report.error.describe())
    elif len(report.verdicts) == ok == 1:
        parts.append(_summarize(report.verdicts[0], clock))
    elif ok:
        parts.append(f"{ok} ok")
    parts.extend(f"{v.profile} was read {age}" for v in report.verdicts if (age := format_age(v, report)))
    perfdata = " ".join(item for verdict in report.verdicts for item in _format_perfdata(verdict))
    text = f"BALANCE {state.name} - {'; '.join(parts)}".replace("|", "/")
    return f"{text}{f' | {perfdata}' if perfdata else ''}\n"


def find_exit_code(report: Report) -> State:
    """Return the exit code, which replaces the usual ones."""
    states = {_get_state(verdict) for verdict in report.verdicts} or {State.UNKNOWN}
    return next(state for state in _ORDER if state in states)


def _get_state(verdict: Verdict) -> State:
    near = verdict.status is Status.OK and any(row.near for row in verdict.balances)
    return State.WARNING if near else STATES[verdict.status]


def _summarize(verdict: Verdict, clock: Clock) -> str:
    text = advise(verdict, clock)
    if not text:
        row = next((row for row in verdict.balances if row.near), verdict.balances[0])
        unit = "" if row.balance.unlimited else f" {row.balance.unit}"
        text = f"{row.balance.name} {remaining(row)}{unit}".rstrip()
        text += f", below {format_exact(row.warning)}" if row.near and row.warning is not None else ""
    return f"{verdict.profile}: {text}"


def _format_perfdata(verdict: Verdict) -> Iterator[str]:
    seen: dict[str, int] = {}
    for row in verdict.balances:
        balance = row.balance
        words = " ".join(filter(None, (verdict.profile, balance.name, balance.unit)))
        name = words.replace("'", "").replace("=", "-").replace("|", "/")
        seen[name] = count = seen.get(name, 0) + 1
        label = name if count == 1 else f"{name} {count}"
        if balance.remaining is not None:
            limit = "" if balance.limit is None else format_exact(balance.limit)
            ranges = f"{_format_range(row.warning)};{_format_range(row.minimum)}"
            yield f"'{label}'={format_exact(balance.remaining)};{ranges};;{limit}"


def _format_range(minimum: Decimal | None) -> str:
    """Return the range of amounts without an alert: the minimum and everything above it."""
    return "" if minimum is None else f"{format_exact(minimum)}:"


FORMAT: Final = Format(render, exit_code=find_exit_code, unwritten=State.UNKNOWN)
