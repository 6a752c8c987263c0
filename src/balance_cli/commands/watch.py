"""`balance check --watch`: repeat a check and show changes; poll a failing provider less often."""

import gc
import math
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from balance_cli.amount import EXACT, format_exact
from balance_cli.commands.changes import Changes
from balance_cli.commands.check import convert_write_error, load_profiles, run_check, talk_verdicts
from balance_cli.commands.options import CheckOptions
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.render import View, load
from balance_cli.terminal.view import is_dumb, view
from balance_cli.terminal.write import write_output
from balance_cli.verdict import Report, Status, Verdict

if TYPE_CHECKING:
    from rich.live import Live

LEAST: Final = 10
"""Minimum seconds between two checks."""
UNTIL: Final = (Status.OK, Status.LOW)
"""The verdicts that --until waits for."""
_MAX_INTERVALS: Final = 16
"""Maximum number of intervals between two polls of a failing profile."""

_Amounts: TypeAlias = Mapping[tuple[str, str, str], str]

_AFTER_RESET: Final = 3.0
"""Seconds from a reset to the check after it: no two clocks agree."""
_SHORTEST: Final = 1.0
"""Seconds that must remain of --for to start another check."""


class Plan(NamedTuple):
    """When to check and when to end; times are in seconds, ``until`` is one of ``UNTIL``."""

    seconds: float
    until: str | None = None
    length: float | None = None


def watch(environment: Environment, asked: CheckOptions, plan: Plan) -> int:
    """Check again and again; return an exit code at the end of the plan, for a wrong config or failed output."""
    try:
        config, profiles = load_profiles(environment, asked)
    except Misconfigured as error:
        report = Report(checked_at=environment.now(), error=error)
        environment.talk(f"balance: {error.describe()}")
        return _write(environment, asked, report, {}) or report.status.exit
    looks, changes = Looks(profiles, plan.seconds), Changes(environment, asked, config, profiles)
    end = time.monotonic() + (math.inf if plan.length is None else plan.length)
    with _open_display(environment, asked) as display:
        while True:
            start = time.monotonic()
            deadline = Deadline(min(asked.timeout or config.timeout, end - start))
            latest = run_check(environment, asked, config, looks.due(start), deadline)
            amounts, report = looks.take(latest, start), looks.report(latest)
            changed = changes.note(latest)
            over = report.status == plan.until
            following = min(start + plan.seconds, looks.next_reset, end)
            with _collect_garbage():
                if failed := display.show(report, amounts, changed, None if over else following):
                    return failed
                changes.act(report, changed, silent=display.live)
                if not over:
                    display.wait(following)
            if over or end - time.monotonic() < _SHORTEST:
                return load(asked.form).exit_code(report)


@contextmanager
def _collect_garbage() -> Iterator[None]:
    """Collect garbage in this block, because this process may run for days; it is off during a check, to save time."""
    gc.collect()
    gc.enable()
    try:
        yield
    finally:
        gc.disable()


class Looks:
    """The last verdict of each profile, and when to poll it next."""

    def __init__(self, profiles: Sequence[Profile], seconds: float) -> None:
        self._profiles, self._seconds = profiles, seconds
        self._last: dict[str, Verdict] = {}
        self._next = {profile.name: 0.0 for profile in profiles}
        self._patience = {profile.name: 1 for profile in profiles}
        self._resets: dict[str, float] = {}
        # due() is early by half an interval, which these providers must not be asked
        self._least = {p.name: p.provider.min_interval and p.provider.min_interval + seconds / 2 for p in profiles}

    def due(self, now: float) -> list[Profile]:
        """Return the profiles to poll now, including those due within half an interval."""
        return [profile for profile in self._profiles if self._next[profile.name] <= now + self._seconds / 2]

    def take(self, report: Report, now: float) -> dict[tuple[str, str, str], str]:
        """Store the verdicts of a check; return how much each amount changed since it was last read."""
        changes: dict[tuple[str, str, str], str] = {}
        for verdict in report.verdicts:
            before = self._last.get(verdict.profile)
            changes |= _compare(before, verdict) if before else {}
            trouble = verdict.status is Status.UNKNOWN and verdict.error is not None
            patience = min(2 * self._patience[verdict.profile], _MAX_INTERVALS) if trouble else 1
            asked = (verdict.error.wait or 0) if verdict.error else 0
            reset = _find_reset(verdict, report.checked_at)
            wait = max(min(self._seconds * patience, reset), self._least[verdict.profile], asked)
            self._resets[verdict.profile] = now + wait if reset < math.inf else math.inf
            self._patience[verdict.profile], self._next[verdict.profile] = patience, now + wait
            self._last[verdict.profile] = verdict
        return changes

    @property
    def next_reset(self) -> float:
        """When to poll the first profile that is low until a reset."""
        return min(self._resets.values(), default=math.inf)

    def report(self, latest: Report) -> Report:
        """Return the latest report with the last verdict of every profile, including those not polled this time."""
        return latest._replace(verdicts=tuple(self._last[profile.name] for profile in self._profiles))


