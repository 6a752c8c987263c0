"""`balance history`: what was recorded, and for how long it will last; or earlier logs added to it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from balance_cli.config import load as configs
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.history.store import load, take
from balance_cli.history.trend import trends
from balance_cli.terminal.out import emit, talk
from balance_cli.terminal.view import view
from balance_cli.text import clean, listed, nearest


class Asked(NamedTuple):
    """What a user wants to see; ``since`` and ``window`` are in seconds."""

    names: Sequence[str]
    since: float
    window: float
    form: str
    plot: str | None
    config: str | None
    color: str


def history(asked: Asked) -> int:
    """Show what was recorded of the profiles that are named, or of all."""
    path = _place(asked.config)
    names = [asked.plot] if asked.plot else asked.names
    until = datetime.now(UTC)
    since = until - timedelta(seconds=asked.since)
    past = load(path, until.timestamp() - max(asked.since, asked.window), until.timestamp(), names or None)
    found = trends(past, since, until, asked.window, chart=bool(asked.plot))
    if missing := set(names) - {trend.series.profile for trend in found.trends}:
        known = {series.profile for series, _ in load(path, 0, until.timestamp())}
        raise _nothing(sorted(missing), known)
    if not found.trends:
        talk(f"balance: nothing of that time is in {path} (`balance check --record` adds to it)")
    how = view(asked.color)
    if asked.plot:
        from balance_cli.history.plot import chart

        return emit("\n".join(chart(trend, found, how) for trend in found.trends))
    from balance_cli.history.formats import FORMATS

    return emit(FORMATS[asked.form](found, how) if found.trends or asked.form == "json" else "")


def _place(option: str | None) -> Path:
    if path := configs.history(configs.load(option)):
        return path
    raise Misconfigured("there is no home for a history", hint="set HOME, or say [history] path in the config")


def _nothing(missing: Sequence[str], known: set[str]) -> Misconfigured:
    name = clean(missing[0], 64)
    return Misconfigured(
        f'nothing of that time is recorded of "{name}"{nearest(name, known - set(missing))}',
        hint=f"there is {listed(sorted(known))}; --since goes further back, `balance check --record` adds to it",
    )


def add(names: Sequence[str], option: str | None) -> int:
    """Add earlier logs: files of the documents of `balance check --json`, or stdin for ``-``; all of a file or none."""
    from balance_cli.history.imports import read

    path = _place(option)
    for name in names:
        try:
            with open(0 if name == "-" else name, encoding="utf-8", closefd=name != "-") as lines:
                seen, new = take(path, read(lines, name))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            raise Misconfigured(f"{clean(name)} cannot be read: {why}", hint="name a file, or - for stdin") from None
        talk(f"balance: {clean(name)}: {new} of {seen} samples were new, and are in {path}")
    return Exit.OK
