"""`balance check --max-age`: take a recent reading instead of asking, and never one that is not the profile's own."""

import csv
import io
import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from balance_cli.exits import Exit
from conftest import KEY, Balance, Ended, need, promtool, wait
from stub import Stub
from surroundings import HERE
from terminal import Terminal

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")
CALLERS: Final = 40
DIGITS: Final = "12.50000000000000000001"


def wallet(amount: str = DIGITS) -> dict[str, Any]:
    """Return a response of DeepSeek."""
    sums = {"currency": "USD", "total_balance": amount, "granted_balance": "0", "topped_up_balance": amount}
    return {"answer": {"is_available": True, "balance_infos": [sums]}}


@pytest.fixture
def stub(balance: Balance) -> Iterator[Stub]:
    """A provider, and a profile for it."""
    with Stub(always=wallet()) as made:
        balance.profiles({"main": profile(made)})
        yield made


def profile(stub: Stub, rest: str = "") -> str:
    """Return the settings of a profile."""
    return f'provider = "deepseek"\nbase_url = "{stub.url}"\n{rest}'


def check(balance: Balance, *arguments: str, env: Mapping[str, str] | None = None) -> Ended:
    """Check with a reading that may be ten minutes old."""
    return balance("check", "--max-age", "10m", *arguments, env=env)


def read(balance: Balance, *arguments: str) -> dict[str, Any]:
    """Return the JSON of a profile that may be read from the cache."""
    found: dict[str, Any] = json.loads(check(balance, "--json", *arguments).out)["profiles"][0]
    return found


def folder(balance: Balance) -> Path:
    """Return the folder of the cache."""
    return balance.home / ".cache" / "balance"


def kept(balance: Balance) -> Path:
    """Return the only kept reading."""
    [file] = folder(balance).glob("*.json")
    return file


def change(balance: Balance, **fields: object) -> None:
    """Change fields of the kept reading."""
    kept(balance).write_text(json.dumps({**json.loads(kept(balance).read_text()), **fields}))


def age(balance: Balance, **span: float) -> None:
    """Make the kept reading this old."""
    change(balance, read_at=(HERE.now() - timedelta(**span)).isoformat())


def test_a_recent_reading_is_taken_with_all_its_digits(balance: Balance, stub: Stub) -> None:
    first, second = check(balance, "--json"), check(balance, "--json")
    assert len(stub.asked) == 1
    assert first.code == second.code == Exit.OK
    one, two = (json.loads(ended.out)["profiles"][0] for ended in (first, second))
    assert f'"remaining": {DIGITS},' in second.out
    assert one["read_at"] == two["read_at"]
    assert (one["attempts"], two["attempts"]) == (1, 0)
    assert {**one, "attempts": 0, "elapsed_ms": 0} == {**two, "elapsed_ms": 0}


def test_an_old_reading_is_replaced(balance: Balance, stub: Stub) -> None:
    check(balance)
    age(balance, minutes=11)
    check(balance)
    check(balance)
    assert len(stub.asked) == 2


def test_without_an_age_every_check_asks_and_keeps_only_what_is_kept_already(balance: Balance, stub: Stub) -> None:
    balance("check")
    assert not folder(balance).exists()
    check(balance)
    age(balance, minutes=5)
    before = kept(balance).read_text()
    balance("check")
    assert len(stub.asked) == 3
    assert kept(balance).read_text() != before
    assert balance("check", "--max-age", "0").code == Exit.OK
    assert len(stub.asked) == 4


def test_the_cache_is_the_owners_alone_and_has_no_key(balance: Balance, stub: Stub) -> None:
    check(balance)
    assert stub.asked
    assert stat.S_IMODE(folder(balance).stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder(balance).iterdir()} == {0o600}
    assert set(json.loads(kept(balance).read_text())) == {"version", "key", "read_at", "plan", "balances"}


def test_a_kept_reading_is_judged_by_the_minimum_of_this_run(balance: Balance, stub: Stub) -> None:
    assert check(balance).code == Exit.OK
    low = check(balance, "--min", "12.50000000000000000002", "-q")
    assert (low.code, low.err[:19]) == (Exit.LOW, "balance: main: low:")
    assert check(balance, "--min", "12.5").code == Exit.OK
    assert check(balance, "--min", "5EUR").code == Exit.MISCONFIGURED
    balance.profiles({"main": profile(stub, "min = 20")})
    assert check(balance).code == Exit.LOW
    assert len(stub.asked) == 1


