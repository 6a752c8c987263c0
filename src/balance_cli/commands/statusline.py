"""`balance statusline`: keep what Claude Code reports about a plan, and print it as a status line."""

from datetime import datetime
from typing import Any

from balance_cli import claude
from balance_cli.amount import format_amount
from balance_cli.check.window import measure_pace
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured, Unexpected
from balance_cli.exits import Exit
from balance_cli.files import MOST_BYTES
from balance_cli.model import Balance
from balance_cli.strict import parse_json
from balance_cli.times import format_relative


def statusline(environment: Environment) -> int:
    """Read a status from stdin, keep its windows, and print one line; nothing before the first response."""
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
    if not windows:
        return Exit.OK
    return environment.emit(" | ".join(_describe(window, environment.now()) for window in windows) + "\n")


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
