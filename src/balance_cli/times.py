"""Parse and format times: in UTC for programs, short and local for people. They only accompany amounts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

HOUR: Final = 3600
DAY: Final = 86_400
_MILLISECONDS: Final = 10**11
_YEAR_9999: Final = 253402300800
_NEVER: Final = datetime.fromtimestamp(0, UTC)


class Clock(NamedTuple):
    """A person's clock: what time it is, and how to convert another time to the zone of the clock."""

    now: datetime
    localize: Callable[[datetime], datetime] = datetime.astimezone

    def format_past(self, moment: datetime) -> str:
        """Format a time of the last days: ``14:00``, or ``Fri 14:00`` if that was not today."""
        shown = self.localize(moment)
        return f"{shown:%H:%M}" if shown.date() == self.localize(self.now).date() else f"{shown:%a %H:%M}"


def parse_time(value: object) -> datetime | None:
    """Parse a time from RFC 3339, or from seconds or milliseconds since 1970; return ``None`` if it is invalid.

    A time only accompanies an amount, so an invalid one is left out, as is one before 1970 or after 9999. Zero means
    "never", a time without a zone is UTC, and a number of 1e11 or more counts milliseconds.
    """
    try:
        moment = (_parse(value) or _NEVER).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment > _NEVER else None


def _parse(value: object) -> datetime | None:
    match value:
        case datetime():
            return value
        case str():
            found = datetime.fromisoformat(value)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found
        case bool():
            return None
        case Decimal() | int() if 0 < value < _YEAR_9999 * 1000:
            return datetime.fromtimestamp(int(value) / 1000 if value >= _MILLISECONDS else int(value), UTC)
    return None


def next_day_of_month(day: object, now: datetime) -> datetime | None:
    """Return the next midnight UTC at the start of this day of the month; in a shorter month, of its last day."""
    if not isinstance(day, Decimal | int) or not 1 <= day <= 31:  # noqa: PLR2004 - days of a month
        return None
    year, month = now.year, now.month
    for _ in range(2):
        first = datetime(year, month, 1, tzinfo=UTC)
        following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        found = min(first + timedelta(days=int(day) - 1), following - timedelta(days=1))
        if found > now:
            break
        year, month = following.year, following.month
    return found


def end_of_period(start: object, period: object) -> datetime | None:
    """Return the end of the ``day``, ``week`` or ``month`` that began at ``start``, ``None`` if either is invalid."""
    beginning = parse_time(start)
    try:
        if beginning and period == "month":
            return next_day_of_month(beginning.day, beginning.replace(hour=0, minute=0, second=0, microsecond=0))
        days = {"day": 1, "week": 7}.get(str(period))
        return beginning + timedelta(days=days) if beginning and days else None
    except (ValueError, OverflowError):  # the year 10,000
        return None


def next_reset(period: object, now: datetime) -> datetime | None:
    """Return the end of the current UTC ``day``, ``week`` (from Monday) or ``month``.

    ``daily``, ``weekly`` and ``monthly`` work too, and so do ``quarterly`` and ``annually``.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "day" | "daily":
            return midnight + timedelta(days=1)
        case "week" | "weekly":
            return midnight + timedelta(days=7 - now.weekday())
        case "month" | "monthly":
            return next_day_of_month(1, now)
        case "quarterly":
            return midnight.replace(year=now.year + now.month // 10, month=(now.month + 2) // 3 % 4 * 3 + 1, day=1)
        case "annually":
            return midnight.replace(year=now.year + 1, month=1, day=1)
    return None


def rfc3339(moment: datetime) -> str:
    """Format a time in UTC as RFC 3339, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def format_relative(moment: datetime, now: datetime) -> str:
    """Format the distance between two times for a person, rounded towards now: ``in 3 hours``, ``2 days ago``."""
    seconds = (moment - now).total_seconds()
    away = abs(seconds)
    for unit, size in (("year", 31_557_600), ("month", 2_629_800), ("day", DAY), ("hour", HOUR), ("minute", 60)):
        if away >= size:
            count = int(away // size)
            text = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"in {text}" if seconds > 0 else f"{text} ago"
    return "now"


def format_moment(moment: datetime, now: datetime) -> str:
    """Format a time for a person, with its own zone's clock: ``in 25 min``, ``14:00``, ``Mon 14:00``, ``in 9 days``.

    ``now`` must be in the same zone.
    """
    minutes, days = int((moment - now).total_seconds() // 60), (moment.date() - now.date()).days
    if 1 <= minutes < 60:  # noqa: PLR2004 - an hour
        return f"in {minutes} min"
    if minutes >= 60 and days < 7:  # noqa: PLR2004 - an hour; a week, in which each weekday comes once
        return f"{moment:%H:%M}" if days == 0 else f"{moment:%a %H:%M}"
    if 7 <= days < 60:  # noqa: PLR2004 - a week; two months
        return f"in {days} days"
    return format_relative(moment, now)


def format_span(seconds: float) -> str:
    """Format a length of time for a person, rounded down: ``40 s``, ``25 min``, ``3 h 10 min``, ``2 d 4 h``."""
    minutes = int(seconds // 60)
    hours = minutes // 60
    if minutes < 2:  # noqa: PLR2004 - below that, seconds say more
        return f"{seconds:.0f} s"
    if hours < 2:  # noqa: PLR2004 - the same
        return f"{minutes} min"
    larger, smaller = (f"{hours} h", f"{minutes % 60} min") if hours < 48 else (f"{hours // 24} d", f"{hours % 24} h")  # noqa: PLR2004
    return larger if smaller.startswith("0 ") else f"{larger} {smaller}"