def test_failures_are_never_kept(balance: Balance) -> None:
    for status in (401, 503, 418):
        with Stub(always={"status": status, "text": "no"}) as stub:
            balance.profiles({"main": profile(stub)})
            codes = [check(balance, "--timeout", "5").code for _ in range(2)]
        assert codes == [Exit.UNKNOWN] * 2
        assert list(folder(balance).glob("*.json")) == []


def test_another_key_in_the_variable_is_asked_for(balance: Balance, stub: Stub) -> None:
    check(balance)
    for key in ("sk-another-9876543210", "sk-another-9876543210"):
        check(balance, env={"TEST_KEY": key})
    assert [asked.headers["authorization"][-10:] for asked in stub.asked] == [KEY[-10:], "9876543210"]
    assert check(balance, env={"TEST_KEY": ""}).code == Exit.MISCONFIGURED


def test_another_key_in_the_file_or_in_the_config_is_asked_for(balance: Balance, stub: Stub) -> None:
    file = balance.home / "key"
    for source in (f'key_file = "{file}"', 'key = "{}"'):
        for key in ("sk-one-0123456789", "sk-two-0123456789", "sk-two-0123456789"):
            file.write_text(key)
            balance.write(f"[profiles.main]\n{source.format(key)}\n{profile(stub)}")
            assert check(balance).code == Exit.OK
        balance.write("")
        for left in folder(balance).glob("*.json"):
            left.unlink()
    assert [asked.headers["authorization"][7:13] for asked in stub.asked] == ["sk-one", "sk-two"] * 2


def test_a_command_is_not_run_for_a_kept_reading(balance: Balance, stub: Stub) -> None:
    command = f'key_command = ["sh", "-c", "echo x >> \'{balance.home}/runs\'; echo $TEST_KEY"]'
    balance.env["TEST_KEY"] = KEY
    balance.write(f"[profiles.main]\n{command}\n{profile(stub)}")
    assert [check(balance).code for _ in range(3)] == [Exit.OK] * 3
    assert (balance.home / "runs").read_text() == "x\n"
    assert len(stub.asked) == 1


def test_another_address_is_asked(balance: Balance, stub: Stub) -> None:
    check(balance)
    with Stub(always=wallet("1")) as other:
        balance.profiles({"main": profile(other)})
        assert read(balance)["remaining"] == 1
        assert len(other.asked) == 1
    balance.profiles({"main": profile(stub)})
    assert str(read(balance)["remaining"]).startswith("12.5")
    assert len(stub.asked) == 1


def test_another_option_unit_or_budget_is_asked_for(balance: Balance) -> None:
    with Stub(always={"answer": {"left": 5, "used": 1, "right": 7}}) as stub:
        for remaining, unit, more in (
            ("left", "USD", ""),
            ("right", "USD", ""),
            ("right", "EUR", ""),
            ("right", "EUR", 'used = "used"\nbudget = "6EUR"'),
        ):
            fields = f'remaining = "{remaining}"\nunit = "{unit}"\n{more}'
            balance.profiles({"main": f'provider = "custom"\nurl = "{stub.url}/a"\n{fields}'})
            found = [read(balance) for _ in range(2)]
            assert [(one["remaining"], one["unit"]) for one in found] == [
                (5 if more or remaining == "left" else 7, unit)
            ] * 2
        assert len(stub.asked) == 4


@pytest.mark.parametrize("field", ["resets_at", "expires_at"])
def test_a_reading_of_a_window_that_has_passed_is_not_taken(balance: Balance, stub: Stub, field: str) -> None:
    check(balance)
    for seconds, requests in ((60, 1), (-60, 2)):
        balances = json.loads(kept(balance).read_text())["balances"]
        balances[-1][field] = (HERE.now() + timedelta(seconds=seconds)).isoformat()
        change(balance, balances=balances)
        age(balance, minutes=5)
        check(balance)
        assert len(stub.asked) == requests


