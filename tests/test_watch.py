"""`balance check --watch`: on a terminal, in a pipe, and with a failing provider."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from balance_cli.amount import balance as amount
from balance_cli.commands.watch import Looks
from balance_cli.config.load import load, select_profiles
from balance_cli.errors import Failure, Throttled, Unreachable
from balance_cli.exits import Exit
from balance_cli.render import View
from balance_cli.render._watch import draw_window
from balance_cli.verdict import JudgedBalance, Report, Status, Verdict
from conftest import SLACK, Balance, wait
from stub import Stub
from surroundings import HERE
from terminal import Terminal

RECORDER: Final = """
import gc, os, sys

def note(phase, _):
    names = {frame.f_code.co_name for stack in sys._current_frames().values() for frame in walk(stack)}
    if "watch" in names:
        with open(os.environ["COLLECTIONS"], "a") as record:
            record.write("during " if "run_check" in names else "between ")

def walk(frame):
    while frame:
        yield frame
        frame = frame.f_back

gc.callbacks.append(note)
"""
"""A module that Python imports at its start; it records where garbage is collected."""


def answers(*amounts: int) -> list[dict[str, object]]:
    """Return responses with these amounts, in order."""
    request = "GET /api/v1/chat/credit"
    return [{"request": request, "answer": {"code": 200, "msg": "success", "data": amount}} for amount in amounts]


@pytest.fixture
def falling(balance: Balance) -> Iterator[Balance]:
    """A balance that is lower at each check."""
    with Stub(exchanges=answers(*range(100, 0, -7))) as stub:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{stub.url}"'})
        yield balance


def test_a_terminal_shows_changes_and_the_next_check(falling: Balance) -> None:
    with Terminal([falling.program, "check", "--watch", "10", "--min", "90"], falling.environment()) as terminal:
        first = terminal.until("Ctrl-C to stop")
        assert "next check in" in first
        assert "100" in first
        assert "CHANGE" not in first
        second = terminal.until("CHANGE")
        assert "-7" in terminal.until("-7")
        assert "93" in second
        assert terminal.leave("\x03") == Exit.INTERRUPTED
        assert terminal.text.rindex("\x1b[?25h") > terminal.text.rindex("\x1b[?25l")


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_dumb_terminal_gets_a_line_per_look(falling: Balance, term: str) -> None:
    env = falling.environment({"TERM": term, "TZ": "UTC-3"})
    hour = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%d %H:")
    with Terminal([falling.program, "check", "--watch", "10", "--min", "95"], env) as terminal:
        assert terminal.until("100 credits\r\n", 9).startswith(hour)
        found = terminal.until("minimum of 95\r\n")
        terminal.type("\x03")
        assert terminal.end() == Exit.INTERRUPTED
    assert "\x1b" not in found
    assert [line[21:] for line in found.splitlines()] == [
        "1 ok; main: 100 credits",
        "1 low; main is low: 93 credits (-7), 2 below the minimum of 95",
    ]


def profiles(count: int, **troubled: Status) -> Report:
    """Return a report of so many profiles; those that are named have trouble."""
    spent = amount("payg", "USD", remaining="1")
    low = JudgedBalance(balance=spent, minimum=Decimal(5), low=True)
    ok = JudgedBalance(balance=spent, minimum=Decimal(0), low=False)
    verdicts = [
        Verdict(
            profile=name,
            provider="apertis",
            status=(status := troubled.get(name, Status.OK)),
            balances=() if status is Status.UNKNOWN else (low if status is Status.LOW else ok,),
            error=Unreachable("no answer") if status is Status.UNKNOWN else None,
        )
        for name in (f"p{index}" for index in range(count))
    ]
    return Report(checked_at=datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC), verdicts=tuple(verdicts), elapsed_ms=210)


def window(report: Report, rows: int, columns: int = 80, wait: float = 42) -> list[str]:
    """Return the lines of a window."""
    return [text.plain for text in draw_window(report, View(width=columns), rows, wait)]


def test_a_window_with_room_shows_all_profiles_in_their_order() -> None:
    lines = window(profiles(4, p2=Status.LOW), rows=8)
    assert [line.split()[1] for line in lines[1:5]] == ["p0", "p1", "p2", "p3"]
    assert lines[5:] == ["", "3 ok · 1 low · 0.21 s", "low · 12:00:05 · next check in 42 s · Ctrl-C to stop"]
    assert window(profiles(4, p2=Status.LOW), rows=7) == [*lines[:5], *lines[6:]]


def test_a_window_without_room_shows_first_what_is_not_ok() -> None:
    report = profiles(13, p7=Status.LOW, p11=Status.UNKNOWN)
    lines = window(report, rows=8)
    assert [line.split()[:2] for line in lines[1:5]] == [
        ["low", "p7"], ["unknown", "p11"], ["ok", "p0"], ["ok", "p1"]
    ]  # fmt: skip
    assert lines[5:] == [
        "… and 9 more, all ok", "11 ok · 1 low · 1 unknown · 0.21 s",
        "low · 12:00:05 · next check in 42 s · Ctrl-C to stop",
    ]  # fmt: skip
    assert window(report, rows=5)[2] == "… and 12 more, 11 ok, 1 unknown"


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("rows", [1, 2, 3, 5, 11, 24, 50])
def test_every_window_ends_with_the_footer(rows: int, columns: int) -> None:
    names: dict[str, Status] = {"p1": Status.MISCONFIGURED, "p3": Status.UNKNOWN, "p4": Status.UNKNOWN}
    lines = window(profiles(13, **names), rows, columns, wait=3600)
    assert len(lines) <= rows
    assert all(len(line) <= columns for line in lines)
    assert "Ctrl-C to stop" in lines[-1]
    if rows >= 3:
        footer = " ".join(lines[-3:])
        for words in ("misconfigured", "12:00:05", "next check in 60 min"):
            assert words in footer


def test_a_live_table_fits_its_window_and_follows_its_size(balance: Balance) -> None:
    with Stub(always={"answer": {"code": 200, "msg": "success", "data": 100}}) as stub:
        names = [f"profile-{index}" for index in range(13)]
        balance.profiles(dict.fromkeys(names, f'provider = "apikley"\nbase_url = "{stub.url}"'))
        words = [balance.program, "check", "--watch", "10", "--color", "never"]
        with Terminal(words, balance.environment(), columns=60, rows=10) as terminal:
            wait(lambda: terminal.read(0.1) and terminal.text.count("Ctrl-C to stop") >= 2)
            text = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", terminal.text)
            screens = [screen.strip() for screen in text.split("Ctrl-C to stop")[:-1]]
            assert len(set(screens)) == len(screens), "a screen was drawn twice"
            for screen in screens:
                assert "… and 8 more, all ok" in screen
                assert len(screen.splitlines()) <= 9
                assert max(map(len, screen.splitlines())) <= 60
            terminal.resize(100, 30)
            wide = terminal.until("profile-12")
            assert "\x1b[2J\x1b[H" in wide
            assert terminal.leave("\x03") == Exit.INTERRUPTED


@pytest.mark.parametrize("always", [True, False])
def test_the_color_option_overrides_the_environment(falling: Balance, always: bool) -> None:
    env = falling.environment({"NO_COLOR": "1"} if always else {"FORCE_COLOR": "1"})
    words = ["check", "--watch", "10", "--min", "200", "--color", "always" if always else "never"]
    with Terminal([falling.program, *words], env) as terminal:
        terminal.until("Ctrl-C to stop")
        assert ("\x1b[1;31m" in terminal.text) is always
        terminal.type("\x03")
        assert terminal.end() == Exit.INTERRUPTED


def test_a_pipe_gets_one_json_line_per_check_without_leaks(falling: Balance) -> None:
    watch = subprocess.Popen(
        [falling.program, "check", "--watch", "10", "--json", "--min", "90"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=falling.environment(),
        text=True,
    )
    assert watch.stdout
    assert watch.stderr
    seen, handles = [], []
    for _ in range(3):
        seen.append(json.loads(watch.stdout.readline()))
        time.sleep(0.5)
        handles.append(len(list(Path(f"/proc/{watch.pid}/fd").iterdir())))
    assert [document["profiles"][0]["remaining"] for document in seen] == [100, 93, 86]
    assert [document["exit_code"] for document in seen] == [0, 0, 3]
    moments = [datetime.fromisoformat(document["checked_at"]) for document in seen]
    assert all(
        (later - sooner).total_seconds() >= 9 for sooner, later in pairwise(moments)
    )  # timestamps are in whole seconds
    assert handles[0] == handles[2]
    watch.send_signal(signal.SIGINT)
    assert watch.wait(SLACK) == Exit.INTERRUPTED
    assert (watch.stdout.read(), watch.stderr.read()) == ("", "")
    watch.stdout.close()
    watch.stderr.close()


def test_garbage_is_collected_between_checks_and_never_during_one(falling: Balance, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(RECORDER)
    record = tmp_path / "collections"
    command = [falling.program, "check", "--watch", "10", "--json"]
    env = falling.environment({"PYTHONPATH": str(tmp_path), "COLLECTIONS": str(record)})
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as watch:
        assert watch.stdout
        for _ in range(2):
            assert watch.stdout.readline()
        watch.send_signal(signal.SIGINT)
        assert watch.wait(SLACK) == Exit.INTERRUPTED
    places = record.read_text().split()
    assert set(places) == {"between"}
    assert len(places) >= 2


def test_a_watch_ends_when_its_reader_is_gone(falling: Balance) -> None:
    shell = f'set -o pipefail; {falling.program} check --watch 10 --json | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", shell], capture_output=True, env=falling.environment(), text=True, check=False)
    assert done.stdout.splitlines()[-1] == str(int(Exit.BROKEN_PIPE))
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [["9.9"], ["0"], ["-1"], ["nan"], ["inf"], ["x"]])
def test_intervals_under_ten_seconds_are_rejected(falling: Balance, arguments: list[str]) -> None:
    ended = falling("check", "--watch", *arguments)
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert "--watch" in ended.err


def test_an_invalid_config_ends_a_watch_with_a_document(balance: Balance) -> None:
    balance.write("[profiles.main]\nprovider = 'apertis'\nmni = 5\n")
    ended = balance("check", "--watch", "10", "--json")
    assert ended.code == Exit.MISCONFIGURED
    assert json.loads(ended.out)["error"]["kind"] == "misconfigured"
    assert "mni" in ended.err
    assert balance("check", "--watch", "10").code == Exit.MISCONFIGURED


def looks(balance: Balance, seconds: float = 60) -> Looks:
    """Return a watch of two profiles before its first check."""
    balance.write('[profiles.a]\nprovider = "apertis"\nkey = "k"\n[profiles.b]\nprovider = "apertis"\nkey = "k"\n')
    return Looks(select_profiles(HERE, load(HERE, str(balance.config)), []), seconds)


def seen(error: Failure | None, *names: str) -> Report:
    """Return a report in which all these profiles ended this way."""
    status = Status.UNKNOWN if error else Status.OK
    verdicts = tuple(Verdict(profile=name, provider="apertis", status=status, error=error) for name in names)
    return Report(checked_at=datetime.now(UTC), verdicts=verdicts)


@pytest.mark.parametrize("seconds", [10, 60, 100, 200, 250, 400])
def test_an_interface_that_is_not_published_is_polled_every_five_minutes_at_most(
    balance: Balance, seconds: float
) -> None:
    balance.write('[profiles.a]\nprovider = "zai"\nkey = "k"\n[profiles.b]\nprovider = "apertis"\nkey = "k"\n')
    watch, asked = Looks(select_profiles(HERE, load(HERE, str(balance.config)), []), seconds), []
    for look in range(100):
        due = [profile.name for profile in watch.due(seconds * look)]
        assert "b" in due
        asked += [seconds * look] if "a" in due else []
        watch.take(seen(None, *due), seconds * look)
    gaps = {after - before for before, after in pairwise(asked)}
    assert len(gaps) == 1
    assert max(300, seconds) <= gaps.pop() <= 300 + seconds


def test_a_failing_profile_is_backed_off_until_it_recovers(balance: Balance) -> None:
    watch, asked = looks(balance), []
    for look in range(40):
        now = 60.0 * look
        due = [profile.name for profile in watch.due(now)]
        assert "b" in due
        watch.take(seen(None, "b"), now)
        if "a" in due:
            asked.append(look)
            watch.take(seen(None if look > 30 else Unreachable("down"), "a"), now)
    assert asked == [0, 2, 6, 14, 30]
    watch = looks(balance)
    for look, error in ((0, Unreachable("down")), (2, None), (3, None)):
        assert [profile.name for profile in watch.due(60.0 * look)] == ["a", "b"]
        watch.take(seen(error, "a", "b"), 60.0 * look)


def test_the_backoff_is_limited_to_every_16th_check(balance: Balance) -> None:
    watch, asked = looks(balance), []
    for look in range(80):
        if "a" in [profile.name for profile in watch.due(60.0 * look)]:
            asked.append(look)
            watch.take(seen(Unreachable("down"), "a"), 60.0 * look)
    assert asked == [0, 2, 6, 14, 30, 46, 62, 78]


def test_a_retry_after_postpones_the_next_check(balance: Balance) -> None:
    watch = looks(balance)
    watch.take(seen(Throttled("slow down", wait=290), "a"), 0)
    watch.take(seen(Throttled("slow down", wait=1), "b"), 0)
    due = {look: [profile.name for profile in watch.due(60.0 * look)] for look in range(1, 6)}
    assert due == {1: [], 2: ["b"], 3: ["b"], 4: ["b"], 5: ["a", "b"]}
    assert [verdict.profile for verdict in watch.report(seen(None, "b")).verdicts] == ["a", "b"]
