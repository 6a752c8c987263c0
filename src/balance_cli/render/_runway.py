"""How long a balance lasts, in words."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from balance_cli.amount import EXACT, format_exact
from balance_cli.times import Clock
from balance_cli.verdict import JudgedBalance, Outlook, Surge


def explain_runway(row: JudgedBalance, clock: Clock) -> str:
    """Return why a balance that does not last is low."""
    days = "" if row.min_days is None else f"{format_exact(row.min_days)} {'day' if row.min_days == 1 else 'days'}"
    return f"lasts {_explain_length(row, clock)}, below the minimum of {days}"


def _explain_length(row: JudgedBalance, clock: Clock) -> str:
    """Return how long a balance lasts and why: at the burn rate of a surge if that is the reason, else the recent."""
    surge, ends = row.outlook.surge, format_range(row.outlook, row.min_days)
    if surge and is_surge_the_reason(row):
        return f"{format_days(surge.runway_days, row.min_days)} at the current rate ({name_surge(surge, clock)})"
    return f"{format_runway(row)}{ends and f' (range: {ends})'} at the recent burn rate"


def is_surge_the_reason(row: JudgedBalance) -> bool:
    """Return whether a balance does not last because of a surge: it would last longer at the recent burn rate."""
    surge, days = row.outlook.surge, row.outlook.runway_days
    return row.lasts is False and surge is not None and (days is None or surge.runway_days < days)


def note_surge(row: JudgedBalance, clock: Clock) -> str:
    """Return what there is to say about a surge that is not the reason why a balance is low; "" without one."""
    surge = row.outlook.surge
    return describe_surge(surge, clock, row.min_days) if surge and not is_surge_the_reason(row) else ""


def describe_surge(surge: Surge, clock: Clock, minimum: Decimal | None = None) -> str:
    """Return a surge, and how long a balance lasts at its burn rate."""
    return f"{name_surge(surge, clock)} (lasts {format_days(surge.runway_days, minimum)} at this rate)"


def name_surge(surge: Surge, clock: Clock) -> str:
    """Return a surge in a few words: ``burning 20x since 14:00``, or ``burning since 14:00 after no use``."""
    since = clock.format_past(surge.since)
    if surge.times is None:
        return f"burning since {since} after no use"
    return f"burning {_round(surge.times)}x since {since}"


def _round(times: Decimal) -> str:
    """Round to a whole number from 10 on, and to one decimal place below."""
    places = Decimal(1) if times >= 10 else Decimal("0.1")  # noqa: PLR2004 - two digits say enough
    return format_exact(times.quantize(places, rounding=ROUND_HALF_UP, context=EXACT))


def format_runway(row: JudgedBalance) -> str:
    """Return how long a balance lasts, rounded so that it never contradicts the verdict; "" if unknown."""
    days = row.outlook.runway_days
    return "" if days is None else format_days(days, row.min_days)


def format_range(outlook: Outlook, minimum: Decimal | None = None) -> str:
    """Return the range of a runway: ``3 to 5 days``, ``20 h to 3 days``, ``3 days or more``.

    It is "" without a range, and if both ends are rounded to the same: then the runway says it all.
    """
    if outlook.runway_days_low is None:
        return ""
    low = format_days(outlook.runway_days_low, minimum)
    if outlook.runway_days_high is None:
        return f"{low} or more"
    high = format_days(outlook.runway_days_high, minimum)
    number, unit = low.split()
    return "" if low == high else f"{number if high.endswith(f' {unit}') else low} to {high}"


def format_days(days: Decimal, minimum: Decimal | None = None) -> str:
    """Format a number of days for a person: ``12 days``, under two days ``36 h``, under an hour ``5 min``.

    It is rounded down to two digits or more, but never across a minimum.
    """
    unit, size = ("days", 1) if days >= 2 else ("h", 24) if days * 24 >= 1 else ("min", 24 * 60)  # noqa: PLR2004
    number, least = days * size, None if minimum is None else minimum * size
    for places in range(0 if number >= 10 else 1, 40):  # noqa: PLR2004 - two digits say enough
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_FLOOR, context=EXACT)
        if least is None or (rounded < least) == (number < least):
            break
    return f"{format_exact(rounded)} {unit}"
