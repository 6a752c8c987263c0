"""Faults in files, histories, processes and long runs, found by attacking the program; the rows are those of FAULTS.md.

In all of them the program ends by its deadline, leaves no child process and prints no traceback; see conftest.py.
"""

import json
import os
import re
import signal
import socket
import sqlite3
import stat
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from fcntl import LOCK_EX, flock
from pathlib import Path
from threading import Thread
from typing import Any, Final

import jsonschema
import pytest

from balance_cli.exits import Exit
from balance_cli.render._schema import schema
from conftest import KEY, Balance, Ended, need, promtool
from faults import listening, says, silence, trickle

CREDITS: Final = '{"code": 200, "msg": "success", "data": 12.5}'
ENOUGH: Final = says(CREDITS)
ADD: Final = ("profile", "add", "main", "--provider", "apikley", "--key-stdin", "--no-check")
OTHER: Final = "sk-another-9876543210"


def slack() -> float:
    """Return the seconds after a deadline that this machine needs to start and end a program, as busy as it is now."""
    return 3.0 * min(max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0), 4.0)


def profile(balance: Balance, url: str, rest: str = "") -> None:
    """Write a config with one profile for this URL."""
    balance.profiles({"main": f'provider = "apikley"\nbase_url = "{url}"\n{rest}'})


def document(ended: Ended) -> Any:
    """Return the JSON document of a run; assert that it follows the schema."""
    found = json.loads(ended.out)
    jsonschema.validate(found, schema(), format_checker=jsonschema.FormatChecker())
    assert found["exit_code"] == ended.code
    return found


def straced(balance: Balance, *faults: str, paths: Sequence[Path] = ()) -> Balance:
    """Return the program with faults injected into its system calls, only those on ``paths`` if given."""
    need("strace")
    calls = ",".join(fault.partition(":")[0] for fault in faults)
    only = [word for path in paths for word in ("-P", str(path))]
    injected = [word for fault in faults for word in ("-e", f"inject={fault}")]
    before = ("strace", "-f", "-o", str(balance.home / "trace"), *only, "-e", f"trace={calls}", *injected)
    return replace(balance, before=before, env={**balance.env, "PYTHONDONTWRITEBYTECODE": "1"})


def customized(balance: Balance, code: str) -> Balance:
    """Return the program with this code run at its start."""
    folder = balance.home / "customized"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(code)
    return replace(balance, env={**balance.env, "PYTHONPATH": str(folder)})


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Adding a profile twice at once


def test_100_of_two_profiles_added_under_one_name_the_first_keeps_its_key(balance: Balance) -> None:
    slow = straced(balance, "fsync:delay_enter=1500000:when=1")
    with ThreadPoolExecutor(2) as pool:
        slower = pool.submit(slow, *ADD, stdin=KEY)
        time.sleep(0.7)
        faster = pool.submit(balance, *ADD, stdin=OTHER)
        codes = [slower.result().code, faster.result().code]
    assert sorted(codes) == [Exit.OK, Exit.MISCONFIGURED]
    key = balance.config.parent / "keys" / "main"
    assert key.read_text() == f"{KEY if codes[0] == Exit.OK else OTHER}\n"
    assert [word.name for word in key.parent.iterdir()] == ["main"]
    assert balance.config.read_text().count("[profiles.main]") == 1


def test_100_of_many_profiles_added_under_one_name_one_wins(balance: Balance) -> None:
    keys = [f"sk-number-{number}-0123456789" for number in range(6)]
    with ThreadPoolExecutor(len(keys)) as pool:
        ended = list(pool.map(lambda key: balance(*ADD, stdin=key), keys))
    [winner] = [key for key, one in zip(keys, ended, strict=True) if one.code == Exit.OK]
    assert Counter(one.code for one in ended) == {Exit.OK: 1, Exit.MISCONFIGURED: 5}
    assert (balance.config.parent / "keys" / "main").read_text() == f"{winner}\n"


# Locks held by other programs


@pytest.fixture
def history(balance: Balance) -> Iterator[Path]:
    """A profile with enough left, and a history with one recorded check."""
    with listening(ENOUGH) as server:
        profile(balance, server.url)
        assert balance("check", "--record").code == Exit.OK
        yield balance.home / ".local" / "state" / "balance" / "history.db"


