"""A line for Nagios, Icinga and their kin, after the Monitoring Plugins' guidelines, with its own exit codes.

0 is OK, 1 WARNING (below ``--warn``), 2 CRITICAL (below a minimum), 3 UNKNOWN (not established, or misconfigured).
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from balance_cli.amount import plain
from balance_cli.exits import NAGIOS_UNKNOWN
from balance_cli.render import Format, View
from balance_cli.render._said import remaining, why
from balance_cli.verdict import Judged, Report, Status, Verdict


class State(IntEnum):
    """What Nagios knows, and the exit code that says it."""

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


def render(report: Report, _: View) -> str:
    """Return the line, with what is wrong first, and performance data for every amount that is known."""
    state = code(report)
    said = [_brief(verdict) for verdict in report.verdicts if _state(verdict) is not State.OK]
    fine = sum(_state(verdict) is State.OK for verdict in report.verdicts)
    if report.error:
        said.append(report.error.said())
    elif len(report.verdicts) == fine == 1:
        said.append(_brief(report.verdicts[0]))
    elif fine:
        said.append(f"{fine} ok")
    perfdata = " ".join(item for verdict in report.verdicts for item in _perfdata(verdict))
    text = f"BALANCE {state.name} - {'; '.join(said)}".replace("|", "/")
    return f"{text}{f' | {perfdata}' if perfdata else ''}\n"


def code(report: Report) -> State:
    """Return what the process ends with, in the place of the usual exit codes."""
    states = {_state(verdict) for verdict in report.verdicts} or {State.UNKNOWN}
    return next(state for state in _ORDER if state in states)


def _state(verdict: Verdict) -> State:
    near = verdict.status is Status.OK and any(row.near for row in verdict.balances)
    return State.WARNING if near else STATES[verdict.status]


def _brief(verdict: Verdict) -> str:
    about = why(verdict)
    if not about:
        row = next((row for row in verdict.balances if row.near), verdict.balances[0])
        unit = "" if row.balance.unlimited else f" {row.balance.unit}"
        about = f"{row.balance.name} {remaining(row)}{unit}".rstrip()
        about += f", below {plain(row.warning)}" if row.near and row.warning is not None else ""
    return f"{verdict.profile}: {about}"


def _perfdata(verdict: Verdict) -> Iterator[str]:
    seen: dict[str, int] = {}
    for row in verdict.balances:
        balance = row.balance
        whose = " ".join(filter(None, (verdict.profile, balance.name, balance.unit)))
        name = whose.replace("'", "").replace("=", "-").replace("|", "/")
        seen[name] = count = seen.get(name, 0) + 1
        label = name if count == 1 else f"{name} {count}"
        if balance.remaining is not None:
            most = "" if balance.limit is None else plain(balance.limit)
            yield f"'{label}'={plain(balance.remaining)};{_range(row, warn=True)};{_range(row, warn=False)};;{most}"


def _range(row: Judged, *, warn: bool) -> str:
    """Return the range outside of which there is an alert: everything from the amount on is fine."""
    least = row.warning if warn else row.minimum
    return "" if least is None else f"{plain(least)}:"


FORMAT: Final = Format(render, exit_code=code, unwritten=State.UNKNOWN)
