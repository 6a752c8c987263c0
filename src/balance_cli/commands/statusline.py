"""`balance statusline`: keep what Claude Code reports about a plan, and print it as a status line."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from balance_cli import claude
from balance_cli.amount import format_amount
from balance_cli.check.window import measure_pace
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured, Unexpected
from balance_cli.exits import Exit
from balance_cli.files import MOST_BYTES
from balance_cli.model import Balance
from balance_cli.strict import parse_json
from balance_cli.times import DAY, format_relative

_OLD: Final = timedelta(minutes=15)
"""From this age on, a reading comes with its age."""
_MAX_AGE: Final = float(DAY)


def statusline(environment: Environment, names: Sequence[str], option: str | None) -> int:
    """Read a status from stdin, keep its windows, and print one line; nothing before the first response.

    The line also has what remains of the named profiles, as other runs have read it: a status line must not wait.
    """
    status = _read_status(environment)
    limits = status.get("rate_limits")
    try:
        windows = [] if limits is None else list(claude.read_windows(limits))
    except (LookupError, TypeError, AttributeError):
        raise Unexpected("the rate_limits on stdin are not as documented", hint="update balance") from None
    if windows and not any(environment.variables.get(name) for name in claude.OTHER_LOGINS):
        try:
            claude.keep(environment, status)
        except OSError as error:
            environment.talk(f"balance: cannot keep the windows: {error.strerror}")
    parts = [_describe(window, environment.now()) for window in windows]
    parts += _describe_profiles(environment, names, option) if names else []
    return environment.emit(" | ".join(parts) + "\n") if parts else Exit.OK


def _describe_profiles(environment: Environment, names: Sequence[str], option: str | None) -> Iterator[str]:
    """Yield what remains of each profile, by its last reading."""
    from balance_cli.check.cached import find_kept
    from balance_cli.config.load import load, select_profiles
    from balance_cli.render._said import format_remaining
    from balance_cli.verdict import Status

    profiles = select_profiles(environment, load(environment, option), names)
    kept, now = find_kept(environment, profiles, _MAX_AGE), environment.now()
    for profile in profiles:
        verdict = kept.get(profile.name)
        if verdict is None or verdict.read_at is None:
            yield f"{profile.name}: not read yet"
        else:
            low = " low" if verdict.status is Status.LOW else ""
            age = f", {format_relative(verdict.read_at, now)}" if now - verdict.read_at > _OLD else ""
            yield f"{profile.name}: {format_remaining(verdict.balances[0])}{low}{age}"


def _read_status(environment: Environment) -> Any:
    """Return the status that Claude Code passes on stdin."""
    if environment.stdin is None or is_terminal(environment.stdin):
        raise Misconfigured(
            "statusline reads what Claude Code passes on stdin",
            hint='in ~/.claude/settings.json: "statusLine": {"type": "command", "command": "balance statusline"}',
        )
    try:
        status = parse_json(environment.stdin.buffer.read(MOST_BYTES), "")
    except Unexpected:
        status = None
    if not isinstance(status, dict):
        raise Unexpected("stdin is not the JSON that Claude Code passes to its status line")
    return status


def _describe(window: Balance, now: datetime) -> str:
    """Return what remains of a window and how long: until it runs out, or else until it resets."""
    if window.remaining is None or window.resets_at is None or window.resets_at <= now:
        return f"{window.name}: unknown"
    pace = measure_pace(window, now)
    ends = pace.runs_out_at if pace else None
    when = f"runs out {format_relative(ends, now)}" if ends and ends > now else ""
    when = when or f"resets {format_relative(window.resets_at, now)}"
    return f"{window.name}: {format_amount(window.remaining, window.unit)}% remaining, {when}"
