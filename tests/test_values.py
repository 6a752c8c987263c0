"""Times as users write them, in the config and on the command line."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from balance_cli.values import (
    parse_age,
    parse_bool,
    parse_days,
    parse_line,
    parse_port,
    parse_seconds,
    parse_span,
    parse_timeout,
    parse_window,
)

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
        (parse_age, "90", 90),
        (parse_age, "10m", 10 * MINUTE),
        (parse_age, 0, 0),
        (parse_age, "0", 0),
        (parse_age, "0s", 0),
        (parse_age, "1d", DAY),
        (parse_window, "1h", HOUR),
        (parse_window, "7", 7 * DAY),
    ],
)
def test_a_time_has_a_unit_or_the_usual_one(parse: Parse, text: object, value: float | Decimal) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("parse", [parse_timeout, parse_seconds, parse_age, parse_span, parse_window, parse_days])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "1 m",
        "1M",
        "1e3",
        "1,5h",
        "1_0",
        "1y",
        "1h30m",
        "0h",
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
        (parse_age, "25h"),
        (parse_window, "36501"),
    ],
)
def test_a_time_has_a_maximum(parse: Parse, text: str) -> None:
    with pytest.raises(ValueError, match=", at most "):
        parse(text)


@pytest.mark.parametrize("parse", [parse_timeout, parse_seconds, parse_span, parse_window, parse_days])
@pytest.mark.parametrize("text", ["0", "0s", 0])
def test_only_an_age_may_be_zero(parse: Parse, text: object) -> None:
    with pytest.raises(ValueError, match=r'^must be a time like "'):
        parse(text)


@pytest.mark.parametrize("text", ["59m", "3599s", "0.04"])
def test_a_window_has_a_minimum(text: str) -> None:
    with pytest.raises(ValueError, match=r'^must be a time like "12h", "7d" or "2w", at least 1h$'):
        parse_window(text)


def test_the_examples_are_of_what_is_parsed() -> None:
    examples: dict[Parse, str] = {
        parse_timeout: '"30s" or "5m"',
        parse_seconds: '"30s", "5m" or "1h"',
        parse_span: '"12h", "7d" or "2w"',
    }
    examples |= {parse_age: '"60s", "10m" or "1h", or 0', parse_days: '"36h", "2d" or "1w"'}
    for parse, text in examples.items():
        with pytest.raises(ValueError, match=f"^must be a time like {text}, at most "):
            parse("x")


def test_a_port_is_a_number_up_to_65535() -> None:
    assert [parse_port(text) for text in ("0", "443", "65535")] == [0, 443, 65_535]
    for text in ("65536", "-1", "1.0", "000443", "٤", "", "http"):
        with pytest.raises(ValueError, match=r"^must be a port from 0 to 65535$"):
            parse_port(text)


def test_a_line_is_a_string_without_spaces_around_it() -> None:
    assert [parse_line(text) for text in ("a", "a b", "é")] == ["a", "a b", "é"]
    for value in ("", " ", " a", "a ", "a\n", "a\nb", "a\x1bb", 5, None, b"a"):
        with pytest.raises(ValueError, match=r"^must be a string on one line, in quotes$"):
            parse_line(value)


def test_a_switch_is_true_or_false() -> None:
    assert [parse_bool(value) for value in (True, False)] == [True, False]
    for value in ("true", 1, 0, None):
        with pytest.raises(ValueError, match=r"^must be true or false, without quotes$"):
            parse_bool(value)
