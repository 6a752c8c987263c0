"""How a window is going, in words."""

from datetime import datetime
from typing import Final

from balance_cli.check.window import measure_pace
from balance_cli.model import Balance
from balance_cli.times import DAY, HOUR, format_relative

_LENGTHS: Final = (("day", DAY), ("hour", HOUR), ("minute", 60), ("second", 1))
_WEEK: Final = 7 * DAY
_MONTH: Final = (28 * DAY, 31 * DAY)


def describe_pace(balance: Balance, now: datetime) -> str:
    """Return one sentence on how a window is going, or "" if that is unknown.

    Like ``62% used after 40% of the week: runs out in 1 day, 2 days before it resets``.
    """
    pace = measure_pace(balance, now)
    if pace is None or balance.window is None:
        return ""
    so_far = f"{int(pace.used * 100)}% used after {int(pace.elapsed * 100)}% of {name_length(balance.window)}"
    if pace.used >= 1:
        return f"{so_far}: used up, resets {format_relative(pace.resets_at, now)}"
    if pace.runs_out_at is None:
        return f"{so_far}: lasts until it resets"
    before = format_relative(pace.resets_at, pace.runs_out_at).removeprefix("in ")
    sooner = "just" if before == "now" else before
    return f"{so_far}: runs out {format_relative(pace.runs_out_at, now)}, {sooner} before it resets"


def name_length(seconds: int) -> str:
    """Return the length of a window as a person says it: ``the week``, ``5 hours``."""
    if seconds == _WEEK:
        return "the week"
    if _MONTH[0] <= seconds <= _MONTH[1]:
        return "the month"
    name, size = next((name, size) for name, size in _LENGTHS if seconds % size == 0)
    count = seconds // size
    return f"the {name}" if count == 1 else f"{count} {name}s"
