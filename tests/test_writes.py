"""Row 82: a config is complete at every moment, whichever system call is interrupted."""

import shutil
import subprocess
from typing import Final

import pytest

from balance_cli.exits import Exit
from conftest import KEY, Balance, need

BEFORE: Final = '# mine\n[profiles.first]\nprovider = "apertis"\n'
AFTER: Final = f'{BEFORE}\n[profiles.second]\nprovider = "apikley"\nkey_file = "~/.config/balance/keys/second"\n'
CALLS: Final = ("mkdir", "openat", "fchmod", "write", "fsync", "rename", "flock")


def add_under(balance: Balance, fault: str) -> tuple[int, str, bool]:
    """Add a profile with a fault injected into a system call; return exit code, stderr, and whether it was injected."""
    need("strace")
    balance.write(BEFORE)
    shutil.rmtree(balance.config.parent / "keys", ignore_errors=True)
    trace = balance.home / "trace"
    call = fault.partition(":")[0]
    add = [balance.program, "profile", "add", "second", "--provider", "apikley", "--key-stdin", "--no-check"]
    folder = balance.config.parent
    only = [str(folder), str(balance.config), str(folder / "keys"), str(folder / "keys" / "second")]
    paths = (
        [word for path in only for word in ("-P", path)] if call == "openat" else []
    )  # starting Python opens hundreds of files
    done = subprocess.run(
        ["strace", "-f", "-o", str(trace), *paths, "-e", f"trace={call}", "-e", f"inject={fault}", *add],
        input=KEY.encode(),
        capture_output=True,
        env=balance.environment({"PYTHONDONTWRITEBYTECODE": "1"}),
        check=False,
    )
    injected = "INJECTED" in trace.read_text() or "killed by SIGKILL" in trace.read_text()
    return done.returncode, done.stderr.decode(), injected


def is_whole(balance: Balance) -> bool:
    """Return whether the config is either the old one or the new one with its key."""
    text = balance.config.read_text()
    if text == AFTER:
        return (balance.config.parent / "keys" / "second").read_text() == f"{KEY}\n"
    return text == BEFORE


@pytest.mark.parametrize("call", CALLS)
def test_82_a_kill_at_any_system_call_leaves_the_old_or_the_new_file(balance: Balance, call: str) -> None:
    for number in range(1, 30):
        _, _, injected = add_under(balance, f"{call}:signal=KILL:when={number}")
        assert is_whole(balance)
        if not injected:
            break
    assert number > 1


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("error", ["ENOSPC", "EROFS", "EIO"])
def test_82_an_error_at_any_system_call_is_reported_and_loses_nothing(balance: Balance, call: str, error: str) -> None:
    for number in range(1, 30):
        code, said, injected = add_under(balance, f"{call}:error={error}:when={number}")
        assert is_whole(balance)
        if not injected:
            break
        if code == Exit.OK:  # a file that could not be synced is still in place, as is a folder that existed
            assert call in {"fsync", "openat", "mkdir"} or "added second" not in said
            continue
        assert code in {Exit.MISCONFIGURED, Exit.CRASH}
        assert said.startswith("balance: ") or call == "write"
        left = [file.name for file in balance.config.parent.iterdir() if file.name.startswith(".")]
        assert left == []
