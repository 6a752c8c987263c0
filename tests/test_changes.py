"""Acting on a verdict: `--changes`, `--on-change`, `--until` and `--for`, with real processes and state files."""

import io
import json
import math
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from balance_cli.amount import balance as amount
from balance_cli.check.changes import Look, Memory
from balance_cli.commands.changes import run_command
from balance_cli.commands.watch import Looks
from balance_cli.config.load import load, select_profiles
from balance_cli.environment import Environment
from balance_cli.errors import Unreachable
from balance_cli.exits import Exit
from balance_cli.providers import find
from balance_cli.verdict import JudgedBalance, Report, Status, Verdict
from conftest import KEY, SLACK, Balance, wait
from stub import Stub
from surroundings import HERE
from terminal import Terminal

REQUEST: Final = "GET /api/v1/chat/credit"
LOW, OK, FAILED = 4, 12, None
NOON: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)


def answer(number: int | None) -> dict[str, Any]:
    """Return a response with so many credits; without a number, a failure that is not tried again."""
    if number is None:
        return {"status": 403, "text": "no"}
    return {"answer": {"code": 200, "msg": "success", "data": number}}


@pytest.fixture
def stub(balance: Balance) -> Iterator[Stub]:
    """A provider for the profile ``main``, which wants 5 credits."""
    with Stub(always=answer(OK)) as made:
        balance.profiles({"main": f'provider = "apikley"\nmin = 5\nbase_url = "{made.url}"'})
        yield made


def look(balance: Balance, stub: Stub, number: int | None, *words: str) -> tuple[int, str, str]:
    """Check once while so much remains."""
    stub.always = answer(number)
    ended = balance("check", *(words or ("-q", "--changes")))
    return ended.code, ended.out, ended.err


def state(balance: Balance) -> Path:
    """Return the file of the last verdicts."""
    return balance.home / ".local" / "state" / "balance" / "verdicts.json"


def told(balance: Balance, stub: Stub, *numbers: int | None) -> list[str]:
    """Return what each of these looks says, by its first word."""
    texts = [look(balance, stub, number)[2] for number in numbers]
    assert all(text.count("\n") <= 1 for text in texts)
    return [text.removeprefix("balance: main: ").partition(":")[0].strip() for text in texts]


def test_cron_is_told_once_of_a_low_balance_and_once_of_its_recovery(balance: Balance, stub: Stub) -> None:
    low = look(balance, stub, LOW)
    assert low[:2] == (Exit.LOW, "")
    assert re.fullmatch(r"balance: main: low: .* has 4 credits, below the minimum of 5.*\n", low[2])
    assert look(balance, stub, LOW) == (Exit.LOW, "", "")
    assert look(balance, stub, FAILED) == (Exit.UNKNOWN, "", "")
    assert look(balance, stub, LOW) == (Exit.LOW, "", "")
    assert look(balance, stub, OK) == (Exit.OK, "", "balance: main: ok: 12 credits\n")
    assert look(balance, stub, OK) == (Exit.OK, "", "")


def test_an_unknown_counts_from_the_second_in_a_row(balance: Balance, stub: Stub) -> None:
    numbers = (OK, FAILED, FAILED, FAILED, OK, FAILED, LOW, FAILED, OK)
    assert told(balance, stub, *numbers) == ["", "", "unknown", "", "ok", "", "low", "", "ok"]


def test_the_first_look_of_all_is_a_change_only_if_it_is_not_ok(balance: Balance, stub: Stub) -> None:
    for number, first in ((OK, ""), (LOW, "low"), (FAILED, "unknown")):
        state(balance).unlink(missing_ok=True)
        assert told(balance, stub, number) == [first]


def test_the_document_is_printed_only_on_a_change(balance: Balance, stub: Stub) -> None:
    words = ("--json", "--changes")
    assert look(balance, stub, OK, *words) == (Exit.OK, "", "")
    assert json.loads(look(balance, stub, LOW, *words)[1])["status"] == "low"
    assert look(balance, stub, LOW, *words) == (Exit.LOW, "", "")
    assert "main" in look(balance, stub, OK, "--changes")[1]
    assert look(balance, stub, OK, "--changes") == (Exit.OK, "", "")


def test_a_file_is_written_without_a_change_too(balance: Balance, stub: Stub) -> None:
    file = balance.home / "verdicts"
    for number in (OK, OK + 1):
        assert look(balance, stub, number, "--changes", "-o", "plain", "--output-file", str(file))[1:] == ("", "")
        assert f"\t{number}\t" in file.read_text()


