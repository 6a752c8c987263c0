"""Times as users write them, in the config and on the command line."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from balance_cli.values import parse_days, parse_seconds, parse_span, parse_timeout

Parse = Callable[[object], float | Decimal]
MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_timeout, "15", 15),
        (parse_timeout, 15, 15),
        (parse_timeout, "0.5", 0.5),
        (parse_timeout, ".5s", 0.5),
        (parse_timeout, "30s", 30),
        (parse_timeout, "2m", 2 * MINUTE),
        (parse_timeout, "1h", HOUR),
        (parse_seconds, "60", MINUTE),
        (parse_seconds, "1.5h", 90 * MINUTE),
        (parse_seconds, "1w", 7 * DAY),
        (parse_span, "7", 7 * DAY),
        (parse_span, 7, 7 * DAY),
        (parse_span, "30m", 30 * MINUTE),
        (parse_span, "2w", 14 * DAY),
        (parse_days, "2", 2),
        (parse_days, Decimal("2.5"), Decimal("2.5")),
        (parse_days, "36h", Decimal("1.5")),
        (parse_days, "1w", 7),
    ],
)
def test_a_time_has_a_unit_or_the_usual_one(parse: Parse, text: object, value: float | Decimal) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("parse", [parse_timeout, parse_seconds, parse_span, parse_days])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0s",
        "-1",
        "+1",
        "1 m",
        "1M",
        "1e3",
        "1,5h",
        "1_0",
        "1y",
        "1h30m",
        "١",
        "nan",
        "inf",
        "s",
        ".",
        True,
        None,
    ],
)
def test_anything_else_is_not_a_time(parse: Parse, text: object) -> None:
    with pytest.raises(ValueError, match=r'^must be a time like "'):
        parse(text)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_timeout, "3600.1"),
        (parse_timeout, "61m"),
        (parse_seconds, "29d"),
        (parse_span, "36501"),
        (parse_days, "5215w"),
    ],
)
def test_a_time_has_a_maximum(parse: Parse, text: str) -> None:
    with pytest.raises(ValueError, match=", at most "):
        parse(text)
