"""`balance check`: read, judge and show balances, and return the exit code."""

from collections.abc import Callable, Collection, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from balance_cli import files
from balance_cli.check.judge import judge_days
from balance_cli.check.many import check_profiles
from balance_cli.commands.options import CheckOptions
from balance_cli.config import load as configs
from balance_cli.config.profile import TIMEOUT, Config, Profile
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.render import View, load
from balance_cli.terminal.view import find_width, make_debug, make_progress, view
from balance_cli.terminal.write import append_files, write_output
from balance_cli.text import join_names
from balance_cli.times import Clock
from balance_cli.verdict import Report, Status

if TYPE_CHECKING:
    from balance_cli.commands.changes import Changes
    from balance_cli.history.book import Book


def check(environment: Environment, asked: CheckOptions) -> int:
    """Check the named profiles, or all of them, and show the report in a format."""
    deadline = Deadline(asked.timeout or TIMEOUT)
    changes = None
    try:
        config, profiles = load_profiles(environment, asked)
    except Misconfigured as error:
        report = Report(checked_at=environment.now(), error=error)
    else:
        changes = open_changes(environment, asked, config, profiles)
        deadline = Deadline(asked.timeout or config.timeout)
        silent = asked.quiet or asked.changes
        progress = make_progress(environment, len(profiles)) if asked.form == "table" and not silent else None
        report = run_check(environment, asked, config, profiles, deadline, progress=progress)
        if progress:
            environment.talk("\r\x1b[K", end="")
    changed = changes.note(report) if changes else None
    how = view(environment, asked.color, details=asked.details)._replace(template=asked.template)
    code = show_report(
        environment,
        report,
        deadline,
        form=asked.form,
        quiet=asked.quiet,
        view=how,
        file=asked.file,
        changed=changed if asked.changes else None,
    )
    if changes and changed:
        changes.act(report, changed)
    return code


def open_changes(
    environment: Environment, asked: CheckOptions, config: Config, profiles: Sequence[Profile]
) -> "Changes | None":
    """Return what compares the verdicts with those of the last look, or ``None`` if that is not wanted."""
    if not (asked.changes or asked.on_change):
        return None
    from balance_cli.commands.changes import Changes

    return Changes(environment, asked, config, profiles)


def formats(environment: Environment) -> int:
    """Print every format with its description."""
    from balance_cli import render
    from balance_cli.text import align_columns

    return environment.emit(align_columns(render.formats(), find_width(environment)))


def fields(environment: Environment) -> int:
    """Print every field of --format with its description."""
    from balance_cli.render._template import FIELDS
    from balance_cli.text import align_columns

    rows = [(f"{{{name}}}", text.replace("`", "")) for name, text in FIELDS.items()]
    return environment.emit(align_columns(rows, find_width(environment)))


def parse_template(text: str) -> str:
    """Return the text of --format if it is valid; raise ValueError."""
    from balance_cli.render._template import parse_template as parse

    return parse(text)


def run_check(
    environment: Environment,
    asked: CheckOptions,
    config: Config,
    profiles: Sequence[Profile],
    deadline: Deadline,
    *,
    progress: Callable[[Collection[str]], None] | None = None,
) -> Report:
    """Check the profiles; if there is a history or it is wanted, add how long balances last, and record them."""
    days = {profile.name: asked.min_days or profile.min_days for profile in profiles}

    @cache
    def open_book() -> "Book | None":
        opened = _open_book(environment, asked, config, needed=any(days.values()))
        if opened:
            opened.read(days.keys(), deadline)
        return opened

    def meanwhile() -> None:
        load(asked.form)
        open_book()

    ask = partial(
        check_profiles,
        minimums=asked.minimums,
        warnings=asked.warnings,
        debug=make_debug(environment, wanted=asked.debug),
        progress=progress,
        meanwhile=meanwhile,
    )
    ages = {profile.name: profile.max_age if asked.max_age is None else asked.max_age for profile in profiles}
    if any(ages.values()):
        from balance_cli.check.cached import check_with_cache

        report = check_with_cache(environment, profiles, deadline, ages, **ask.keywords)
    else:
        report = ask(environment, profiles, deadline)
        _refresh_cache(environment, profiles, report)
    if book := open_book():
        report = book.extend(report, deadline)
    if any(row.balance.window for verdict in report.verdicts for row in verdict.balances):
        from balance_cli.check.window import add_paces

        report = add_paces(report)
    return judge_days(report, days)