def test_only_the_changed_profiles_are_told(balance: Balance, stub: Stub) -> None:
    address = f'provider = "apikley"\nbase_url = "{stub.url}"'
    balance.profiles({"main": f"{address}\nmin = 5", "other": f"{address}\nmin = 20"})
    assert look(balance, stub, OK)[2].startswith("balance: other: low: ")
    assert look(balance, stub, LOW)[2].startswith("balance: main: low: ")
    assert look(balance, stub, 30)[2] == "balance: main: ok: 30 credits\nbalance: other: ok: 30 credits\n"


def test_each_config_has_its_own_last_verdicts(balance: Balance, stub: Stub) -> None:
    assert told(balance, stub, LOW, LOW) == ["low", ""]
    balance.config.rename(balance.home / "other.toml")
    balance.env["BALANCE_CONFIG"] = str(balance.home / "other.toml")
    assert told(balance, stub, LOW, LOW) == ["low", ""]


def test_a_check_that_does_not_ask_for_changes_is_no_look(balance: Balance, stub: Stub) -> None:
    assert look(balance, stub, LOW, "-q")[0] == Exit.LOW
    assert not state(balance).exists()
    assert told(balance, stub, LOW) == ["low"]


def test_a_config_that_cannot_be_used_is_always_told(balance: Balance, stub: Stub) -> None:
    balance.write("[profiles.main]\nprovider = 'apertis'\nmni = 5\n")
    for _ in range(2):
        code, _, err = look(balance, stub, OK)
        assert code == Exit.MISCONFIGURED
        assert "mni" in err


def test_keys_from_the_environment_are_not_told_each_time(balance: Balance) -> None:
    with Stub(always={"status": 403, "text": "no"}) as stub:
        balance.env.update({"APERTIS_API_KEY": KEY, "HTTPS_PROXY": stub.url})
        assert balance("check", "--changes", "-q", "--timeout", "5s").err.startswith("balance: apertis: unknown: ")


def at_once(balance: Balance, count: int = 10) -> list[str]:
    """Run so many checks at once; return what they say."""
    command = [balance.program, "check", "-q", "--changes"]
    runs = [
        subprocess.Popen(command, env=balance.environment(), stderr=subprocess.PIPE, text=True) for _ in range(count)
    ]
    return [text for run in runs if (text := run.communicate(timeout=60)[1])]


def test_of_ten_runs_at_once_one_tells(balance: Balance, stub: Stub) -> None:
    stub.always = answer(LOW)
    assert len(at_once(balance)) == 1
    assert told(balance, stub, LOW, OK) == ["", "ok"]


def test_ten_failures_at_once_are_one_look(balance: Balance, stub: Stub) -> None:
    assert told(balance, stub, OK) == [""]
    stub.always, stub.delay = answer(FAILED), 3  # so that they all begin before the first one ends
    assert at_once(balance, 6) == []
    stub.delay = 0
    assert told(balance, stub, FAILED, OK) == ["unknown", "ok"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[[1, 2]]", "[" * 100_000, "\x00", '{"CONFIG": 5}',
                                  '{"CONFIG": {"main": {"status": "fine", "at": 1}}}',
                                  '{"CONFIG": {"main": {"status": "low"}}}'])  # fmt: skip
def test_a_broken_state_file_is_no_last_look_and_is_replaced(balance: Balance, stub: Stub, text: str) -> None:
    state(balance).parent.mkdir(parents=True)
    state(balance).write_text(text.replace("CONFIG", str(balance.config)))
    state(balance).with_name(".verdicts.json.0123").write_text('{"half')
    assert told(balance, stub, LOW, LOW, OK) == ["low", "", "ok"]
    assert json.loads(state(balance).read_text())[str(balance.config)]["main"]["status"] == "ok"


def test_the_state_file_is_only_for_its_owner_and_holds_no_key(balance: Balance, stub: Stub) -> None:
    look(balance, stub, LOW)
    assert stat.S_IMODE(state(balance).stat().st_mode) == 0o600
    assert KEY not in state(balance).read_text()


