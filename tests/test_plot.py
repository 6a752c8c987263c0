"""What `balance history` shows people: the chart and the table, at every width of a terminal, and in ASCII."""

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from balance_cli.exits import Exit
from balance_cli.foresight.pace import WINDOW
from balance_cli.foresight.points import Point
from balance_cli.foresight.steps import Past
from balance_cli.history.model import Series
from balance_cli.history.read import Period
from balance_cli.minimum import parse_minimum
from balance_cli.render import View
from balance_cli.trends.canvas import Canvas
from balance_cli.trends.formats import FORMATS, table
from balance_cli.trends.plot import render_chart
from balance_cli.trends.sparkline import render_sparkline
from balance_cli.trends.trend import Trends, add_minimums, summarize
from balance_cli.verdict import Surge
from conftest import Balance
from terminal import Terminal

NOW: Final = datetime(2026, 11, 21, 18, 7, tzinfo=UTC)
"""A Saturday; 19:07 in Berlin."""
WIDTHS: Final = (40, 60, 80, 120, 200)
HOUR: Final = 3600
LONG: Final = "a-long-name-of-a-profile-" + "x" * 39


def falling(start: float, per_sample: float, count: int) -> list[str | None]:
    """Return amounts that fall evenly."""
    return [f"{start - per_sample * number:.4f}" for number in range(count)]


def topped_up(amounts: Sequence[str | None], every: int, by: float) -> list[str | None]:
    """Return amounts with a top-up every so many samples."""
    return [f"{float(amount or 0) + by * (number // every):.4f}" for number, amount in enumerate(amounts)]


def history(
    amounts: Sequence[str | None], every: int = HOUR, *, days: float = 7, ago: int = 0, unit: str = "USD",
    unlimited: bool = False, profile: str = "main", name: str = "key", minimums: Sequence[str] = (),
) -> Trends:  # fmt: skip
    """Return the trend of samples, the last of them some seconds ago; an amount of "" is a sample that is missing."""
    last = int(NOW.timestamp()) - ago
    points: list[Point] = [
        (last - every * (len(amounts) - 1 - number), None if amount is None else Decimal(amount), None)
        for number, amount in enumerate(amounts)
        if amount != ""
    ]
    since = NOW - timedelta(days=days)
    shown = [point for point in points if point[0] >= since.timestamp()]
    series = Series(profile, "apimart", name, unit)
    period = Period(series, shown[0], shown[-1], unlimited, Past(points=shown), Past(points=points))
    made = summarize([period], since, NOW, WINDOW, chart=True)
    return add_minimums(made, [parse_minimum(text) for text in minimums])


def foreseen(made: Trends, **fields: Any) -> Trends:
    """Return a trend with another outlook."""
    [trend] = made.trends
    return made._replace(trends=[trend._replace(outlook=trend.outlook._replace(**fields))])


SURGE: Final = Surge(NOW - 2 * timedelta(hours=1), Decimal(20), Decimal(240), Decimal("0.125"))
HISTORIES: Final = {
    "steady": history(falling(50.1, 0.4, 100), minimums=["5"]),
    "top-up": history(topped_up(falling(50, 0.5, 80), 41, 20), minimums=["10USD"]),
    "top-ups": history(topped_up(falling(40, 0.25, 168), 20, 8), minimums=["10"]),
    "gaps": history([*falling(90, 0.1, 60), *[""] * 40, *falling(70, 0.1, 60)]),
    "one": history(["12.5"], ago=200),
    "flat": history(["25"] * 100),
    "negative": history(falling(20, 0.5, 80), minimums=["-20"]),
    "zero": history(["0"] * 10),
    "huge": history(falling(987_654_321_098_765, 1e12, 100), minimums=["1"]),
    "tiny": history(falling(0.0098, 0.00003, 100), unit="credits"),
    "many": history(falling(500, 0.025, 10_000), 60, minimums=["100"]),
    "hour": history(falling(10, 0.03, 60), 60, days=1 / 24),
    "day": history(falling(100, 0.25, 288), 300, days=1),
    "quarter": history(topped_up(falling(300, 1.2, 360), 100, 110), 6 * HOUR, days=90, minimums=["50"]),
    "stale": history(falling(8, 0.1, 60), ago=30 * HOUR),
    "range": foreseen(
        history(topped_up(falling(50, 0.5, 80), 41, 20), minimums=["10"]),
        runway_days_low=Decimal("1.75"),
        runway_days_high=Decimal("3.2"),
        surge=SURGE,
    ),
    "open range": foreseen(history(falling(50.1, 0.4, 100)), runway_days_low=Decimal("0.5"), runway_days_high=None),
    "long": history(falling(50, 0.4, 100), profile=LONG),
    "accents": history(falling(50, 0.4, 100), name="crédits " * 6 + "日本語" * 9),
    "unlimited": history([None] * 20, unlimited=True),
    "unknown": history([None] * 20),
}


