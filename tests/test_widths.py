"""What is shown on a terminal of 40 to 200 columns: no line is too long, no word is broken, no amount is cut."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from unicodedata import combining, east_asian_width

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balance_cli.amount import balance as amount
from balance_cli.amount import format_amount
from balance_cli.check.judge import judge
from balance_cli.cli import COMMANDS
from balance_cli.commands.providers import describe
from balance_cli.errors import Failure, Misconfigured, Rejected, Unreachable, UsedUp
from balance_cli.minimum import Minimum
from balance_cli.model import Reading
from balance_cli.providers import find, ids
from balance_cli.render import View
from balance_cli.render._runway import explain_runway
from balance_cli.render._watch import draw_window
from balance_cli.render.table import render
from balance_cli.text import clean, wrap_words
from balance_cli.times import Clock
from balance_cli.verdict import JudgedBalance, Outlook, Report, Status, Surge, Verdict
from conftest import Balance
from stub import Stub
from terminal import Terminal

WIDTHS: Final = (40, 60, 80, 120, 200)
NOW: Final = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
LONG_URL: Final = "https://platform.example.com/organization/settings/billing/overview?tab=credit-grants&from=balance"
MESSAGES: Final = (
    Unreachable("HTTP 503: The service is down for maintenance", hint="Apikley asks you to wait 120 s"),
    Rejected("HTTP 401: incorrect key", hint=f"the key is from $OPENAI_ADMIN_KEY; OpenAI documents it at {LONG_URL}"),
    Misconfigured("a minimum of 5 EUR cannot be compared: the balances are in USD", hint="use one of these units"),
    UsedUp("余额不足，请充值后重试，谢谢您的支持" * 3, hint="top up the account"),
)
STATUSES: Final = {"unreachable": Status.UNKNOWN, "rejected": Status.UNKNOWN, "misconfigured": Status.MISCONFIGURED}


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return sum(0 if combining(char) else 1 + (east_asian_width(char) in "WF") for char in text)


LETTERS: Final = st.one_of(
    st.characters(max_codepoint=0x24F), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
)
"""Letters whose width all terminals agree on."""
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)
pools = st.one_of(
    st.sampled_from(["credits", "key limit", "5-hour window of MiniMax-M2", "余额 现金", "größe"]),
    st.text(LETTERS, max_size=60),
)
units = st.sampled_from(["USD", "CNY", "credits", "requests", "percent", "characters", "quota"])
amounts = st.decimals(Decimal("-99999.99"), Decimal(10) ** 9, places=4)
days = st.one_of(st.none(), st.decimals(Decimal("0.001"), 400, places=4))
moments = st.one_of(st.none(), st.timedeltas(timedelta(days=-40), timedelta(days=900)).map(lambda away: NOW + away))


@st.composite
def balances(draw: st.DrawFn) -> JudgedBalance:
    """Return a balance with any of its fields, before it is judged."""
    kind = draw(st.sampled_from(["known", "known", "unlimited", "used only", "unknown"]))
    fields: dict[str, object] = {}
    if kind == "known":
        fields = {"remaining": draw(amounts), "limit": draw(st.one_of(st.just(0), amounts))}
    if kind in {"known", "used only"}:
        fields["used"] = draw(st.decimals(0, 10**6, places=2))
    made = amount(
        clean(draw(pools), 60) or "pool", draw(units), unlimited=kind == "unlimited", gates=draw(st.booleans()),
        resets_at=draw(moments), expires_at=draw(moments), **fields,  # type: ignore[arg-type]
    )  # fmt: skip
    least, left = draw(st.one_of(st.none(), st.just(Decimal(3)))), draw(days)
    lasts = None if least is None or left is None else left >= least
    fastest, slowest = sorted([draw(days) or Decimal(1), draw(days) or Decimal(9)])
    ends = draw(st.sampled_from([(None, None), (fastest, None), (fastest, slowest)]))
    surge = Surge(NOW - draw(st.timedeltas(timedelta(hours=1), timedelta(days=1))), draw(days), Decimal(1), fastest)
    outlook = Outlook(None if left is None else Decimal(1), left, None, *ends, draw(st.sampled_from([None, surge])))
    return JudgedBalance(balance=made, outlook=outlook, min_days=least, lasts=lasts, low=lasts is False or None)


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    """Return the verdict on a profile in any state."""
    base = {
        "profile": draw(names),
        "provider": draw(st.sampled_from(ids())),
        "plan": draw(st.sampled_from([None, "Pro"])),
    }
    top_up = draw(st.sampled_from([None, "https://example.com/billing", LONG_URL]))
    if draw(st.integers(0, 3)) == 0:
        error: Failure = draw(st.sampled_from(MESSAGES))
        return Verdict(**base, status=STATUSES.get(error.kind, Status.LOW), error=error, top_up=top_up)  # type: ignore[arg-type]
    drawn = draw(st.lists(balances(), min_size=1, max_size=4))
    minimums = draw(
        st.sampled_from([[], [Minimum(Decimal(5), None)], [Minimum(Decimal(10), "%")], [Minimum(Decimal(5), "EUR")]])
    )
    reading = Reading(balances=tuple(row.balance for row in drawn), plan=None)
    status, judged, failure = judge(reading, minimums, each=True)
    rows = tuple(
        row._replace(outlook=old.outlook, min_days=old.min_days, lasts=old.lasts, low=row.low or old.low)
        for row, old in zip(judged, drawn, strict=True)
    )
    status = Status.LOW if any(row.low for row in rows) else status
    return Verdict(**base, status=status, balances=rows, error=failure, top_up=top_up)  # type: ignore[arg-type]


reports = st.builds(
    lambda found, elapsed: Report(checked_at=NOW, verdicts=tuple(found), elapsed_ms=elapsed),
    st.lists(verdicts(), min_size=1, max_size=6),
    st.integers(0, 20_000),
)


def shown_amounts(report: Report) -> Iterator[str]:
    """Yield every amount that a table must show in full, with its unit."""
    for verdict in report.verdicts:
        for index, row in enumerate(verdict.balances):
            if (row.balance.gates or index == 0) and row.balance.remaining is not None:
                yield f"{format_amount(row.balance.remaining, row.balance.unit, row.minimum)} {row.balance.unit}"


def check_words(text: str, wide: str) -> None:
    """Assert that every word is one of the words with more room, or a piece of a long one."""
    known, joined = set(wide.split()), "".join(wide.split())
    for word in text.split():
        if word in known or re.fullmatch(r"[-+]?[0-9.]+[)%]?|[·█▏▎▍▌▋▊▉]+", word):
            continue
        start, shortened, end = word.partition("…")
        assert start in joined, word
        assert end in joined, word
        assert shortened or any(word in one and cells(one) > 34 for one in known), word


@settings(max_examples=40, deadline=None)
@given(reports, st.booleans())
def test_every_table_fits_every_terminal(report: Report, details: bool) -> None:
    for width in WIDTHS:
        text = render(report, View(width=width, details=details))
        for line in text.splitlines():
            assert cells(line) <= width, (width, line)
            assert line == line.rstrip()
        for one in shown_amounts(report):
            assert one in text or one in " ".join(text.split()), (width, one)
        for verdict in report.verdicts:
            assert verdict.status in text
        assert sum(line.split()[0] in set(Status) for line in text.splitlines() if line) >= len(report.verdicts)
        total = re.findall(r"([0-9]+) (?:ok|low|misconfigured|unknown)\b", text.rpartition("\n\n")[2])
        assert sum(map(int, total)) == len(report.verdicts)


@settings(max_examples=25, deadline=None)
@given(reports)
def test_no_table_breaks_a_word(report: Report) -> None:
    reasons = " ".join(
        f"{verdict.error.describe() if verdict.error else ''} top up at {verdict.top_up}" for verdict in report.verdicts
    )
    lasting = (explain_runway(row, Clock(NOW)) for verdict in report.verdicts for row in verdict.balances)
    told = f"{' '.join(lasting)} below the minimum of days min h MIN DAYS SHORT BY OF LIMIT REMAINING RUNWAY RANGE"
    for width in WIDTHS:
        wide = render(report, View(width=10_000))
        check_words(render(report, View(width=width)), f"{wide} {reasons} {told}")


@settings(max_examples=25, deadline=None)
@given(reports)
def test_colors_and_ascii_change_no_width(report: Report) -> None:
    for width in WIDTHS:
        for ascii_only in (False, True):
            text = render(report, View(width=width, color=True, ascii=ascii_only))
            plain = re.sub("\x1b\\[[0-9;]*m", "", text)
            assert all(cells(line) <= width for line in plain.splitlines())
            assert plain.isascii() or not ascii_only


@settings(max_examples=25, deadline=None)
@given(reports, st.integers(1, 40))
def test_every_window_of_a_watch_fits(report: Report, rows: int) -> None:
    for width in WIDTHS:
        lines = [text.plain for text in draw_window(report, View(width=width), rows, 60)]
        assert len(lines) <= rows
        assert all(cells(line) <= width for line in lines)


@given(st.text(LETTERS, max_size=200), st.integers(2, 60))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrap_words(text, width, cells)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cells(line) <= width for line in lines)


def test_a_long_address_is_broken_after_its_slashes() -> None:
    assert wrap_words(f"see {LONG_URL}", 40) == [
        "see https://platform.example.com/", "organization/settings/billing/",
        "overview?tab=credit-grants&from=balance",
    ]  # fmt: skip


STATES: Final[Mapping[str, str]] = {
    "agents": '{"remaining_credits": "12.5", "credit_usage": "7.50", "total_deposits": "20"}',
    "image-generation-in-europe": '{"remaining_credits": "3.25", "credit_usage": "26.75", "total_deposits": "30"}',
    "debt": '{"remaining_credits": "-1000000.05", "credit_usage": "1000001", "total_deposits": "0.95"}',
    "broken": "<html>",
}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_real_terminal_gets_no_line_that_is_too_long(balance: Balance, width: int) -> None:
    stubs = [Stub(always={"status": 200, "text": text}) for text in STATES.values()]
    with stubs[0], stubs[1], stubs[2], stubs[3]:
        addresses = zip(STATES, stubs, strict=True)
        balance.profiles({name: f'provider = "imagerouter"\nbase_url = "{stub.url}"' for name, stub in addresses})
        words = [balance.program, "check", "--min", "5", "--color", "always"]
        with Terminal(words, balance.environment(), columns=width) as terminal:
            assert terminal.end() == 3
    text = re.sub("\x1b\\[[0-9;?]*[A-Za-z]|.*\r(?!\n)", "", terminal.text)
    assert max(map(cells, text.splitlines())) <= width
    for one in ("12.50 USD", "3.25 USD", "-1000000.05 USD", "1 ok", "2 low", "1 unknown"):
        assert one in text
    for line in text.splitlines()[:2]:
        assert re.match("(STATUS|✓ ok) ", line)


COMMAND_LINES: Final = [[], *([name] for name in COMMANDS if name != "completion"), ["profile", "add"]]


@pytest.mark.parametrize("words", COMMAND_LINES, ids=" ".join)
def test_every_help_fits_and_breaks_no_word(balance: Balance, words: list[str]) -> None:
    wide = " ".join(balance(*words, "--help", env={"COLUMNS": "200"}).out.split())
    for width in WIDTHS[:3]:
        text = balance(*words, "--help", env={"COLUMNS": str(width)}).out
        assert max(map(len, text.splitlines())) <= width
        before_commands = text.partition("\nCommands:")[0]  # their descriptions are shortened
        assert " ".join(before_commands.split()) in wide, width


@pytest.mark.parametrize("width", WIDTHS)
def test_the_list_of_providers_fits(balance: Balance, width: int) -> None:
    with Terminal([balance.program, "providers"], balance.environment(), columns=width) as terminal:
        assert terminal.end() == 0
    assert max(map(len, terminal.text.splitlines())) <= width
    words = {word.strip(",") for word in terminal.text.split()}
    for provider in map(find, ids()):
        variables = provider.env[0].split("+") if provider.env else []
        assert {provider.id, *(f"${name}" for name in variables)} <= words


@pytest.mark.parametrize("width", WIDTHS)
def test_the_description_of_every_provider_fits(width: int) -> None:
    for provider in map(find, ids()):
        described, _, pasted = describe(provider, width).partition("\n[profiles.")
        assert max(map(len, described.splitlines())) <= width
        assert describe(provider).endswith(pasted)
        assert "".join(described.split()) in "".join(describe(provider).split())


@pytest.mark.parametrize("width", WIDTHS)
def test_the_demo_fits(balance: Balance, width: int) -> None:
    with Terminal([balance.program, "demo"], balance.environment(), columns=width) as terminal:
        assert terminal.end() == 0
    text = re.sub("\x1b\\[[0-9;]*m", "", terminal.text)
    assert max(map(cells, text.splitlines())) <= width
