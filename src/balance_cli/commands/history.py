"""`balance history`: show recorded balances and how long they will last, or import earlier logs."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from balance_cli.config import load as configs
from balance_cli.config.profile import Config
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.files import may_exist
from balance_cli.history.model import HistoryError
from balance_cli.history.read import list_recorded, load_periods
from balance_cli.history.runs import load_runs
from balance_cli.history.store import catch_up
from balance_cli.job.outcome import Outcome
from balance_cli.minimum import Minimum
from balance_cli.terminal.view import view
from balance_cli.text import clean, join_names, suggest_similar
from balance_cli.trends.trend import add_minimums, summarize


class Asked(NamedTuple):
    """The options of `balance history`; ``since`` and ``window`` are in seconds."""

    names: Sequence[str]
    since: float
    window: float
    form: str
    plot: str | None
    config: str | None
    color: str
    runs: bool = False


def history(environment: Environment, asked: Asked) -> int:
    """Show the recorded history of the named profiles, or of all."""
    config = configs.load(environment, asked.config)
    path = _find_file(environment, config)
    names = [asked.plot] if asked.plot else asked.names
    until = environment.now()
    since = until - timedelta(seconds=asked.since)
    if asked.runs:
        return _show_runs(environment, asked, path, since, until)
    with suppress(HistoryError):  # without sums, it only takes longer
        if may_exist(path):
            catch_up(path, patience=1)
    periods = load_periods(
        path,
        int(since.timestamp()),
        int(until.timestamp()),
        names or None,
        window=asked.window,
        detailed=bool(asked.plot),
        talk=environment.talk,
    )
    selected = summarize(periods, since, until, asked.window, chart=bool(asked.plot))
    if missing := set(names) - {trend.series.profile for trend in selected.trends}:
        raise _not_recorded(sorted(missing), list_recorded(path))
    if not selected.trends:
        environment.talk(f"balance: {path} has nothing from that period (`balance check --record` adds to it)")
    how = view(environment, asked.color)
    if asked.plot:
        from balance_cli.trends.plot import render_chart

        jobs = _load_runs(path, since, until, names)
        ran = [(job.started_at.timestamp(), job.started_at.timestamp() + job.seconds) for job in jobs]
        chart = add_minimums(selected, _find_minimums(config, asked.plot))._replace(runs=ran)
        return environment.emit("\n".join(render_chart(trend, chart, how) for trend in chart.trends))
    from balance_cli.trends.formats import FORMATS

    return environment.emit(FORMATS[asked.form](selected, how) if selected.trends or asked.form == "json" else "")


def _show_runs(environment: Environment, asked: Asked, path: Path, since: datetime, until: datetime) -> int:
    """Show the jobs of `balance run`, or only those with one of the named profiles."""
    from balance_cli.trends.jobs import FORMATS, Jobs

    jobs = _load_runs(path, since, until, asked.names)
    if not jobs:
        environment.talk(f"balance: {path} has no run from that period (`balance run` adds to it)")
    how = view(environment, asked.color)
    return environment.emit(FORMATS[asked.form](Jobs(since, until, jobs), how) if jobs or asked.form == "json" else "")


def _load_runs(path: Path, since: datetime, until: datetime, names: Sequence[str]) -> list[Outcome]:
    """Return the jobs that started between two times, with any of these profiles, or all."""
    jobs = load_runs(path, since.timestamp(), until.timestamp())
    return [job for job in jobs if not names or any(balance.profile in names for balance in job.balances)]


def _find_minimums(config: Config, name: str) -> Sequence[Minimum]:
    """Return the minimums of a profile; those in the defaults if the config has no profile of this name."""
    return next((profile.minimums for profile in config.profiles if profile.name == name), config.minimums)


def _find_file(environment: Environment, config: Config) -> Path:
    if path := configs.find_history(environment, config):
        return path
    raise Misconfigured("no home directory for the history", hint="set HOME, or [history] path in the config")


def _not_recorded(missing: Sequence[str], known: set[str]) -> Misconfigured:
    name = clean(missing[0], 64)
    return Misconfigured(
        f'nothing from that period is recorded for "{name}"{suggest_similar(name, known - set(missing))}',
        hint=f"recorded: {join_names(sorted(known))}; look further back with --since, or run `balance check --record`",
    )


def add(environment: Environment, names: Sequence[str], option: str | None) -> int:
    """Import files of `balance check --json` documents, or stdin for ``-``; each file completely or not at all."""
    from balance_cli.history.imports import Log
    from balance_cli.history.intake import import_samples

    path = _find_file(environment, configs.load(environment, option))
    for name in names:
        try:
            with open(0 if name == "-" else name, encoding="utf-8", closefd=name != "-") as lines:
                total, new = import_samples(path, Log(lines, name))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            raise Misconfigured(f"cannot read {clean(name)}: {why}", hint="name a file, or - for stdin") from None
        environment.talk(f"balance: {clean(name)}: {new} of {total} samples were new and were added to {path}")
    return Exit.OK