def samples(history: Path) -> int:
    with sqlite3.connect(history) as database:
        [(count,)] = database.execute("SELECT count(*) FROM samples")
    return int(count)


@contextmanager
def locked(file: Path, mode: str) -> Iterator[None]:
    """Lock a history as another program might."""
    if mode == "folder":
        file.unlink()
        handle = os.open(file.parent, os.O_RDONLY)
        flock(handle, LOCK_EX)
        yield
        os.close(handle)
        return
    database = sqlite3.connect(file, isolation_level=None)
    if mode == "alone":
        database.execute("PRAGMA journal_mode = DELETE")
    database.execute("BEGIN EXCLUSIVE")
    yield
    database.close()


@pytest.mark.parametrize("mode", ["writing", "alone", "folder"])
@pytest.mark.parametrize(("least", "code"), [("5", Exit.OK), ("50", Exit.LOW)])
def test_105_a_locked_history_does_not_delay_a_check_past_its_deadline(
    balance: Balance, history: Path, mode: str, least: str, code: Exit
) -> None:
    with locked(history, mode):
        ended = balance("check", "--record", "--json", "--min", least, "--timeout", "2")
    assert ended.code == code
    assert document(ended)["profiles"][0]["remaining"] == 12.5
    assert "cannot record the check" in ended.err
    assert ended.seconds < 2 + slack()


def test_105_a_lock_and_a_slow_provider_share_one_deadline(balance: Balance, history: Path) -> None:
    with listening(silence) as server, locked(history, "alone"):
        profile(balance, server.url)
        ended = balance("check", "--record", "--json", "--timeout", "2")
    assert ended.code == Exit.UNKNOWN
    assert "cannot record the check" in ended.err
    assert ended.seconds < 2 + slack()


def test_105_a_check_is_recorded_once_a_lock_is_released_in_time(balance: Balance, history: Path) -> None:
    def release() -> None:
        with locked(history, "writing"):
            holds.append(1)
            time.sleep(2)

    holds: list[int] = []
    holder = Thread(target=release)
    holder.start()
    while not holds:
        time.sleep(0.01)
    ended = balance("check", "--record")
    holder.join()
    assert (ended.code, ended.err) == (Exit.OK, "")
    assert samples(history) == 2


def test_105_an_import_waiting_for_stdin_blocks_no_check(balance: Balance, history: Path) -> None:
    earlier = {**json.loads(balance("check", "--json").out), "checked_at": "2026-01-01T00:00:00Z"}
    command = [balance.program, "history", "import", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=balance.environment()
    ) as importing:
        assert importing.stdin
        assert importing.stderr
        importing.stdin.write(f"{json.dumps(earlier)}\n")
        importing.stdin.flush()
        time.sleep(1.5)
        ended = balance("check", "--record", "--timeout", "2")
        assert importing.poll() is None
        importing.stdin.close()
        said = importing.stderr.read()
    assert (ended.code, ended.err) == (Exit.OK, "")
    assert (importing.returncode, "1 of 1 samples" in said) == (Exit.OK, True)
    assert samples(history) == 3


@pytest.mark.parametrize("reader", [False, True])
def test_105_an_unread_pipe_is_reported_by_the_deadline(balance: Balance, reader: bool) -> None:
    pipe, names = balance.home / "pipe", ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"]
    os.mkfifo(pipe)
    with listening(ENOUGH) as server:
        profile(balance, server.url)
        handle = os.open(pipe, os.O_RDWR | os.O_NONBLOCK) if reader else None
        if handle:
            while True:  # full, so that a write waits for a reader
                try:
                    os.write(handle, b"\0" * 4096)
                except BlockingIOError:
                    break
        runs = [(["-o", "github"], {name: str(pipe)}) for name in names]
        for arguments, env in [*runs, (["--json", "--output-file", str(pipe)], {})]:
            ended = balance("check", *arguments, "--timeout", "1", env=env, timeout=20)
            assert ended.code == Exit.CRASH
            assert f"cannot write {pipe}" in ended.err
            assert ended.seconds < 1 + slack()
        if handle:
            os.close(handle)