def test_runs_that_are_killed_at_any_moment_leave_a_whole_file(balance: Balance, stub: Stub) -> None:
    assert told(balance, stub, OK) == [""]
    stub.always = answer(LOW)
    command = [balance.program, "check", "-q", "--changes"]
    said = ""
    before = state(balance).stat().st_mtime_ns
    for step in range(40):
        run = subprocess.Popen(command, env=balance.environment(), stderr=subprocess.PIPE, text=True)
        folder, end = state(balance).parent, time.monotonic() + SLACK
        while not list(folder.glob(".verdicts.json.*")) and run.poll() is None and time.monotonic() < end:
            pass
        time.sleep(step / 20_000)
        run.kill()
        said += run.communicate()[1]
        json.loads(state(balance).read_text())
        for left in folder.glob(".verdicts.json.*"):
            left.unlink()
        if state(balance).stat().st_mtime_ns != before:
            break
    assert said.count("main: low") <= 1
    assert told(balance, stub, LOW, OK)[1] == "ok"


def test_without_a_place_for_the_last_verdicts_all_that_is_not_ok_is_told(balance: Balance, stub: Stub) -> None:
    state(balance).parent.parent.mkdir(parents=True)
    state(balance).parent.write_text("not a folder")
    for _ in range(2):
        code, _, err = look(balance, stub, LOW)
        assert code == Exit.LOW
        assert err.startswith("balance: cannot keep the last verdicts: File exists\nbalance: main: low: ")
    assert look(balance, stub, OK)[2].count("\n") == 1


def hook(balance: Balance, stub: Stub, number: int | None, command: str, *words: str) -> tuple[int, str, str]:
    """Check once with a command that is run on a change."""
    return look(balance, stub, number, "-q", "--on-change", command, *words)


def test_a_command_gets_the_document_and_the_changed_profiles_once(balance: Balance, stub: Stub) -> None:
    address = f'provider = "apikley"\nbase_url = "{stub.url}"'
    balance.profiles({"a": f"{address}\nmin = 5", "b": f"{address}\nmin = 1", "c": f"{address}\nmin = 5"})
    command = 'echo "$BALANCE_STATUS $BALANCE_PROFILES" >> "$HOME/told"; cat > "$HOME/document"'
    for number in (OK, LOW, LOW, FAILED, OK):
        hook(balance, stub, number, command)
        if number == LOW:
            document = json.loads((balance.home / "document").read_text())
            assert [one["status"] for one in document["profiles"]] == ["low", "ok", "low"]
    assert (balance.home / "told").read_text() == "low a c\nok a c\n"


def test_a_command_has_no_key_of_the_config(balance: Balance, stub: Stub) -> None:
    balance.env.update({find("apikley").env[0]: f"{KEY}1", "NTFY_TOKEN": "token"})
    hook(balance, stub, LOW, 'env > "$HOME/variables"')
    found = (balance.home / "variables").read_text()
    assert KEY not in found
    assert "NTFY_TOKEN=token\n" in found
    assert f"HOME={balance.home}\n" in found


@pytest.mark.parametrize(("provider", "requests"), [("kilo", 1), ("apikley", 3)])
def test_an_interface_that_is_not_published_is_not_asked_by_every_run(
    balance: Balance, provider: str, requests: int
) -> None:
    with Stub(always={"answer": {"balance": 12, "code": 200, "msg": "success", "data": 12}}) as stub:
        balance.profiles({"main": f'provider = "{provider}"\nbase_url = "{stub.url}"'})
        codes = {balance("check", "-q", "--on-change", ":").code for _ in range(3)}
    assert (codes, len(stub.asked)) == ({Exit.OK}, requests)


def test_what_a_command_prints_is_talk(balance: Balance, stub: Stub) -> None:
    stub.always = answer(LOW)
    ended = balance("check", "--json", "--on-change", "echo told; echo trouble >&2")
    assert json.loads(ended.out)["status"] == "low"
    assert ended.err == "told\ntrouble\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("exit 7", "balance: --on-change exited with 7\n"),
        ("kill -9 $$", "balance: --on-change was killed\n"),
        ("exec 0<&-; exit 0", ""),
    ],
)
def test_a_failing_command_is_told_and_changes_no_verdict(
    balance: Balance, stub: Stub, command: str, said: str
) -> None:
    code, _, err = hook(balance, stub, LOW, command)
    assert (code, err.partition("\n")[2]) == (Exit.LOW, said)