def _find_reset(verdict: Verdict, now: datetime) -> float:
    """Return in how many seconds a low balance is just after its reset; infinity if that is not known."""
    resets = [row.balance.resets_at for row in verdict.balances if row.low and row.balance.resets_at]
    waits = [(reset - now).total_seconds() for reset in resets]
    return min((max(LEAST, wait + _AFTER_RESET) for wait in waits if wait > 0), default=math.inf)


def _compare(before: Verdict, after: Verdict) -> dict[tuple[str, str, str], str]:
    amounts = {(row.balance.name, row.balance.unit): row.balance.remaining for row in before.balances}
    changes = {}
    for row in after.balances:
        name, unit, remaining = row.balance.name, row.balance.unit, row.balance.remaining
        previous = amounts.get((name, unit))
        if remaining is not None and previous is not None and remaining != previous:
            change = EXACT.subtract(remaining, previous)
            changes[after.profile, name, unit] = f"{'+' if change > 0 else ''}{format_exact(change)}"
    return changes


@contextmanager
def _open_display(environment: Environment, asked: CheckOptions) -> Iterator["_Lines | _Window"]:
    """Yield what shows a report and waits for the next check: live on a terminal, else appended.

    A dumb terminal cannot redraw, so its output is appended too, as is everything that is shown only on a change.
    """
    terminal = is_terminal(environment.stdout) and not is_dumb(environment)
    if asked.form == "table" and terminal and not (asked.file or asked.quiet or asked.changes):
        from rich.live import Live

        from balance_cli.render._grid import create_console

        how = view(environment, asked.color, details=asked.details)
        with Live(
            console=create_console(how, force_terminal=True), auto_refresh=False, vertical_overflow="ellipsis"
        ) as live:
            yield _Window(live, how)
    else:
        yield _Lines(environment, asked)


class _Lines:
    """Reports that are appended to a stream, or replace a file; with -q, only lines about changes, on stderr."""

    live: Final = False

    def __init__(self, environment: Environment, asked: CheckOptions) -> None:
        self._environment, self._asked = environment, asked

    def show(self, report: Report, amounts: _Amounts, changed: Collection[str], _until: float | None) -> int:
        """Write a report; return 0, or the exit code if that fails."""
        if self._asked.quiet:
            talk_verdicts(self._environment, report, changed)
        unchanged = self._asked.changes and not changed
        if not self._asked.file and (unchanged or (self._asked.quiet and self._asked.form == "table")):
            return 0
        return _write(self._environment, self._asked, report, amounts)

    def wait(self, until: float) -> None:
        """Wait for the next check."""
        time.sleep(max(0.0, until - time.monotonic()))


def _write(environment: Environment, asked: CheckOptions, report: Report, changes: _Amounts) -> int:
    """Write one report; a JSON document takes a single line."""
    how = view(environment, asked.color, details=asked.details)._replace(changes=changes, template=asked.template)
    if asked.form == "json":
        from balance_cli.render.json import line

        return write_output(environment, line(report, how), asked.file)
    failed = write_output(environment, _render_look(asked, report, how), asked.file)
    return convert_write_error(failed, asked.form)


def _render_look(asked: CheckOptions, report: Report, how: View) -> str:
    """Render one report to append to others; a table that is not drawn again becomes a line, but a file keeps it."""
    if asked.form != "table" or asked.file or not report.verdicts:
        return load(asked.form).render(report, how)
    from balance_cli.render._watch import render_look

    return render_look(report, how)


class _Window:
    """A live table on a terminal."""

    live: Final = True

    def __init__(self, live: "Live", how: View) -> None:
        self._live, self._how, self._size = live, how, shutil.get_terminal_size()

    def show(self, report: Report, amounts: _Amounts, _changed: Collection[str], until: float | None) -> int:
        """Draw the table, with the time to the next check if there is one."""
        self._report, self._amounts = report, amounts
        self._draw(None if until is None else max(0.0, until - time.monotonic()))
        return 0

    def wait(self, until: float) -> None:
        """Count down to the next check once a second, adapting to a resized terminal."""
        while (wait := until - time.monotonic()) > 0:
            time.sleep(min(1.0, wait))
            self._draw(max(0.0, until - time.monotonic()))

    def _draw(self, wait: float | None) -> None:
        from rich.text import Text

        from balance_cli.render._watch import draw_window

        size = shutil.get_terminal_size()
        if size != self._size:
            self._live.console.clear()  # the terminal has wrapped the lines anew: Live would not find the first one
        self._size = size
        how = self._how._replace(changes=self._amounts, width=size.columns)
        self._live.update(Text("\n").join(draw_window(self._report, how, size.lines - 1, wait)), refresh=True)