def _refresh_cache(environment: Environment, profiles: Sequence[Profile], report: Report) -> None:
    """Replace readings that --max-age has kept, if it was ever used."""
    folder = environment.cache_folder()
    if folder and files.may_exist(folder):
        from balance_cli.check.cached import refresh

        refresh(environment, profiles, report)


def _open_book(environment: Environment, asked: CheckOptions, config: Config, *, needed: bool) -> "Book | None":
    """Return the history that a check reads or writes, or ``None`` if there is none and none is wanted."""
    record, path = asked.record or config.history.record, configs.find_history(environment, config)
    if not (record or needed or (path and files.may_exist(path))):
        return None
    from balance_cli.foresight.pace import WINDOW
    from balance_cli.history.book import Book

    return Book(environment, path, keep=config.history.keep, record=record, window=asked.window or WINDOW)


def load_profiles(environment: Environment, asked: CheckOptions) -> tuple[Config, list[Profile]]:
    """Return the config and the profiles to check; raise Misconfigured."""
    loaded = configs.load(environment, asked.config)
    try:
        profiles = configs.select_profiles(environment, loaded, asked.names)
    except Misconfigured as error:
        error.hint = _suggest_unit(asked, loaded) or error.hint
        raise
    if not (asked.names or loaded.profiles or asked.changes):
        names = join_names(profile.name for profile in profiles)
        environment.talk(f"balance: no profile is configured; using keys from the environment: {names}")
    return loaded, profiles


def _suggest_unit(asked: CheckOptions, loaded: Config) -> str:
    """Return what to write if a name is the unit of a minimum, as in ``--min 5 USD``; otherwise an empty string."""
    bare = next((minimum for minimum in asked.minimums if minimum.unit is None), None)
    if bare is None:
        return ""
    from balance_cli.config.units import list_all_units

    units = set(list_all_units()) - {profile.name for profile in loaded.profiles}
    unit = next((name for name in asked.names if name in units), None)
    return f"did you mean --min {bare}{unit}?" if unit else ""


def show_report(
    environment: Environment,
    report: Report,
    deadline: Deadline,
    *,
    form: str,
    quiet: bool,
    view: View,
    file: str | None = None,
    changed: Collection[str] | None = None,
) -> int:
    """Write a report to stdout or a file, and errors to stderr; return the exit code, ``OK`` only at the very end.

    ``changed`` are the profiles whose verdict has changed: without any, write nothing to stdout and stderr.
    """
    if report.error:
        environment.talk(f"balance: {report.error.describe()}")
    if quiet:
        talk_verdicts(environment, report, changed)
    unchanged = bool(report.verdicts) and changed is not None and not changed
    if form == "table" and not file and (unchanged or quiet):
        return report.status.exit  # without loading what draws tables
    renderer = load(form)
    failed = 0 if unchanged and not file else write_output(environment, renderer.render(report, view), file)
    extra = dict(renderer.files(report, view, environment.variables))
    failed = append_files(environment, extra, deadline) or failed
    return convert_write_error(failed, form) or renderer.exit_code(report)


def talk_verdicts(environment: Environment, report: Report, changed: Collection[str] | None) -> None:
    """Write a line to stderr for each profile that has changed, or that is not ok if ``changed`` is ``None``."""
    from balance_cli.render._said import summarize

    clock = Clock(report.checked_at)
    for verdict in report.verdicts:
        if verdict.status is not Status.OK if changed is None else verdict.profile in changed:
            environment.talk(f"balance: {verdict.profile}: {summarize(verdict, clock)}")


def convert_write_error(failed: int, form: str) -> int:
    """Return the exit code of a failed write; a format with its own exit codes has one for that too."""
    return load(form).unwritten if failed == Exit.CRASH else failed