def view(width: int | None = 80, *, ascii_only: bool = False, color: bool = False, zone: str = "Europe/Berlin") -> View:
    """Return a view in a zone."""
    return View(width=width, ascii=ascii_only, color=color, localize=lambda moment: moment.astimezone(ZoneInfo(zone)))


def chart(made: Trends, width: int | None = 80, *, ascii_only: bool = False, zone: str = "Europe/Berlin") -> list[str]:
    """Return the lines of a chart, without its title."""
    lines = render_chart(made.trends[0], made, view(width, ascii_only=ascii_only, zone=zone)).splitlines()
    first = next((n for n, line in enumerate(lines) if re.search("[▼┤│]|  v |^ *[-0-9.kMBT]+ [+]", line)), len(lines))
    return lines[first:]


def title(made: Trends, width: int | None = None, zone: str = "Europe/Berlin") -> str:
    """Return the title of a chart as one line."""
    text = render_chart(made.trends[0], made, view(width, zone=zone))
    lines = text.splitlines()
    return " ".join(lines[: len(lines) - len(chart(made, width))])


def area(lines: Sequence[str]) -> list[str]:
    """Return the rows of a chart's area, right of the axis."""
    return [re.split("[┤│]", line, maxsplit=1)[1] for line in lines if re.search("[┤│]", line)]


def labels(lines: Sequence[str]) -> dict[int, str]:
    """Return the labels of amounts by the number of their row in the area."""
    rows = [line for line in lines if re.search("[┤│]", line)]
    return {number: line.split("┤")[0].strip() for number, line in enumerate(rows) if "┤" in line}


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", HISTORIES)
def test_no_line_is_wider_than_the_terminal(name: str, width: int, *, ascii_only: bool) -> None:
    made = HISTORIES[name]
    how = view(width, ascii_only=ascii_only)
    for text in (render_chart(made.trends[0], made, how), table(made, how)):
        assert max(map(cell_len, text.splitlines())) <= width
        assert not any(line != line.rstrip() for line in text.splitlines())
        assert text.isascii() or not ascii_only
        assert "█" not in text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [name for name in HISTORIES if name not in {"long", "accents"}])
def test_the_title_breaks_no_word(name: str, width: int) -> None:
    made = HISTORIES[name]
    assert title(made, width) == title(made)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [name for name in HISTORIES if name not in {"unlimited", "unknown"}])