def test_a_slow_command_is_killed_with_its_children(tmp_path: Path) -> None:
    said = io.BytesIO()
    here = Environment(os.environ, None, sys.stdout, io.TextIOWrapper(said))
    pid = tmp_path / "pid"
    report = judge(main=Status.LOW)
    began = time.monotonic()
    command = f"sleep 60 & echo $! > {pid}; sleep 60"
    run_command(here, command, report, ["main"], [], output=subprocess.DEVNULL, patience=1)
    assert time.monotonic() - began < SLACK
    wait(lambda: not alive(int(pid.read_text())))
    assert said.getvalue() == b"balance: --on-change did not finish within 1 s\n"


def alive(pid: int) -> bool:
    """Return whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_terminated_run_ends_its_command(balance: Balance, stub: Stub) -> None:
    stub.always = answer(LOW)
    pid = balance.home / "pid"
    command = [balance.program, "check", "-q", "--on-change", f"echo $$ > {pid}; sleep 60"]
    run = subprocess.Popen(command, env=balance.environment(), stderr=subprocess.DEVNULL)
    wait(lambda: pid.exists() and pid.read_text().strip())
    run.send_signal(signal.SIGTERM)
    assert run.wait(SLACK) == Exit.TERMINATED
    wait(lambda: not alive(int(pid.read_text())))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--until", "ok"], "--until requires --watch"),
        (["--for", "6h"], "--for requires --watch"),
        (["--watch", "5m", "--until", "unknown"], '--until must be one of ok, low, not "unknown"'),
        (["--watch", "5m", "--for", "soon"], "--for must be a time like"),
        (["--on-change", " "], "--on-change is empty"),
    ],
)
def test_wrong_options_are_usage_errors(balance: Balance, words: list[str], said: str) -> None:
    ended = balance("check", *words)
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert said in ended.err


@pytest.mark.parametrize(("number", "until", "code"), [(OK, "ok", Exit.OK), (LOW, "low", Exit.LOW)])
def test_a_watch_ends_with_the_code_of_the_verdict_it_waits_for(
    balance: Balance, stub: Stub, number: int, until: str, code: Exit
) -> None:
    assert look(balance, stub, number, "--watch", "1h", "--until", until)[0] == code


def test_a_watch_until_ok_goes_on_while_it_is_low(balance: Balance) -> None:
    exchanges = [{"request": REQUEST} | answer(LOW)]
    with Stub(exchanges=exchanges, always=answer(OK)) as stub:
        balance.profiles({"main": f'provider = "apikley"\nmin = 5\nbase_url = "{stub.url}"'})
        ended = balance("check", "--watch", "10s", "--until", "ok")
    assert ended.code == Exit.OK
    lines = [line[21:] for line in ended.out.splitlines()]
    assert lines == ["1 low; main is low: 4 credits, 1 below the minimum of 5", "1 ok; main: 12 credits (+8)"]


def test_a_watch_ends_in_time_with_the_code_of_the_last_look(balance: Balance, stub: Stub) -> None:
    stub.always = answer(LOW)
    ended = balance("check", "--watch", "1h", "--until", "ok", "--for", "2s")
    assert ended.code == Exit.LOW
    assert 2 <= ended.seconds < SLACK
    stub.delay = 60
    ended = balance("check", "--watch", "1h", "--for", "2s")
    assert ended.code == Exit.UNKNOWN
    assert ended.seconds < SLACK


def test_a_watch_on_a_terminal_leaves_its_table(balance: Balance, stub: Stub) -> None:
    stub.always = answer(LOW)
    words = [balance.program, "check", "--watch", "1h", "--until", "low"]
    with Terminal(words, balance.environment()) as terminal:
        assert terminal.end() == Exit.LOW
        assert "next check" not in terminal.text
        assert "4 credits" in terminal.text


def test_a_watch_looks_again_just_after_a_reset(balance: Balance) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    spent, fresh = ({"left": number, "resets": soon} for number in (0, 9))
    with Stub(exchanges=[{"request": "GET /", "answer": spent}], always={"answer": fresh}) as stub:
        options = f'url = "{stub.url}/"\nremaining = "left"\nresets_at = "resets"\nunit = "requests"'
        balance.profiles({"main": f'provider = "custom"\n{options}'})
        ended = balance("check", "--watch", "1h", "--until", "ok", "--for", "60s")
    assert ended.code == Exit.OK
    assert ended.out.count("\n") == 2


def judge(resets: float | None = None, **statuses: Status) -> Report:
    """Return a report at noon; what is low resets after so many seconds."""
    reset = None if resets is None else (NOON + timedelta(seconds=resets)).isoformat()
    spent = JudgedBalance(balance=amount("window", "requests", remaining=0, resets_at=reset), low=True)
    fresh = JudgedBalance(balance=amount("window", "requests", remaining=9, resets_at=reset), low=False)
    verdicts = [
        Verdict(
            profile=name,
            provider="apertis",
            status=status,
            balances=() if status is Status.UNKNOWN else (spent if status is Status.LOW else fresh,),
            error=Unreachable("down") if status is Status.UNKNOWN else None,
        )
        for name, status in statuses.items()
    ]
    return Report(checked_at=NOON, verdicts=tuple(verdicts))


def watch(balance: Balance, provider: str = "apertis") -> Looks:
    """Return a watch of two profiles, every five minutes."""
    balance.write(f'[profiles.a]\nprovider = "{provider}"\nkey = "k"\n[profiles.b]\nprovider = "apertis"\nkey = "k"\n')
    return Looks(select_profiles(HERE, load(HERE, str(balance.config)), []), 300)


@pytest.mark.parametrize(
    ("resets", "status", "following"),
    [
        (100, Status.LOW, 103),
        (1, Status.LOW, 10),
        (0, Status.LOW, math.inf),
        (-50, Status.LOW, math.inf),
        (None, Status.LOW, math.inf),
        (100, Status.OK, math.inf),
        (100, Status.UNKNOWN, math.inf),
    ],
)
def test_only_a_low_balance_with_a_coming_reset_is_looked_at_sooner(
    balance: Balance, resets: float | None, status: Status, following: float
) -> None:
    looks = watch(balance)
    looks.take(judge(resets, a=status, b=Status.OK), 0)
    assert looks.next_reset == following
    if following < math.inf:
        assert [profile.name for profile in looks.due(following)] == ["a"]
        looks.take(judge(None, a=Status.LOW), following)
        assert looks.next_reset == math.inf


def test_a_late_reset_does_not_postpone_a_look(balance: Balance) -> None:
    looks = watch(balance)
    looks.take(judge(7200, a=Status.LOW, b=Status.LOW), 0)
    assert [profile.name for profile in looks.due(300)] == ["a", "b"]


def test_an_interface_that_is_not_published_is_not_asked_sooner_for_a_reset(balance: Balance) -> None:
    looks = watch(balance, "zai")
    looks.take(judge(100, a=Status.LOW), 0)
    assert looks.next_reset >= 300


def test_a_quiet_watch_tells_only_changes(balance: Balance) -> None:
    exchanges = [{"request": REQUEST} | answer(number) for number in (LOW, LOW)]
    with Stub(exchanges=exchanges, always=answer(OK)) as stub:
        balance.profiles({"main": f'provider = "apikley"\nmin = 5\nbase_url = "{stub.url}"'})
        ended = balance("check", "--watch", "10s", "-q", "--until", "ok")
    assert (ended.code, ended.out) == (Exit.OK, "")
    first, second = ended.err.splitlines()
    assert first.startswith("balance: main: low: ")
    assert second == "balance: main: ok: 12 credits"
    assert not state(balance).exists()


def test_a_watch_runs_a_command_on_a_change_since_the_last_run_too(balance: Balance, stub: Stub) -> None:
    command = 'echo "$BALANCE_STATUS" >> "$HOME/told"'
    words = ("--watch", "1h", "--on-change", command, "--until")
    for number, status in ((LOW, "low"), (LOW, "low"), (OK, "ok")):
        assert look(balance, stub, number, *words, status)[0] == Status(status).exit
    assert (balance.home / "told").read_text() == "low\nok\n"


def test_a_look_that_overlaps_with_the_last_one_is_none() -> None:
    last = Look(Status.OK, NOON)
    later = NOON + timedelta(seconds=5)
    assert last.follow(Status.LOW, NOON - timedelta(seconds=1), later) == last
    assert last.follow(Status.LOW, NOON, later) == Look(Status.LOW, later)
    before = NOON - timedelta(hours=1)  # the clock went back
    assert last.follow(Status.LOW, before, before) == Look(Status.LOW, before)


def test_the_memory_of_a_watch_starts_empty() -> None:
    memory = Memory()
    looks = [
        memory.take(judge(a=a, b=b).verdicts, NOON + timedelta(minutes=5 * number), lambda: NOON)
        for number, (a, b) in enumerate(
            [(Status.LOW, Status.OK), (Status.UNKNOWN, Status.OK), (Status.LOW, Status.LOW)]
        )
    ]
    assert [sorted(changed) for changed in looks] == [["a"], [], ["b"]]