def test_a_reading_from_the_future_is_not_taken(balance: Balance, stub: Stub) -> None:
    check(balance)
    age(balance, hours=-1)
    check(balance)
    check(balance)
    assert len(stub.asked) == 2


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", "{}", '{"version": 1}', "\0" * 99, "[" * 99_999, "\ufeff{}"], ids=range(9)
)
def test_a_broken_file_is_not_taken(balance: Balance, stub: Stub, text: str) -> None:
    check(balance)
    kept(balance).write_text(text)
    ended = check(balance)
    assert (ended.code, ended.err, len(stub.asked)) == (Exit.OK, "", 2)
    assert (check(balance).code, len(stub.asked)) == (Exit.OK, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"remaining": 12.5}, {"remaining": "NaN"}, {"remaining": "x"}, {"unlimited": None}, {"unit": None},
        {"resets_at": "soon"}, {"window": True}, {"gates": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_field_of_another_type_makes_a_file_broken(balance: Balance, stub: Stub, wrong: dict[str, Any]) -> None:
    check(balance)
    balances = json.loads(kept(balance).read_text())["balances"]
    change(balance, balances=[{**balances[0], **wrong}])
    assert check(balance).code == Exit.OK
    assert len(stub.asked) == 2


def test_a_file_of_another_version_is_not_taken(balance: Balance, stub: Stub) -> None:
    check(balance)
    change(balance, version="0.0.1")
    ended = check(balance, "--debug")
    assert "is broken, or of another version" in ended.err
    assert len(stub.asked) == 2


def test_a_file_that_others_can_write_to_is_not_taken(balance: Balance, stub: Stub) -> None:
    check(balance)
    for mode in (0o620, 0o602):
        kept(balance).chmod(mode)
        assert check(balance).code == Exit.OK
        assert stat.S_IMODE(kept(balance).stat().st_mode) == 0o600
    assert len(stub.asked) == 3


def test_a_link_is_not_followed(balance: Balance, stub: Stub) -> None:
    check(balance)
    elsewhere = balance.home / "elsewhere"
    kept(balance).rename(elsewhere)
    before, name = elsewhere.read_text(), next(folder(balance).glob("*.lock")).with_suffix(".json")
    name.symlink_to(elsewhere)
    check(balance)
    assert (len(stub.asked), elsewhere.read_text(), name.is_symlink()) == (2, before, False)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_not_taken(balance: Balance, stub: Stub) -> None:
    check(balance)
    os.chown(kept(balance), 65_534, 65_534)
    check(balance)
    assert len(stub.asked) == 2
    os.chown(folder(balance), 65_534, 65_534)
    ended = check(balance, "--debug")
    assert (ended.code, len(stub.asked)) == (Exit.OK, 3)
    assert "cache: cannot use " in ended.err


def test_a_pipe_in_place_of_a_file_holds_nobody_up(balance: Balance, stub: Stub) -> None:
    check(balance)
    name = kept(balance)
    name.unlink()
    os.mkfifo(name)
    assert check(balance).code == Exit.OK
    assert len(stub.asked) == 2


def test_a_folder_that_others_can_write_to_is_not_used(balance: Balance, stub: Stub) -> None:
    check(balance)
    folder(balance).chmod(0o777)
    before = kept(balance).read_text()
    ended = check(balance)
    assert (ended.code, ended.err, len(stub.asked), kept(balance).read_text()) == (Exit.OK, "", 2, before)


def test_a_cache_that_cannot_be_written_changes_no_verdict(balance: Balance, stub: Stub) -> None:
    folder(balance).parent.mkdir()
    folder(balance).write_text("a file")
    for count in (1, 2):
        ended = check(balance)
        assert (ended.code, ended.err, len(stub.asked)) == (Exit.OK, "", count)
    assert "cache: cannot use " in check(balance, "--debug").err


def test_a_read_only_folder_changes_no_verdict(balance: Balance, stub: Stub) -> None:
    check(balance)
    age(balance, minutes=11)
    place = folder(balance)
    if os.geteuid() == 0:  # root can write to every folder, but not to a mount that is read-only
        need("unshare")
        script = f'mount --bind "{place}" "{place}" && mount -o remount,ro,bind "{place}" && exec "$@"'
        balance = Balance(balance.home, balance.env, ("unshare", "-m", "sh", "-c", script, "sh"))
    else:
        place.chmod(0o500)
    try:
        ended, quiet = check(balance, "--debug"), check(balance)
    finally:
        place.chmod(0o700)
    assert (ended.code, quiet.code, quiet.err, len(stub.asked)) == (Exit.OK, Exit.OK, "", 3)
    assert "cache: cannot write " in ended.err


def test_a_broken_hash_key_is_replaced(balance: Balance, stub: Stub) -> None:
    check(balance)
    (folder(balance) / "key").write_text("short")
    check(balance)
    check(balance)
    assert len(stub.asked) == 2


def test_an_expired_key_is_as_bad_with_a_kept_reading(balance: Balance) -> None:
    file = balance.home / "login.json"
    with Stub(always={"answer": {"balance": 42.5}}) as stub:
        balance.write(
            f'[profiles.main]\nprovider = "kilo"\nbase_url = "{stub.url}"\nkey_file = "{file}"\nkey_field = "access"\n'
        )
        for hours, code in ((1, Exit.OK), (1, Exit.OK), (-1, Exit.UNKNOWN)):
            expires = int((HERE.now() + timedelta(hours=hours)).timestamp())
            file.write_text(json.dumps({"access": "sk-login-0123456789", "expires": expires}))
            assert check(balance).code == code
        assert len(stub.asked) == 1


def test_what_needs_no_request_is_not_kept(balance: Balance) -> None:
    week = {"used_percentage": 27.5, "resets_at": int(HERE.now().timestamp()) + 3600}
    balance("statusline", stdin=json.dumps({"session_id": "x", "rate_limits": {"seven_day": week}}))
    balance.write('[profiles.claude]\nprovider = "claude"\n')
    assert check(balance).code == Exit.OK
    assert list(folder(balance).glob("*.json")) == []


def test_the_pace_of_a_window_is_that_of_the_time_when_it_was_read(balance: Balance, stub: Stub) -> None:
    check(balance)
    age(balance, minutes=9)
    [total, *_] = json.loads(kept(balance).read_text())["balances"]
    resets = (HERE.now() + timedelta(minutes=30)).isoformat()  # after 21 minutes of the hour, half was used
    window = {"remaining": "50", "used": "50", "limit": "100", "resets_at": resets, "window": 3600}
    change(balance, balances=[{**total, **window}])
    found = read(balance)["balances"][0]
    left = datetime.fromisoformat(found["runs_out_at"]) - HERE.now()
    assert timedelta(minutes=10) < left <= timedelta(minutes=12)  # 21 minutes after the reading, not 30 from now
    assert len(stub.asked) == 1


def start(balance: Balance, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a check."""
    return subprocess.Popen(
        [balance.program, "check", "--max-age", "10m", *arguments],
        env=balance.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_many_callers_at_once_cause_one_request(balance: Balance, stub: Stub) -> None:
    stub.delay = 2
    callers = [start(balance, "--timeout", "120") for _ in range(CALLERS)]
    assert [caller.wait(120) for caller in callers] == [Exit.OK] * CALLERS
    assert len(stub.asked) == 1


def test_a_caller_waits_no_longer_than_its_deadline(balance: Balance, stub: Stub) -> None:
    stub.delay = 20
    first = start(balance, "--timeout", "20")
    wait(lambda: stub.asked)
    began = time.monotonic()
    found = read(balance, "--timeout", "1")
    assert time.monotonic() - began < 15
    assert (found["status"], found["error"]["message"]) == ("unknown", "no response within 1 s")
    first.kill()
    first.wait()
    assert len(stub.asked) == 1


def test_a_caller_that_was_killed_holds_nobody_up(balance: Balance, stub: Stub) -> None:
    stub.delay = 30
    first = start(balance, "--timeout", "60")
    wait(lambda: stub.asked)
    second = start(balance, "--timeout", "60")
    time.sleep(0.5)
    stub.delay = 0
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert second.wait(30) == Exit.OK
    assert len(stub.asked) == 2


def test_of_several_profiles_only_those_without_a_reading_are_asked(balance: Balance, stub: Stub) -> None:
    check(balance)
    with Stub(always=wallet("3")) as other:
        balance.profiles({"main": profile(stub), "new": profile(other), "dear": profile(other, "max_age = 0")})
        names = [one["profile"] for one in json.loads(check(balance, "--json").out)["profiles"]]
        assert (names, len(stub.asked), len(other.asked)) == (["main", "new", "dear"], 1, 2)
        assert balance("check", "main").code == Exit.OK
        assert len(stub.asked) == 2


def test_the_config_sets_the_age_of_all_profiles_or_of_one(balance: Balance, stub: Stub) -> None:
    tables = {"main": profile(stub), "own": profile(stub, 'max_age = "0"')}
    balance.profiles(tables, ['max_age = "60s"'])
    for count in (2, 3):
        assert balance("check").code == Exit.OK
        assert len(stub.asked) == count
    age_of_main = next(folder(balance).glob("main-*.json"))
    document = json.loads(age_of_main.read_text())
    document["read_at"] = (HERE.now() - timedelta(seconds=61)).isoformat()
    age_of_main.write_text(json.dumps(document))
    balance("check", "main")
    assert len(stub.asked) == 4
    balance.profiles({"main": profile(stub, "max_age = true")})
    assert "max_age must be a time like" in balance("check").err


def test_an_unpublished_interface_is_asked_every_five_minutes_at_most(balance: Balance) -> None:
    with Stub(always={"answer": {"balance": 42.5}}) as stub:
        table = f'provider = "kilo"\nbase_url = "{stub.url}"\n'
        for defaults, rest, seconds in (([], "", 300), (['max_age = "10s"'], "", 300), ([], 'max_age = "10s"', 10)):
            balance.profiles({"main": table + rest}, defaults)
            assert json.loads(balance("profile", "show", "main", "--json").out)["max_age"] == seconds
        balance.profiles({"main": table})
        assert [balance("check").code for _ in range(2)] == [Exit.OK] * 2
        assert len(stub.asked) == 1
        balance("check", "--max-age", "0")
        assert len(stub.asked) == 2


@pytest.mark.parametrize("text", ["-1", "x", "25h", "1e3", ""])
def test_a_wrong_age_is_refused(balance: Balance, text: str) -> None:
    ended = balance("check", "--max-age", text)
    assert ended.code == Exit.MISCONFIGURED
    assert "--max-age" in ended.err


def test_every_format_tells_that_a_reading_is_kept(balance: Balance, stub: Stub) -> None:
    check(balance)
    age(balance, minutes=4, seconds=5)
    moment = datetime.fromisoformat(json.loads(kept(balance).read_text())["read_at"])
    rfc3339 = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    assert read(balance)["read_at"] == rfc3339
    [row] = csv.DictReader(io.StringIO(check(balance, "-o", "csv").out))
    assert row["read_at"] == rfc3339
    assert check(balance, "--format", "{read_at}").out == f"{rfc3339}\n"
    metrics = check(balance, "-o", "prometheus").out
    promtool(metrics)
    stamp = int(moment.timestamp())
    assert f'balance_read_timestamp_seconds{{profile="main",provider="deepseek"}} {stamp}\n' in metrics
    for form in ("table", "plain", "markdown", "github", "nagios", "waybar"):
        assert "4 min ago" in check(balance, "-o", form).out, form
    assert len(stub.asked) == 1
    for form in ("table", "plain", "markdown", "github", "nagios", "waybar"):
        assert "ago" not in balance("check", "-o", form).out, form


def test_the_table_of_a_terminal_tells_the_age_at_every_width(balance: Balance, stub: Stub) -> None:
    check(balance)
    age(balance, minutes=4, seconds=5)
    for columns in (40, 60, 120):
        command = [balance.program, "check", "--max-age", "10m", "--min", "5"]
        with Terminal(command, {**balance.environment(), "TERM": "xterm"}, columns=columns) as terminal:
            terminal.until("4 min ago")
    assert len(stub.asked) == 1


def test_a_kept_reading_is_not_recorded_again(balance: Balance, stub: Stub) -> None:
    for _ in range(2):
        assert check(balance, "--record").code == Exit.OK
        time.sleep(1)  # a history has one sample of each balance per second
    rows = json.loads(balance("history", "--json").out)["balances"]
    assert [row["samples"] for row in rows] == [1, 1, 1]
    assert len(stub.asked) == 1


def test_a_watch_asks_unless_an_age_is_given(balance: Balance, stub: Stub) -> None:
    balance.profiles({"main": profile(stub)}, ['max_age = "1h"'])
    for arguments, count in ((["check"], 1), (["check"], 1), (["check", "--watch", "1h"], 2)):
        process = subprocess.Popen(
            [balance.program, *arguments, "--json"], env=balance.environment(), stdout=subprocess.PIPE
        )
        assert process.stdout
        assert process.stdout.readline()
        process.terminate()
        process.communicate()
        assert len(stub.asked) == count


@pytest.mark.parametrize("how", [["--format", "{amount}"], ["--json"], ["-q"]], ids=" ".join)
def test_a_call_that_is_answered_from_the_cache_loads_no_http_client(
    balance: Balance, stub: Stub, how: list[str]
) -> None:
    check(balance)
    loaded = balance.modules("check", "--max-age", "10m", *how)
    assert [name for name in ("httpx", "httpcore", "ssl", "http.client", "rich", "socket") if name in loaded] == []
    assert len(stub.asked) == 1
