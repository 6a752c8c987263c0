"""`balance check`: read, judge, show, and say how it ends."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from balance_cli import config as configs
from balance_cli.amount import shown
from balance_cli.check import check as checked
from balance_cli.errors import Failure, Misconfigured
from balance_cli.minimum import Minimum
from balance_cli.out import emit, talk
from balance_cli.render import View, load, render
from balance_cli.text import listed
from balance_cli.verdict import Report, Status, Verdict


def check(
    names: Sequence[str],
    *,
    minimums: Sequence[Minimum],
    form: str,
    quiet: bool,
    details: bool,
    timeout: float | None,
    config: str | None,
    color: str,
    debug: bool,
) -> int:
    """Check the profiles that are named, or all of them, and show the report in a format."""
    try:
        loaded = configs.load(config)
        profiles = configs.select(loaded, names, os.environ)
    except Misconfigured as error:
        report = Report(checked_at=datetime.now(UTC), error=error)
    else:
        if not (names or loaded.profiles):
            talk(f"balance: no profile is configured; keys in the environment: {listed(p.name for p in profiles)}")
        progress = _progress(len(profiles)) if form == "table" and not quiet else None
        report = checked(
            profiles,
            timeout=timeout or loaded.timeout,
            minimums=minimums,
            debug=debugging(debug),
            progress=progress,
            meanwhile=lambda: load(form),
        )
        if progress:
            talk("\r\x1b[K", end="")
    return show(report, form=form, quiet=quiet, view=view(color, details=details))


def show(report: Report, *, form: str, quiet: bool, view: View) -> int:
    """Write a report to stdout, and to stderr what stopped it; return the exit code, ``OK`` last of all."""
    if report.error:
        complain(report.error)
    if quiet:
        for verdict in report.verdicts:
            if verdict.status is not Status.OK:
                talk(f"balance: {_brief(verdict)}")
    if quiet and (report.status is Status.OK or form == "table"):
        return report.status.exit
    return emit(render(report, form, view)) or report.status.exit


def complain(failure: Failure) -> None:
    """Say on stderr, in one line, what went wrong and what to do next."""
    talk(f"balance: {failure.message}{f' ({failure.hint})' if failure.hint else ''}")


def view(color: str, *, details: bool = False) -> View:
    """Return how stdout wants its text: a flag beats the environment, and that beats the terminal."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    return View(color=_colored(color, terminal=terminal), width=width, details=details)


def _colored(color: str, *, terminal: bool) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


def _progress(total: int) -> Callable[[int], None] | None:
    """Return what says on a terminal how many have answered; nothing anywhere else."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    return lambda done: talk(f"\rchecking: {done} of {total} have answered", end="")


def debugging(wanted: bool) -> Callable[[str], None] | None:  # noqa: FBT001 - a flag
    """Return what tells stderr about every request, where it is wanted."""
    return (lambda line: talk(f"balance: debug: {line}")) if wanted else None


def _brief(verdict: Verdict) -> str:
    """Return one line about a profile that is not ok."""
    about = [
        f"{row.balance.name} has {shown(row.balance.remaining, row.balance.unit, row.minimum)} {row.balance.unit}, "
        f"the minimum is {shown(row.minimum, row.balance.unit, row.minimum)}"
        for row in verdict.balances
        if row.low and row.minimum is not None and row.balance.remaining is not None
    ]
    if verdict.error:
        about.append(f"{verdict.error.message}{f' ({verdict.error.hint})' if verdict.error.hint else ''}")
    return f"{verdict.profile}: {verdict.status}: {'; '.join(about)}"