def test_a_chart_fills_the_width_and_ends_its_axis_with_it(name: str, width: int) -> None:
    lines = chart(HISTORIES[name], width)
    assert width - 4 <= max(map(len, lines)) <= width
    assert sum("now" in line for line in lines) == 1
    assert all("⠀" not in line for line in lines)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("steady", "main, key: 10.50 USD, burns 9.60 per day, lasts 26 h (until Sun 21:22), minimum 5.00"),
        ("top-up", "main, key: 30.50 USD, burns 12.00 per day, lasts 2.5 days (until Tue 08:07), minimum 10.00"),
        ("one", "main, key: 12.50 USD, not enough history yet"),
        ("flat", "main, key: 25.00 USD, no recent use"),
        ("negative", "main, key: -19.50 USD, burns 12.00 per day, used up, minimum -20.00"),
        ("stale", "main, key: 2.10 USD, burns 2.40 per day, was due to run out, last seen 1 day ago"),
        (
            "range",
            (
                "main, key: 30.50 USD, burns 12.00 per day, lasts 2.5 days (until Tue 08:07), range: 42 h to 3.2 days, "
                "burning 20x since 17:07 (lasts 3 h at this rate), minimum 10.00"
            ),
        ),
        (
            "open range",
            "main, key: 10.50 USD, burns 9.60 per day, lasts 26 h (until Sun 21:22), range: 12 h or more",
        ),
        ("unlimited", "main, key: unlimited"),
        ("unknown", "main, key: ?, not enough history yet"),
    ],
)
def test_the_title_says_what_remains_and_until_when_it_lasts(name: str, words: str) -> None:
    assert title(HISTORIES[name]) == words


def test_a_time_is_shorter_the_farther_away_it_is() -> None:
    assert "lasts 9.1 days (until 30 Nov)" in title(history(falling(100 / 9, 1 / 24, 49)))
    assert "(until Oct 2029)" in title(history(["1001", *["1000"] * 24]))


def test_times_are_local() -> None:
    steady = HISTORIES["steady"]
    assert "until Mon 05:22" in title(steady, zone="Asia/Tokyo")
    assert chart(steady, zone="Asia/Tokyo")[-2:] != chart(steady, zone="UTC")[-2:]


def test_each_day_is_named_once_below_its_hours() -> None:
    hours, days = chart(HISTORIES["day"], 120)[-2:]
    assert " ".join(hours.split()) == "21:00 00:00 03:00 06:00 09:00 12:00 15:00 18:00 21:00 00:00 03:00"
    assert re.findall(r"\d+ Nov", days) == ["20 Nov", "21 Nov", "22 Nov"]
    assert days.index("21 Nov") == hours.index("00:00")
    months, years = chart(HISTORIES["quarter"], 60)[-2:]
    assert (months.split(), years.split()) == (["Sep", "Oct", "Nov", "Dec", "Jan"], ["2026", "2027"])


@pytest.mark.parametrize("name", ["steady", "top-ups", "negative", "huge", "many", "quarter"])
def test_the_labels_of_amounts_are_evenly_spaced(name: str) -> None:
    rows = list(labels(chart(HISTORIES[name])))
    assert len({after - before for before, after in pairwise(rows)}) == 1
    assert rows[0] == 0
    assert rows[-1] == len(area(chart(HISTORIES[name]))) - 1


def test_the_minimum_is_a_line_at_its_amount() -> None:
    lines = chart(HISTORIES["top-up"])
    [row] = [number for number, line in enumerate(area(lines)) if line.endswith(" min")]
    assert labels(lines)[row] == "10"
    assert area(lines)[row].count("╌") > 40
    ascii_only = chart(HISTORIES["top-up"], ascii_only=True)
    assert sum("- - - - - - -" in line and line.endswith(" min") for line in ascii_only) == 1


@pytest.mark.parametrize(
    ("minimums", "shown"),
    [
        (["5"], "5.00"),
        (["5USD", "7USD"], "7.00"),
        (["5", "3USD"], "5.00"),
        (["10%"], None),
        (["5EUR"], None),
        ([], None),
        (["10%", "0.5USD"], "0.50"),
    ],
)
def test_only_an_amount_in_the_same_unit_is_a_minimum(minimums: list[str], shown: str | None) -> None:
    made = history(falling(50, 0.4, 100), minimums=minimums)
    assert (f"minimum {shown}" if shown else "minimum") in title(made) or not shown
    assert ("minimum" in title(made)) == (shown is not None)
    assert any(line.endswith(" min") for line in chart(made)) == (shown is not None)


