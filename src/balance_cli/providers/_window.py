"""Windows of a plan: their names by length, and when they reset."""

from datetime import datetime, timedelta
from typing import Final

from balance_cli.model import Balance
from balance_cli.provider import Api, amount, balance, parse_time

HOUR: Final = 3_600
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
_MONTH: Final = (28 * DAY, 31 * DAY)


def name_window(seconds: int) -> str:
    """Return the name of a window by its length: ``monthly``, ``weekly``, ``5 hours``."""
    if _MONTH[0] <= seconds <= _MONTH[1]:
        return "monthly"
    if seconds == WEEK:
        return "weekly"
    name, size = next(
        (name, size)
        for name, size in (("days", DAY), ("hours", HOUR), ("minutes", 60), ("seconds", 1))
        if not seconds % size
    )
    return f"{seconds // size} {name}"


def percent(name: str, used: object, *, resets_at: object, window: object = None, gates: bool = True) -> Balance:
    """Return a window of which this percentage was used."""
    return balance(name, "percent", used=used, limit=100, resets_at=resets_at, window=window, gates=gates)


def reset_after(api: Api, seconds: object) -> datetime | None:
    """Return the time in so many seconds, ``None`` if it is null."""
    return None if seconds is None else api.now + timedelta(seconds=int(amount(seconds)))


def month_until(reset: object) -> int | None:
    """Return the seconds of the month that ends at a reset, ``None`` if that is unknown."""
    end = parse_time(reset)
    if end is None:
        return None
    last = end.replace(day=1) - timedelta(days=1)
    return int((end - last.replace(day=min(end.day, last.day))).total_seconds())
