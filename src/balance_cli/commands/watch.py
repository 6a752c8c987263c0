"""`balance check --watch`: look again and again, at what changed; less often where a provider is in trouble."""

import gc
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from balance_cli.amount import EXACT, plain
from balance_cli.commands.check import Asked, look, selected, unwritten
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.render import View, load
from balance_cli.terminal.out import talk
from balance_cli.terminal.view import dumb, view
from balance_cli.terminal.write import put
from balance_cli.verdict import Report, Status, Verdict

if TYPE_CHECKING:
    from rich.live import Live

LEAST: Final = 10
"""The seconds between two looks at the least."""
_LONGEST: Final = 16
"""How many intervals a profile that is in trouble waits at the most."""

_Show = Callable[[Report, Mapping[tuple[str, str, str], str], float], int]


def watch(asked: Asked, seconds: float) -> int:
    """Check every ``seconds`` until interrupted; return an exit code only where nothing can be shown any more."""
    gc.enable()  # a run leaves its garbage to the end of the process, which is days away here
    try:
        config, profiles = selected(asked)
    except Misconfigured as error:
        report = Report(checked_at=datetime.now(UTC), error=error)
        talk(f"balance: {error.said()}")
        return _put(asked, report, {}) or report.status.exit
    looks = Looks(profiles, seconds)
    with _shown(asked) as shown:
        while True:
            began = time.monotonic()
            report = look(asked, config, looks.due(began), Deadline(asked.timeout or config.timeout))
            changes = looks.take(report, began)
            if failed := shown(looks.report(report.checked_at), changes, began + seconds):
                return failed


class Looks:
    """What was seen last of each profile, and when it is to be seen again."""

    def __init__(self, profiles: Sequence[Profile], seconds: float) -> None:
        self._profiles, self._seconds = profiles, seconds
        self._last: dict[str, Verdict] = {}
        self._next = {profile.name: 0.0 for profile in profiles}
        self._patience = {profile.name: 1 for profile in profiles}

    def due(self, now: float) -> list[Profile]:
        """Return the profiles that are asked at this look; half an interval is no reason to wait for another."""
        return [profile for profile in self._profiles if self._next[profile.name] <= now + self._seconds / 2]

    def take(self, report: Report, now: float) -> dict[tuple[str, str, str], str]:
        """Keep a look's verdicts; return by how much amounts changed since the last one that had them."""
        changes: dict[tuple[str, str, str], str] = {}
        for verdict in report.verdicts:
            before = self._last.get(verdict.profile)
            changes |= _changes(before, verdict) if before else {}
            trouble = verdict.status is Status.UNKNOWN and verdict.error is not None
            patience = min(2 * self._patience[verdict.profile], _LONGEST) if trouble else 1
            wait = max(self._seconds * patience, (verdict.error.wait or 0) if verdict.error else 0)
            self._patience[verdict.profile], self._next[verdict.profile] = patience, now + wait
            self._last[verdict.profile] = verdict
        return changes

    def report(self, now: datetime) -> Report:
        """Return what is known of every profile: of one that was not asked, what it last said."""
        return Report(checked_at=now, verdicts=tuple(self._last[profile.name] for profile in self._profiles))


def _changes(before: Verdict, after: Verdict) -> dict[tuple[str, str, str], str]:
    amounts = {(row.balance.name, row.balance.unit): row.balance.remaining for row in before.balances}
    found = {}
    for row in after.balances:
        name, unit, now = row.balance.name, row.balance.unit, row.balance.remaining
        was = amounts.get((name, unit))
        if now is not None and was is not None and now != was:
            change = EXACT.subtract(now, was)
            found[after.profile, name, unit] = f"{'+' if change > 0 else ''}{plain(change)}"
    return found


@contextmanager
def _shown(asked: Asked) -> Iterator[_Show]:
    """Yield what shows a look and waits for the next: a live table on a terminal, else one text after the other.

    A dumb terminal cannot take back what is there, and gets one after the other too.
    """
    terminal = sys.stdout is not None and sys.stdout.isatty()
    if asked.form == "table" and terminal and not asked.file and not dumb():
        from rich.live import Live

        from balance_cli.render._grid import console

        how = view(asked.color, details=asked.details)
        with Live(console=console(how, force_terminal=True), auto_refresh=False, vertical_overflow="ellipsis") as live:
            yield lambda report, changes, until: _live(live, how._replace(changes=changes), report, until)
    else:
        yield lambda report, changes, until: _printed(asked, report, changes, until)


def _printed(asked: Asked, report: Report, changes: Mapping[tuple[str, str, str], str], until: float) -> int:
    failed = _put(asked, report, changes)
    if not failed:
        time.sleep(max(0.0, until - time.monotonic()))
    return failed


def _put(asked: Asked, report: Report, changes: Mapping[tuple[str, str, str], str]) -> int:
    """Write one look; a JSON document is then on a line of its own."""
    if asked.form == "json":
        from balance_cli.render.json import line

        return put(line(report), asked.file)
    how = view(asked.color, details=asked.details)._replace(changes=changes)
    return unwritten(put(load(asked.form).render(report, how), asked.file), asked.form)


def _live(live: "Live", how: View, report: Report, until: float) -> int:
    """Draw the table and count down to the next look; a terminal that is resized is fitted anew."""
    from rich.text import Text

    from balance_cli.render.table import drawn

    while (left := until - time.monotonic()) > 0:
        columns = shutil.get_terminal_size().columns
        foot = f"{report.checked_at:%H:%M:%S} UTC, {report.status}; again in {left:.0f} s, Ctrl-C ends"
        lines = [*drawn(report, how._replace(width=columns)), Text(foot[:columns], style="dim")]
        live.update(Text("\n").join(lines), refresh=True)
        time.sleep(min(1.0, left))
    return 0