def test_a_minimum_is_that_of_the_first_balance_in_its_unit() -> None:
    point: Point = (int(NOW.timestamp()) - 60, Decimal(5), None)
    past = Past(points=[point])
    series = [Series("main", "deepseek", name, unit) for name, unit in (("a", "CNY"), ("b", "USD"), ("c", "CNY"))]
    periods = [Period(one, point, point, unlimited=False, past=past, recent=past) for one in series]
    made = summarize(periods, NOW - timedelta(days=1), NOW, WINDOW)
    minimums = [parse_minimum(text) for text in ("2", "3USD")]
    assert [trend.minimum for trend in add_minimums(made, minimums).trends] == [Decimal(2), Decimal(3), None]


def test_a_minimum_far_above_the_amounts_does_not_flatten_the_curve() -> None:
    made = history(falling(50, 0.4, 100), minimums=["5000"])
    assert "minimum 5000.00" in title(made)
    assert not any(line.endswith(" min") for line in chart(made))
    assert labels(chart(made))[0] == "50"
    assert labels(chart(history(falling(50, 0.4, 100), minimums=["100"])))[0] == "100"


def test_the_line_to_zero_ends_inside_the_chart() -> None:
    for name in ("steady", "top-up", "day"):
        for width in WIDTHS:
            rows = area(chart(HISTORIES[name], width))
            ends = [(number, row.index("✕")) for number, row in enumerate(rows) if "✕" in row]
            assert [number for number, _ in ends] == [len(rows) - 1]
            now = next(row.index("┊") for row in rows if "┊" in row)
            assert ends[0][1] > now


def test_a_line_to_zero_that_is_far_away_ends_at_the_edge() -> None:
    lines = area(chart(history(falling(100, 0.1, 100))))
    assert not any("✕" in line for line in lines)
    now = next(line.index("┊") for line in lines if "┊" in line)
    assert max(map(len, lines)) > now * 1.25
    assert any("\u2800" < char <= "\u28ff" for line in lines for char in line[now + 1 :])


