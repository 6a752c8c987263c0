"""`balance check --watch`: repeat a check and show changes; poll a failing provider less often."""

import gc
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from balance_cli.amount import EXACT, format_exact
from balance_cli.commands.check import CheckOptions, convert_write_error, load_profiles, run_check
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
_MAX_INTERVALS: Final = 16
"""Maximum number of intervals between two polls of a failing profile."""

_Show = Callable[[Report, Mapping[tuple[str, str, str], str], float], int]


def watch(environment: Environment, asked: CheckOptions, seconds: float) -> int:
    """Check every ``seconds`` until interrupted; return an exit code only for a wrong config or failed output."""
    try:
        config, profiles = load_profiles(environment, asked)
    except Misconfigured as error:
        report = Report(checked_at=environment.now(), error=error)
        environment.talk(f"balance: {error.describe()}")
        return _write(environment, asked, report, {}) or report.status.exit
    looks = Looks(profiles, seconds)
    with _open_display(environment, asked) as show:
        while True:
            start = time.monotonic()
            deadline = Deadline(asked.timeout or config.timeout)
            report = run_check(environment, asked, config, looks.due(start), deadline)
            changes = looks.take(report, start)
            with _collect_garbage():
                if failed := show(looks.report(report), changes, start + seconds):
                    return failed


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
            wait = max(self._seconds * patience, self._least[verdict.profile], asked)
            self._patience[verdict.profile], self._next[verdict.profile] = patience, now + wait
            self._last[verdict.profile] = verdict
        return changes

    def report(self, latest: Report) -> Report:
        """Return the latest report with the last verdict of every profile, including those not polled this time."""
        return latest._replace(verdicts=tuple(self._last[profile.name] for profile in self._profiles))


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
def _open_display(environment: Environment, asked: CheckOptions) -> Iterator[_Show]:
    """Yield a function that shows a report and waits for the next check: live on a terminal, else appended.

    A dumb terminal cannot redraw, so its output is appended too.
    """
    if asked.form == "table" and is_terminal(environment.stdout) and not asked.file and not is_dumb(environment):
        from rich.live import Live

        from balance_cli.render._grid import create_console

        how = view(environment, asked.color, details=asked.details)
        with Live(
            console=create_console(how, force_terminal=True), auto_refresh=False, vertical_overflow="ellipsis"
        ) as live:
            yield _Window(live, how).draw_and_wait
    else:
        yield lambda report, changes, until: _print_and_wait(environment, asked, report, changes, until)


def _print_and_wait(
    environment: Environment,
    asked: CheckOptions,
    report: Report,
    changes: Mapping[tuple[str, str, str], str],
    until: float,
) -> int:
    failed = _write(environment, asked, report, changes)
    if not failed:
        time.sleep(max(0.0, until - time.monotonic()))
    return failed


def _write(
    environment: Environment, asked: CheckOptions, report: Report, changes: Mapping[tuple[str, str, str], str]
) -> int:
    """Write one report; a JSON document takes a single line."""
    if asked.form == "json":
        from balance_cli.render.json import line

        return write_output(environment, line(report), asked.file)
    how = view(environment, asked.color, details=asked.details)._replace(changes=changes, template=asked.template)
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

    def __init__(self, live: "Live", how: View) -> None:
        self._live, self._how, self._size = live, how, shutil.get_terminal_size()

    def draw_and_wait(self, report: Report, changes: Mapping[tuple[str, str, str], str], until: float) -> int:
        """Draw the table and count down to the next check, adapting to a resized terminal."""
        from rich.text import Text

        from balance_cli.render._watch import draw_window

        while (wait := until - time.monotonic()) > 0:
            size = shutil.get_terminal_size()
            if size != self._size:
                self._live.console.clear()  # the terminal has wrapped the lines anew: Live would not find the first one
            self._size = size
            how = self._how._replace(changes=changes, width=size.columns)
            self._live.update(Text("\n").join(draw_window(report, how, size.lines - 1, wait)), refresh=True)
            time.sleep(min(1.0, wait))
        return 0