def test_105_a_pipe_with_a_reader_gets_the_whole_output(balance: Balance) -> None:
    pipe = balance.home / "pipe"
    os.mkfifo(pipe)
    with listening(ENOUGH) as server, ThreadPoolExecutor(1) as pool:
        balance.profiles({f"p{n}": f'provider = "apikley"\nbase_url = "{server.url}"' for n in range(400)})
        text = pool.submit(pipe.read_text)
        ended = balance("check", "-o", "github", "--min", "50", env={"GITHUB_STEP_SUMMARY": str(pipe)})
    assert (ended.code, ended.err) == (Exit.LOW, "")
    assert len(re.findall(r"^\| p[0-9]", text.result(), re.MULTILINE)) == 400


# Configs with many problems


def blocks(count: int, block: str) -> str:
    return "".join(block.replace("#", str(number)) for number in range(count))


LISTED: Final = '[profiles.a]\nprovider = "apertis"\nkey_command = [\n' + blocks(1000, ' "#",\n') + "]\nmni = 5\n"


@pytest.mark.parametrize(
    ("text", "words", "more"),
    [
        (blocks(10_000, '[profiles.p#]\nprovider = "apertis"\nmni = 5\n'), 'line 3: "mni" in profiles.p0', 9980),
        (blocks(10_000, '[profiles.p#]\nprovider = "a#"\n'), 'line 2: there is no provider "a0"', 9980),
        (blocks(80_000, "k# = 1\n"), 'line 1: "k0" is not a known key', 79_980),
        (blocks(300_000, "keys# = 1\n"), "is too large for a config", 0),
        (LISTED, 'line 1005: "mni" in profiles.a is not a known key', 0),
        (".".join(["a"] * 1_000_000) + " = 1\n", "is too large for a config", 0),
        ("# long\n" + ".".join(["a"] * 400_000) + " = 1\n", "line 2: this key has too many parts", 0),
        ("x = {" + ".".join(['"a b"'] * 100_000) + " = 1}\n", "line 1: this key has too many parts", 0),
        (f"[{'.'.join(['a'] * 400_000)}]\n", "line 1: this key has too many parts", 0),
        ("a" * 900_000 + " = 1\n", "line 1: ", 0),
    ],
    ids=["typos", "providers", "unknown", "large", "list", "dotted", "deep", "inline", "header", "long"],
)  # fmt: skip
def test_106_configs_with_thousands_of_problems_are_reported_quickly(
    balance: Balance, text: str, words: str, more: int
) -> None:
    balance.write(text)
    for arguments in (["config", "check"], ["check"]):
        ended = balance(*arguments)
        assert ended.code == Exit.MISCONFIGURED
        assert words in ended.out + ended.err
        assert ended.seconds < 2 + slack()
        if more and arguments[0] == "config":
            lines = ended.out.splitlines()
            assert len(lines) == 21
            assert lines[-1].endswith(f"… and {more} more")
            assert all(re.search(r": line [0-9]+: .{10}", line) for line in lines[:-1])
            assert f"{more + 20} problems" in ended.err


# Long runs

CLOCK: Final = """
import threading, time
ahead, sleep, monotonic = 0.0, time.sleep, time.monotonic
def slept(seconds):
    global ahead
    if seconds >= 0.5 and threading.current_thread() is threading.main_thread():
        ahead, seconds = ahead + seconds, 0
    sleep(seconds)
time.sleep, time.monotonic = slept, lambda: monotonic() + ahead
"""
"""Make the wait between two checks take no time."""


def measured(pid: int) -> tuple[int, int, int]:
    """Return a process's number of threads and of open files, and its memory in kilobytes."""
    text = Path(f"/proc/{pid}/status").read_text()
    threads, memory = (
        int(found[1]) for name in ("Threads", "VmRSS") if (found := re.search(rf"{name}:\s+(\d+)", text))
    )
    return threads, len(list(Path(f"/proc/{pid}/fd").iterdir())), memory