@pytest.mark.parametrize("width", WIDTHS)
def test_a_range_is_drawn_as_a_line_on_either_side_of_the_middle(width: int) -> None:
    made, without = HISTORIES["range"], foreseen(HISTORIES["range"], runway_days_low=None, runway_days_high=None)
    rows, plain = area(chart(made, width)), area(chart(without, width))
    now = next(row.index("┊") for row in rows if "┊" in row)
    assert [number for number, row in enumerate(rows) if "✕" in row] == [len(rows) - 1]
    end = rows[-1].index("✕")
    lowest = [column for row in rows[-2:] for column, char in enumerate(row) if column > now and char > "\u2800"]
    assert min(lowest) < end - 1
    assert any(char > "\u2800" for row in rows for char in row[end + 2 :])
    assert sum(map(dots, rows)) > sum(map(dots, plain))
    assert len(plain[-1]) - plain[-1].index("✕") == 1


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_line_to_zero_is_level_at_a_weekend(width: int) -> None:
    """An office uses one an hour; on a Saturday evening, what remains will last until Wednesday."""
    times = [NOW - timedelta(minutes=30 * number) for number in range(21 * 48)]
    uses = [0.5 * (at.weekday() < 5 and 9 <= at.hour < 18) for at in times]
    made = history([f"{20 + sum(uses[:number])}" for number in range(len(uses))][::-1], HOUR // 2, days=6)
    rows = area(chart(made, width))
    now = next(row.index("┊") for row in rows if "┊" in row)
    heights = {
        column: number
        for number, row in enumerate(rows)
        for column, sign in enumerate(row)
        if column > now and sign > "\u2800"
    }
    end = rows[-1].index("✕")
    level = [column for column, height in heights.items() if height == heights[min(heights)]]
    days = (end - now) / float(made.trends[0].outlook.runway_days or 0)
    assert max(level) - now == pytest.approx(1.6 * days, abs=2), "until Monday morning"


def dots(row: str) -> int:
    """Return how many dots a row has right of now."""
    return sum((ord(char) - 0x2800).bit_count() for char in row.partition("┊")[2] if "\u2800" <= char <= "\u28ff")


def test_a_range_that_is_far_away_ends_at_the_edge() -> None:
    made = foreseen(HISTORIES["steady"], runway_days_low=Decimal("0.8"), runway_days_high=Decimal(40))
    rows = area(chart(made, 120))
    now = next(row.index("┊") for row in rows if "┊" in row)
    assert max(map(len, rows)) > now * 1.25
    assert "✕" in rows[-1]


def test_what_was_due_to_run_out_has_no_line_to_zero() -> None:
    rows = area(chart(HISTORIES["stale"]))
    assert not any("✕" in row for row in rows)
    assert dots(rows[-1]) == 0
    assert "overdue" in table(HISTORIES["stale"], view(80))


def test_the_mark_for_now_stands_at_the_newest_sample() -> None:
    lines = chart(HISTORIES["steady"])
    [axis] = [line for line in lines if "now" in line]
    column = axis.index("now") + 1
    assert sum(line[column : column + 1] == "┊" for line in lines) > 10
    curve = [max((x for x, char in enumerate(row) if char > "\u2800"), default=0) for row in area(lines)[:-6]]
    assert max(curve) <= column


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["top-up", "top-ups", "quarter"])
def test_labels_of_top_ups_hide_nothing(name: str, width: int) -> None:
    made = HISTORIES[name]
    bare = made._replace(trends=[made.trends[0]._replace(steps=())])
    assert area(chart(made, width)) == area(chart(bare, width))
    above = [line for line in chart(made, width) if "▼" in line]
    assert 1 <= len(above) <= 2
    assert all(re.fullmatch(r" *((▼ \+[\d.]+|\+[\d.]+ ▼|▼)( +|$))+", line) for line in above)


def test_a_label_stands_above_its_top_up() -> None:
    lines = chart(HISTORIES["top-up"])
    above = lines[0]
    assert above.split() == ["▼", "+19.50"]
    column = above.index("▼")
    rises = [line[column] for line in lines if re.search("[┤│]", line)]
    assert sum(char > "\u2800" for char in rises) >= 3
    assert "v +19.50" in chart(HISTORIES["top-up"], ascii_only=True)[0]


def test_a_rise_too_small_to_be_seen_gets_no_label() -> None:
    noise = [f"{50 - number / 4 + number % 2 / 2:.2f}" for number in range(100)]
    assert not any("▼" in line for line in chart(history(noise)))


def test_nothing_is_drawn_where_there_are_no_samples() -> None:
    lines = area(chart(HISTORIES["gaps"]))
    now = next(line.index("┊") for line in lines if "┊" in line)
    drawn = [any(line[column : column + 1] > "\u2800" for line in lines) for column in range(now)]
    gap = "".join("x" if here else " " for here in drawn)
    assert re.fullmatch("x{12,} {8,}x{12,}", gap), gap


def test_one_sample_is_a_mark() -> None:
    assert sum(line.count("•") for line in chart(HISTORIES["one"])) == 1
    assert sum(line.count("*") for line in chart(HISTORIES["one"], ascii_only=True)) == 1


def test_an_unlimited_or_unknown_balance_has_only_a_title() -> None:
    assert chart(HISTORIES["unlimited"]) == chart(HISTORIES["unknown"]) == []


def test_every_peak_of_many_samples_is_drawn() -> None:
    amounts = falling(10, 0, 10_000)
    amounts[5000] = "100"
    lines = area(chart(history(amounts, 60)))
    assert any(char > "\u2800" for char in lines[0].replace("┊", ""))


