"""`balance check`: read, judge, show, and say how it ends."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from balance_cli import config as configs
from balance_cli.check import check as checked
from balance_cli.deadline import Deadline
from balance_cli.errors import Failure, Misconfigured
from balance_cli.exits import Exit
from balance_cli.minimum import Minimum
from balance_cli.out import emit, talk
from balance_cli.profile import TIMEOUT, Config, Profile
from balance_cli.render import View, load
from balance_cli.text import listed
from balance_cli.verdict import Report, Status

if TYPE_CHECKING:
    from balance_cli.history.book import Book


class Asked(NamedTuple):
    """What a user wants of a check; ``file`` takes what stdout would, ``timeout`` and ``window`` are in seconds."""

    names: Sequence[str]
    minimums: Sequence[Minimum]
    warnings: Sequence[Minimum]
    form: str
    file: str | None
    quiet: bool
    details: bool
    timeout: float | None
    config: str | None
    color: str
    debug: bool
    record: bool = False
    min_days: Decimal | None = None
    window: float | None = None


def check(asked: Asked) -> int:
    """Check the profiles that are named, or all of them, and show the report in a format."""
    deadline = Deadline(asked.timeout or TIMEOUT)
    try:
        config, profiles = selected(asked)
    except Misconfigured as error:
        report = Report(checked_at=datetime.now(UTC), error=error)
    else:
        deadline = Deadline(asked.timeout or config.timeout)
        progress = _progress(len(profiles)) if asked.form == "table" and not asked.quiet else None
        report = look(asked, config, profiles, deadline, progress)
        if progress:
            talk("\r\x1b[K", end="")
    how = view(asked.color, details=asked.details)
    return show(report, deadline, form=asked.form, quiet=asked.quiet, view=how, file=asked.file)


def formats() -> int:
    """Print every format and what it is for."""
    from balance_cli import render
    from balance_cli.text import columns

    return emit(columns(render.formats()))


def look(
    asked: Asked,
    config: Config,
    profiles: Sequence[Profile],
    deadline: Deadline,
    progress: Callable[[Sequence[str]], None] | None = None,
) -> Report:
    """Ask and judge; where there is a history, or shall be one, say for how long it will last, and record it."""
    days = {profile.name: asked.min_days or profile.min_days for profile in profiles}
    kept = _book(asked, config, needed=any(days.values()))

    def meanwhile() -> None:
        load(asked.form)
        if kept:
            kept.read([profile.name for profile in profiles], deadline)

    report = checked(
        profiles,
        deadline,
        minimums=asked.minimums,
        warnings=asked.warnings,
        debug=debugging(asked.debug),
        progress=progress,
        meanwhile=meanwhile,
    )
    return kept.continued(report, days, deadline) if kept else report


def _book(asked: Asked, config: Config, *, needed: bool) -> "Book | None":
    """Return the history that a check reads or writes; nothing where there is none, and none is wanted."""
    record, path = asked.record or config.history.record, configs.history(config)
    if not (record or needed or (path and path.exists())):
        return None
    from balance_cli.history.book import Book
    from balance_cli.history.pace import WINDOW

    return Book(path, keep=config.history.keep, record=record, window=asked.window or WINDOW)


def selected(asked: Asked) -> tuple[Config, list[Profile]]:
    """Return the config and the profiles that a check is about; raises Misconfigured."""
    loaded = configs.load(asked.config)
    profiles = configs.select(loaded, asked.names, os.environ)
    if not (asked.names or loaded.profiles):
        talk(f"balance: no profile is configured; keys in the environment: {listed(p.name for p in profiles)}")
    return loaded, profiles


def show(report: Report, deadline: Deadline, *, form: str, quiet: bool, view: View, file: str | None = None) -> int:
    """Write a report to stdout or a file, and to stderr what stopped it; return the exit code, ``OK`` last of all."""
    rendered = load(form)
    if report.error:
        complain(report.error)
    if quiet:
        from balance_cli.render._said import why

        for verdict in report.verdicts:
            if verdict.status is not Status.OK:
                talk(f"balance: {verdict.profile}: {verdict.status}: {why(verdict)}")
    code = int(rendered.code(report)) if hasattr(rendered, "code") else report.status.exit
    silent = quiet and not file and form == "table"
    failed = 0 if silent else put(rendered.render(report, view), file)
    if hasattr(rendered, "files"):
        failed = _append(dict(rendered.files(report, view, os.environ)), deadline) or failed
    return unwritten(failed, form) or code


def unwritten(failed: int, form: str) -> int:
    """Return what ends a run whose data could not be written: a format with codes of its own has one for that too."""
    return int(getattr(load(form), "UNWRITTEN", failed)) if failed == Exit.CRASH else failed


def put(text: str, file: str | None) -> int:
    """Write data to stdout, or whole or not at all into a file; return 0, or the exit code of what could not.

    A file is not replaced by nothing: what is read from it later is then as old as it says.
    """
    if file is None:
        return emit(text)
    if not text:
        return 0
    from balance_cli import files

    place = Path(file)
    try:
        if place.exists() and not place.is_file():
            raise OSError(0, "it is no file that could be replaced")  # noqa: TRY301 - the one place where it is said
        files.write(place, text, mode=None)
    except (OSError, ValueError) as error:
        return _unwritten(file, error)
    return 0


def _append(texts: Mapping[str, str], deadline: Deadline) -> int:
    from balance_cli import files

    for name, text in texts.items():
        try:
            files.append(Path(name), text, deadline)
        except (OSError, ValueError) as error:
            return _unwritten(name, error)
    return 0


def _unwritten(name: str, error: Exception) -> int:
    talk(f"balance: {name} could not be written: {getattr(error, 'strerror', None) or error}")
    return Exit.CRASH


def complain(failure: Failure) -> None:
    """Say on stderr, in one line, what went wrong and what to do next."""
    talk(f"balance: {failure.said()}")


def view(color: str, *, details: bool = False) -> View:
    """Return how stdout wants its text: a flag beats the environment, and that beats the terminal."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").casefold()
    return View(
        color=_colored(color, terminal=terminal), width=width, details=details, ascii=not encoding.startswith("utf")
    )


def _colored(color: str, *, terminal: bool) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return terminal and not dumb()


def dumb() -> bool:
    """Return whether the terminal can only take one line after the other."""
    return os.environ.get("TERM") in {"dumb", "unknown"}


def _progress(total: int) -> Callable[[Sequence[str]], None] | None:
    """Return what says on a terminal which profiles are still out; nothing anywhere else."""
    if sys.stderr is None or not sys.stderr.isatty() or dumb():
        return None
    width = shutil.get_terminal_size().columns

    def said(out: Sequence[str]) -> None:
        line = f"{total - len(out)} of {total} have answered, waiting for {', '.join(out[:20])}"
        talk(f"\r\x1b[K{line if len(line) < width else line[: width - 2] + '…'}", end="")

    return said


def debugging(wanted: bool) -> Callable[[str], None] | None:  # noqa: FBT001 - a flag
    """Return what tells stderr about every request, where it is wanted."""
    return (lambda line: talk(f"balance: debug: {line}")) if wanted else None