@pytest.mark.parametrize(
    ("script", "rounds"),
    [(ENOUGH, 600), (says("", "503 Down"), 600), (trickle(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"), 600)],
    ids=["healthy", "failing", "trickling"],
)
def test_107_a_long_watch_does_not_leak(balance: Balance, script: Callable[[socket.socket], None], rounds: int) -> None:
    fast = customized(balance, CLOCK)
    with listening(script) as server:
        profile(fast, server.url)
        command = [fast.program, "check", "--watch", "10", "--json", "--timeout", "0.2"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=fast.environment()) as watch:
            assert watch.stdout
            seen = []
            for number in range(rounds):
                assert b'"schema_version"' in watch.stdout.readline()
                if number in {rounds // 3, rounds - 1}:
                    seen.append(measured(watch.pid))
            watch.terminate()
    (threads, files, memory), (threads_later, files_later, memory_later) = seen
    assert threads_later <= threads + 1
    assert files_later <= files + 2
    assert memory_later < memory + 1500


# No threads

THREADS: Final = """
import _thread, threading
start, left = _thread.start_new_thread, {left}
def started(*arguments, **named):
    global left
    left -= 1
    if left < 0:
        raise RuntimeError("can't start new thread")
    return start(*arguments, **named)
_thread.start_new_thread = threading._start_new_thread = started
"""


@pytest.mark.parametrize("left", [0, 1, 2, 3])
def test_109_without_threads_the_json_is_the_same(balance: Balance, left: int) -> None:
    def said(one: Balance) -> tuple[int, list[dict[str, Any]]]:
        ended = one("check", "--json", "--min", "5", "--timeout", "10")
        profiles = document(ended)["profiles"]
        return ended.code, [{key: row[key] for key in row if key not in {"elapsed_ms", "read_at"}} for row in profiles]

    keys = ['key = "k-0123456789"', 'key_command = ["echo", "k-0123456789"]']
    both = says('{"success": true, "remain_balance": 9, "used_balance": 1}')
    with (
        listening(ENOUGH) as good,
        listening(says("", "404 No")) as bad,
        listening(says("[]")) as odd,
        listening(both) as two,
    ):
        urls = {"good": good.url, "bad": bad.url, "odd": odd.url, "tls": "https://localhost:9", "two": two.url}
        balance.write(
            "".join(
                f'[profiles.{name}{n}]\nprovider = "{"apimart" if name == "two" else "apikley"}"\n'
                f'base_url = "{url}"\n{keys[n % 2]}\n'
                for n in range(4)
                for name, url in urls.items()
            )
        )
        usual, without = said(balance), said(customized(balance, THREADS.format(left=left)))
    assert usual[0] == Exit.UNKNOWN
    assert without == usual


@pytest.mark.parametrize("left", [0, 1])
@pytest.mark.parametrize("trouble", ["silence", "trickle", "command"])
def test_109_without_threads_the_deadline_still_holds(balance: Balance, trouble: str, left: int) -> None:
    alone = customized(balance, THREADS.format(left=left))
    script = silence if trouble == "silence" else trickle(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n")
    with listening(script) as server, listening(ENOUGH) as good:
        tables = [f'[profiles.{name}]\nprovider = "apikley"\n' for name in ("good", "main")]
        key = f'key_command = ["sleep", "{marked(balance)}"]' if trouble == "command" else f'key = "{KEY}"'
        alone.write(f'{tables[0]}base_url = "{good.url}"\nkey = "k"\n{tables[1]}base_url = "{server.url}"\n{key}\n')
        ended = alone("check", "--json", "--timeout", "2")
    assert ended.seconds < 2 + slack()
    first, second = document(ended)["profiles"]
    assert first["status"] == "ok"
    assert second["error"]["kind"] == ("misconfigured" if trouble == "command" else "unreachable")
    assert "within 2 s" in second["error"]["message"]
    assert children(balance) == []


# Signals


def marked(balance: Balance) -> str:
    """Return how long this test's key command sleeps: an argument that no other process on this machine has."""
    return f"61.{int.from_bytes(str(balance.home).encode()[-12:])}"


def children(balance: Balance, patience: float = 5) -> list[int]:
    """Return the key commands that are still running after a while."""
    until = time.monotonic() + patience
    while (found := list(_running(marked(balance).encode()))) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _running(argument: bytes) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if argument in (process / "cmdline").read_bytes().split(b"\0"):
                yield int(process.name)
        except OSError:
            continue


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM], ids=lambda n: n.name)
def test_110_no_key_command_is_left_running_after_a_signal(balance: Balance, number: signal.Signals) -> None:
    key = f'provider = "apikley"\nbase_url = "http://127.0.0.1:9"\nkey_command = ["sleep", "{marked(balance)}"]\n'
    balance.write("".join(f"[profiles.p{n}]\n{key}" for n in range(400)))
    most = 0
    for delay in (0.1, 0.25, 0.4, 0.6, 1.0):
        command = [balance.program, "check", "--json", "--timeout", "30"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=balance.environment(), start_new_session=True
        ) as process:
            time.sleep(delay)
            most = max(most, len(list(_running(marked(balance).encode()))))
            began = time.monotonic()
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
        assert time.monotonic() - began < slack()
        assert process.returncode in {128 + number, -number}  # the latter if the handler was not installed yet
        assert (out, b"Traceback" in err and process.returncode > 0) == (b"", False)
        assert children(balance) == []
    assert most > 0


SWALLOWING = """
import os, sys

class Swallowing:
    def __del__(self):
        os.kill(os.getpid(), {number})
        for _ in range(1000):
            pass

def note(event, arguments):
    if event == "open" and str(arguments[0]).endswith("config.toml"):
        Swallowing()

sys.addaudithook(note)
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM], ids=lambda n: n.name)
def test_110_a_signal_that_python_swallows_ends_the_program(balance: Balance, number: signal.Signals) -> None:
    """The exception of a signal that arrives in a destructor goes no further."""
    with listening(silence) as server:
        profile(balance, server.url)
        ended = customized(balance, SWALLOWING.format(number=int(number)))("check", "--json", "--timeout", "60")
    assert (ended.code, ended.out, ended.err) == (128 + number, "", "")


def test_110_a_signal_ignored_by_the_user_stays_ignored(balance: Balance) -> None:
    with listening(ENOUGH) as server:
        profile(balance, server.url, 'key_command = ["sh", "-c", "sleep 1; echo key-0123456789"]')
        text = balance.config.read_text().replace('key_env = "TEST_KEY"\n', "")
        balance.write(text)
        script = f"trap '' HUP; {balance.program} check -q & sleep 0.7; kill -HUP $!; wait $!"
        done = subprocess.run(["bash", "-c", script], env=balance.environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (Exit.OK, b"")


# Owners, groups and modes


@pytest.mark.parametrize("umask", [0o077, 0o000, 0o027])
def test_111_new_files_are_private_with_any_umask(balance: Balance, umask: int) -> None:
    masked = replace(balance, before=("sh", "-c", f'umask {umask:03o}; exec "$@"', "sh"))
    with listening(ENOUGH) as server:
        given = [*ADD[:-1], "--base-url", server.url]
        assert masked(*given, stdin=KEY).code == Exit.OK
        out = balance.home / "out.prom"
        assert masked("check", "--record", "-o", "prometheus", "--output-file", str(out)).code == Exit.OK
        config, state = balance.config.parent, balance.home / ".local" / "state" / "balance"
        files = [balance.config, config / "keys" / "main", state / "history.db"]
        folders = [config.parent, config, config / "keys", state.parent.parent, state.parent, state]
        assert [oct(mode_of(file)) for file in files] == ["0o600"] * 3
        assert [oct(mode_of(folder)) for folder in folders] == ["0o700"] * 6
        assert mode_of(out) == 0o666 & ~umask
        for mode in (0o600, 0o640, 0o644):
            balance.config.chmod(mode)
            out.chmod(mode)
            assert masked("profile", "add", f"p{mode}", "--provider", "apertis", "--no-check").code == Exit.OK
            assert masked("check", "main", "-o", "prometheus", "--output-file", str(out)).code == Exit.OK
            assert (mode_of(balance.config), mode_of(out)) == (mode, mode)


def test_111_a_replaced_file_keeps_its_owner_and_group(balance: Balance, history: Path) -> None:
    if os.geteuid():
        pytest.skip("only root gives files away")
    out = balance.home / "out.prom"
    out.write_text("")
    for file in (out, history):
        os.chown(file, 12345, 54321)
        file.chmod(0o640)
    assert balance("check", "-o", "prometheus", "--output-file", str(out)).code == Exit.OK
    history.write_bytes(b"this is not a database" * 500)
    assert "a new history was started" in balance("check", "--record").err
    os.chown(balance.config, 12345, 54321)
    assert balance("profile", "add", "other", "--provider", "apertis", "--no-check").code == Exit.OK
    for file, mode in ((out, 0o640), (history, 0o640), (balance.config, 0o600)):
        status = file.stat()
        assert (status.st_uid, status.st_gid, mode_of(file)) == (12345, 54321, mode)


def test_111_a_file_whose_owner_cannot_be_kept_is_not_replaced(balance: Balance) -> None:
    if os.geteuid():
        pytest.skip("only root gives files away")
    text = balance.write('[profiles.first]\nprovider = "apertis"\n').read_text()
    os.chown(balance.config, 12345, 54321)
    ended = straced(balance, "fchown:error=EPERM")("profile", "add", "other", "--provider", "apertis", "--no-check")
    assert ended.code == Exit.MISCONFIGURED
    assert "was not changed: its owner or group is different" in ended.err
    assert (balance.config.read_text(), balance.config.stat().st_uid) == (text, 12345)
    assert [file.name for file in balance.config.parent.iterdir()] == ["config.toml"]


# Single read errors


@pytest.mark.parametrize("call", ["pread64", "openat", "fstat", "read", "fcntl", "mmap"])
def test_112_a_single_read_error_does_not_set_the_history_aside(balance: Balance, history: Path, call: str) -> None:
    paths = [history, Path(f"{history}-wal"), Path(f"{history}-shm")]
    before = samples(history)
    for number in range(1, 60):
        faulty = straced(balance, f"{call}:error=EIO:when={number}", paths=paths)
        ended = faulty("check", "--record", "--json", "--min", "5")
        assert ended.code == Exit.OK
        assert document(ended)["profiles"][0]["remaining"] == 12.5
        assert [file.name for file in history.parent.iterdir() if "corrupt" in file.name] == []
        after = samples(history)
        assert after == before + 1 or "cannot record the check" in ended.err
        before = after
        if "INJECTED" not in (balance.home / "trace").read_text():
            break
    assert number < 59


# Special files and damaged data


@pytest.mark.parametrize("kind", ["pipe", "device", "deep", "huge", "folder", "pointless"])
def test_116_init_does_not_block_on_unreadable_files(balance: Balance, kind: str) -> None:
    kept = balance.home / ".local" / "share" / "opencode" / "auth.json"
    kept.parent.mkdir(parents=True)
    match kind:
        case "pipe":
            os.mkfifo(kept)
        case "device":
            kept.symlink_to("/dev/zero")
        case "deep":
            kept.write_text('{"a":' * 100_000)
        case "huge":
            with kept.open("wb") as file:
                file.truncate(1 << 32)
        case "folder":
            kept.mkdir()
        case _:
            kept.symlink_to(kept)
    ended = balance("init", timeout=20)
    assert ended.code == Exit.MISCONFIGURED
    assert "found no new keys" in ended.err


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_116_a_key_is_stored_only_in_a_regular_file(balance: Balance, kind: str) -> None:
    place = balance.home / "key"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "device":
        place.symlink_to("/dev/zero")
    else:
        place.mkdir()
    ended = balance(*ADD, "--key-file", str(place), stdin=KEY, timeout=20)
    assert ended.code == Exit.MISCONFIGURED
    assert f"cannot store the key in {place}" in ended.err
    assert not balance.config.exists()
    assert not place.is_file()
    assert balance("check", "--json", timeout=20).code == Exit.MISCONFIGURED


@pytest.mark.parametrize("name", ["/dev/zero", "long", "lines", "deep", "folder"])
def test_116_an_import_of_an_endless_or_malformed_file_ends(balance: Balance, name: str) -> None:
    file = Path("/dev/zero") if name.startswith("/") else balance.home / name
    if name == "folder":
        file.mkdir()
    elif name != "/dev/zero":
        file.write_text({"long": "[" * (20 << 20), "lines": "{\n" * (9 << 20), "deep": '{"a":' * 100_000 + "}\n"}[name])
    ended = balance("history", "import", str(file), timeout=30)
    assert ended.code == Exit.MISCONFIGURED
    assert str(file) in ended.err


@pytest.mark.parametrize("text", ["abc", "", "nan", "inf", "1e999", "1" * 5000, b"\0\xff", "٥", " 5"], ids=repr)
def test_116_a_damaged_sample_is_skipped_and_reported(balance: Balance, history: Path, text: str | bytes) -> None:
    with sqlite3.connect(history) as database:
        at = int(time.time())
        rows: list[tuple[Any, ...]] = [(at - 3600 * ago, f"{12 + ago}", None) for ago in range(6, 0, -1)]
        rows += [
            (at - 5 * 86400, text, None),
            (at - 3 * 86400, "13", text),
        ]  # far apart, since a check reads one sample per interval
        database.executemany("INSERT INTO samples VALUES (1, ?, ?, ?, NULL, 0)", rows)
    for arguments in (["history", "--json"], ["history"], ["history", "--plot", "main"], ["check", "--json"]):
        ended = balance(*arguments)
        assert ended.code == Exit.OK
        assert "skipped damaged samples of main (2)" in ended.err
        assert "NaN" not in ended.out
        if "--json" in arguments:
            json.loads(ended.out, parse_constant=pytest.fail)
    [row] = json.loads(balance("history", "--json").out)["balances"]
    assert row["samples"] == 7


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "text"])
def test_116_an_unreadable_history_changes_no_verdict(balance: Balance, history: Path, kind: str) -> None:
    place = balance.home / "place"
    match kind:
        case "pipe":
            os.mkfifo(place)
        case "device":
            place.symlink_to("/dev/zero")
        case "folder":
            place.mkdir()
        case _:
            with sqlite3.connect(history) as database:
                database.execute("UPDATE series SET name = CAST(x'ff' AS TEXT)")
            place.symlink_to(history)
    balance.write(f'{balance.config.read_text()}\n[history]\npath = "{place}"\n')
    for arguments in (["check", "--json", "--min", "5"], ["check", "--record", "--json", "--min", "5"]):
        ended = balance(*arguments, timeout=20)
        assert (ended.code, document(ended)["profiles"][0]["remaining"]) == (Exit.OK, 12.5)
        assert "cannot read the history" in ended.err or kind == "text"
    ended = balance("history", timeout=20)
    assert ended.code == Exit.MISCONFIGURED
    assert "this is a bug" not in ended.err
    assert place.exists()


# The demo, and Prometheus


def test_117_a_client_that_resets_its_connection_causes_no_output(balance: Balance) -> None:
    with subprocess.Popen(
        [balance.program, "demo", "--serve"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=balance.environment()
    ) as server:
        assert server.stderr
        port = int(server.stderr.readline().split(b"127.0.0.1:")[1].split()[0])
        for sent in (b"", b"GET /v1/cre", b"GET /v1/credits HTTP/1.1\r\nhost: x\r\n\r\n" * 1000):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.sendall(sent)
                time.sleep(0.1)
        time.sleep(0.5)
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /v1/credits HTTP/1.0\r\n\r\n")
            assert client.recv(15) == b"HTTP/1.1 200 OK"
        server.terminate()
        assert server.stderr.read() == b""


@pytest.mark.parametrize(
    "names",
    [
        ["a", "a", "a (2)"],
        ["a (2)", "a", "a", "a", "a (2)"],
        ["a", "a (2)", "a (2)", "a", "a (3)"],
        ['a"', 'a\\"', "a\\", "a\n", "a n", "a\\n", "a\x00", "a\x01", "a?"],
        ["x" * 99, "x" * 100, "x" * 101],
    ],
)
def test_118_every_prometheus_series_is_unique(balance: Balance, names: list[str]) -> None:
    key = {"is_active": True, "spend_limit": "9", "spend_limit_period": None, "period_start": None, "expires_at": None}
    keys = [{**key, "api_key_name": name, "period_spend": str(number)} for number, name in enumerate(names)]
    answer = {"remaining_credits": "25", "credit_usage": "4", "total_deposits": "30", "usage_by_api_key": keys}
    with listening(says(json.dumps(answer))) as server:
        balance.profiles({"main": f'provider = "imagerouter"\nbase_url = "{server.url}"'})
        ended = balance("check", "-o", "prometheus", "--details")
    assert ended.code == Exit.OK
    series = [line.rpartition(" ")[0] for line in ended.out.splitlines() if not line.startswith("#")]
    assert sorted(Counter(series).values()) == [1] * len(series)
    assert sum(line.startswith("balance_remaining{") for line in series) == len(names) + 1
    promtool(ended.out)


def test_a_history_that_cannot_be_looked_for_changes_no_verdict(balance: Balance, tmp_path: Path) -> None:
    with listening(ENOUGH) as server:
        profile(balance, server.url, f'[history]\npath = "{tmp_path}/{"x" * 300}"\nrecord = true\n')
        ended = balance("check", "--json")
    assert ended.code == Exit.OK
    assert document(ended)["profiles"][0]["remaining"] == 12.5
    assert "cannot record the check" in ended.err
    shown = balance("history")
    assert (shown.code, shown.out) == (Exit.MISCONFIGURED, "")
    assert "File name too long" in shown.err