def test_a_chart_is_colored_only_on_request() -> None:
    made = HISTORIES["top-up"]
    assert "\x1b" not in render_chart(made.trends[0], made, view())
    colored = render_chart(made.trends[0], made, view(color=True))
    plain = re.sub("\x1b\\[[0-9;]*m", "", colored)
    assert plain == render_chart(made.trends[0], made, view())
    assert all(f"\x1b[{code}m" in colored for code in (31, 32, 33, 36))


def test_a_sparkline_is_a_line_from_zero_to_the_highest_amount() -> None:
    assert render_sparkline([3, 2, 1, 0], 2, ascii_only=False) == "⠑⢄"
    assert render_sparkline([5] * 8, 4, ascii_only=False) == "⠉⠉⠉⠉"
    assert render_sparkline([0] * 8, 4, ascii_only=False) == "⣀⣀⣀⣀"
    assert render_sparkline([-5, -5, 5, 5], 2, ascii_only=True) == ".'"
    assert render_sparkline([8, None, None, 8, None, None, None, None, 8], 6, ascii_only=True) == "'''  '"
    assert render_sparkline([], 8, ascii_only=False) == render_sparkline([None], 8, ascii_only=False) == ""
    assert render_sparkline([7], 8, ascii_only=False) == "⠁"


def test_a_canvas_draws_nothing_outside_and_the_last_drawn_wins() -> None:
    canvas = Canvas(3, 1)
    canvas.draw_line([(-4, -4), (9, 9)], "")
    canvas.write(1, 0, "word")
    canvas.write(0, 5, "far")
    assert [line.plain for line in canvas.render()] == ["⡠wo"]
    canvas.draw_dot((2, 0), "red")
    assert [line.plain for line in canvas.render(ascii_only=True)] == ["._o"]
    assert not canvas.is_free(0, 0, 1)
    assert not Canvas(3, 1).is_free(1, 0, 3)
    assert Canvas(3, 1).is_free(0, 0, 3)


def shown(balance: Balance, width: int, *arguments: str, env: dict[str, str] | None = None) -> str:
    """Run the program in a terminal of this width; return what it wrote."""
    command = ["sh", "-c", f'stty cols {width} && exec "$@"', "sh", balance.program, *arguments]
    with Terminal(command, balance.environment(env)) as terminal:
        assert terminal.end() == Exit.OK
        return terminal.text.replace("\r\n", "\n")


def recorded(balance: Balance) -> None:
    """Import a history of two profiles, one of which burns 12 USD per day."""
    now = datetime.now(UTC).replace(microsecond=0)
    lines = []
    for name, amounts in (("main", falling(50, 0.5, 80)), ("relay-for-tests", falling(900, 3, 80))):
        for number, amount in enumerate(amounts):
            row = {"name": "key", "unit": "USD", "remaining": float(amount or 0), "used": None, "limit": None,
                   "unlimited": False, "gates": True, "resets_at": None, "expires_at": None, "min": None,
                   "low": None}  # fmt: skip
            at = (now - timedelta(hours=79 - number)).isoformat().replace("+00:00", "Z")
            head = {"profile": name, "provider": "apimart", "status": "ok", "plan": None, "error": None}
            lines.append(json.dumps({"schema_version": 1, "checked_at": at, "status": "ok", "exit_code": 0,
                                     "error": None, "profiles": [{**head, "balances": [row]}]}))  # fmt: skip
    assert balance("history", "import", "-", stdin="\n".join(lines)).code == Exit.OK
    balance.profiles({"main": 'provider = "apimart"\nmin = "5USD"'})


@pytest.mark.parametrize("width", WIDTHS)
def test_a_terminal_shows_the_chart_and_the_trend_at_any_width(balance: Balance, width: int) -> None:
    recorded(balance)
    plot = shown(balance, width, "history", "--plot", "main", "--color", "never")
    assert width - 4 <= max(map(len, plot.splitlines())) <= width
    assert all(word in plot for word in ("minimum 5.00", "lasts 20 h", " min\n", "✕", "now"))
    rows = shown(balance, width, "history", "--color", "never")
    assert max(map(cell_len, rows.splitlines())) <= width
    assert all(word in rows for word in ("relay-for-tests", "10.50 USD", "663.00 USD", "20 h", "9.2 days"))
    assert len(set(rows) & set(map(chr, range(0x2801, 0x2900)))) >= 3


def test_color_follows_the_variables_and_the_option(balance: Balance) -> None:
    recorded(balance)
    plot = ("history", "--plot", "main")
    assert "\x1b[36m" in shown(balance, 80, *plot)
    assert "\x1b" not in shown(balance, 80, *plot, env={"NO_COLOR": "1"})
    assert "\x1b[36m" in shown(balance, 80, *plot, "--color", "always", env={"NO_COLOR": "1"})
    assert "\x1b" not in balance(*plot).out
    assert "\x1b[36m" in balance(*plot, env={"FORCE_COLOR": "1"}).out


def test_a_pipe_gets_every_column_in_full(balance: Balance) -> None:
    recorded(balance)
    out = balance("history", env={"COLUMNS": "40"}).out
    heads = ("PROFILE", "REMAINING", "TREND", "RUNWAY", "PER DAY", "BURNED", "FIRST", "PROVIDER")
    assert re.split("  +", out.splitlines()[0]) == list(heads)
    assert len(out.splitlines()) == 3


def test_the_zone_is_that_of_the_machine(balance: Balance) -> None:
    recorded(balance)
    ends = {}
    for zone in ("UTC", "Asia/Tokyo"):
        found = re.search(r"until (\w{3} \d\d:\d\d)", balance("history", "--plot", "main", env={"TZ": zone}).out)
        assert found
        ends[zone] = found[1]
    hours = [int(end[4:6]) for end in ends.values()]
    assert (hours[1] - hours[0]) % 24 == 9


def test_columns_return_when_there_is_room() -> None:
    made = HISTORIES["top-up"]
    heads = {width: table(made, view(width)).splitlines()[0] for width in range(40, 140)}
    dispensable = ("PROVIDER", "FIRST", "TOPPED UP", "BURNED", "PER DAY")
    assert not any(head in heads[40] for head in dispensable)
    assert all(head in heads[139] for head in dispensable)
    assert all(head in found for found in heads.values() for head in ("PROFILE", "REMAINING", "TREND", "RUNWAY"))


def test_the_table_has_the_range_and_a_note_on_the_surge() -> None:
    made = HISTORIES["range"]
    note = "burning 20x since 17:07 (lasts 3 h at this rate)"
    for width in (None, *WIDTHS):
        text = table(made, view(width))
        assert note in " ".join(text.split())
        assert ("42 h to 3.2 days" in text) is (width is None or width > 40)
        assert "2.5 days" in text
    assert "3.2 days" not in table(foreseen(made, runway_days=Decimal(0)), view())


def test_history_documents_have_the_range_and_the_surge() -> None:
    made = HISTORIES["range"]
    [row] = json.loads(FORMATS["json"](made, view()))["balances"]
    assert (row["runway_days_low"], row["runway_days_high"]) == (1.75, 3.2)
    assert row["surge"] == {"since": "2026-11-21T16:07:00Z", "times": 20, "burn_per_day": 240, "runway_days": 0.125}
    [calm] = json.loads(FORMATS["json"](HISTORIES["one"], view()))["balances"]
    assert (calm["runway_days_low"], calm["runway_days_high"], calm["surge"]) == (None, None, None)
    head, line = csv.reader(io.StringIO(FORMATS["csv"](made, view()), newline=""))
    assert head[:16] == list(calm)[:16]
    assert head[16:] == ["runway_days_low", "runway_days_high", *(f"surge_{name}" for name in Surge._fields)]
    assert line[16:] == ["1.75", "3.2", "2026-11-21T16:07:00Z", "20", "240", "0.125"]
