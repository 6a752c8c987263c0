"""Many profiles on a small machine: one core, little memory, no writable home directory."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Collection
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest

from balance_cli.check.many import check_profiles
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.exits import Exit
from balance_cli.keys.source import KeySource
from balance_cli.providers import find
from conftest import Balance, Ended
from stub import Stub
from surroundings import HERE

CREDITS: Final = {"answer": {"code": 200, "msg": "success", "data": 100}}


def limited(balance: Balance, limit: str) -> Balance:
    """Return the program run under a shell's resource limit."""
    return Balance(balance.home, balance.env, before=("sh", "-c", f'{limit}; exec "$@"', "sh"))


def names(ended: Ended) -> list[str]:
    """Return the profile names of a document, in order."""
    found: list[Any] = json.loads(ended.out)["profiles"]
    return [profile["profile"] for profile in found]


def test_a_check_works_on_one_core(balance: Balance) -> None:
    with Stub(always=CREDITS) as stub:
        balance.profiles({f"p{n}": f'provider = "apikley"\nbase_url = "{stub.url}"' for n in range(40)})
        pinned = Balance(balance.home, balance.env, before=("taskset", "-c", "0"))
        assert pinned("check", "-q", "--min", "100").code == Exit.OK
        assert pinned("check", "-q", "--min", "101").code == Exit.LOW


@pytest.mark.parametrize("kilobytes", [100_000, 200_000, 500_000, 2_000_000])
def test_a_limited_address_space_changes_no_verdict(balance: Balance, kilobytes: int) -> None:
    with Stub(always=CREDITS) as one, Stub(always=CREDITS) as other:
        urls = [one.url, other.url] * 100
        balance.profiles({f"p{n}": f'provider = "apikley"\nbase_url = "{url}"' for n, url in enumerate(urls)})
        ended = limited(balance, f"ulimit -v {kilobytes}")("check", "--json", "--timeout", "60", "--min", "100")
    assert (ended.code, ended.err) == (Exit.OK, "")
    assert len(names(ended)) == len(one.asked) + len(other.asked) == 200


@pytest.mark.parametrize("home", ["/dev/null", "/nonexistent", "/proc"])
def test_an_unwritable_home_directory_changes_nothing(balance: Balance, home: str) -> None:
    with Stub(always=CREDITS) as stub:
        config = balance.profiles({"main": f'provider = "apikley"\nbase_url = "{stub.url}"'})
        ended = balance("check", "--json", "--config", str(config), env={"HOME": home})
    assert (ended.code, ended.err) == (Exit.OK, "")


def test_ten_profiles_are_checked_concurrently(balance: Balance) -> None:
    with Stub(always=CREDITS, together=threading.Barrier(10)) as stub:
        balance.profiles({f"p{n}": f'provider = "apikley"\nbase_url = "{stub.url}"' for n in range(10)})
        assert balance("check", "-q").code == Exit.OK
    assert len(stub.asked) == 10


def test_at_most_16_connections_are_opened_per_origin(balance: Balance) -> None:
    with Stub(always=CREDITS, delay=0.05) as stub:
        balance.profiles({f"p{n}": f'provider = "apikley"\nbase_url = "{stub.url}"' for n in range(60)})
        assert balance("check", "-q").code == Exit.OK
    assert len(stub.asked) == 60
    assert len({asked.port for asked in stub.asked}) <= 16


def test_progress_costs_the_same_however_many_are_pending() -> None:
    asked: list[str] = []

    class Counted(Profile):
        """A profile that counts how often its name is read."""

        def __getattribute__(self, name: str) -> Any:
            if name == "name":
                asked.append(name)
            return super().__getattribute__(name)

    seen: list[tuple[int, list[str]]] = []

    def progress(pending: Collection[str]) -> None:
        seen.append((len(pending), [*islice(pending, 2)]))

    key = KeySource(kind="key_env", value=("UNSET",))
    profiles = [Counted(name=f"p{n}", provider=find("apertis"), key=key) for n in range(500)]
    report = check_profiles(HERE, profiles, Deadline(60), progress=progress)
    assert [verdict.profile for verdict in report.verdicts] == [f"p{n}" for n in range(500)]
    assert seen[0] == (500, ["p0", "p1"])
    assert [count for count, _ in seen] == [*range(500, 0, -1)]
    assert len(asked) < 10 * 500


def test_results_are_in_the_order_of_the_config(balance: Balance) -> None:
    with Stub(always=CREDITS, delay=0.3) as slow, Stub(always=CREDITS) as fast:
        urls = [slow.url, fast.url] * 4
        balance.profiles({f"p{n}": f'provider = "apikley"\nbase_url = "{url}"' for n, url in enumerate(urls)})
        ended = balance("check", "--json")
        table = balance("check")
    assert names(ended) == [f"p{n}" for n in range(8)]
    assert [line.split()[1] for line in table.out.splitlines()[1:9]] == [f"p{n}" for n in range(8)]


def benchmark(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmark."""
    script = Path(__file__).with_name("benchmarks") / "bench.py"
    return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.skipif(
    not all(map(shutil.which, ("nginx", "openssl", "curl", "jq", "bc"))) and "CI" not in os.environ,
    reason="nginx, openssl, curl, jq or bc is not installed",
)
def test_the_benchmark_prints_the_rows_that_are_named() -> None:
    unknown = benchmark("nothing")
    assert unknown.returncode == 1
    every = unknown.stderr.strip().partition("the rows are ")[2].split(", ")
    quick = [name for name in every if "10000" not in name]
    assert len(every) - len(quick) == 2
    ran = benchmark("--rounds", "1", "--python", sys.executable, *quick)
    assert (ran.returncode, ran.stderr) == (0, "")
    head, rows, counts = ran.stdout.split("\n\n", 2)
    assert re.match(r"Python 3\.\S+ (with|without) PGO and (with|without) LTO, OpenSSL", head)
    assert len(rows.splitlines()) == len(["what", *quick])
    for text in ["--version", "--help", "completion", "list", "click", "twice", "200", "10", "100", "1000", "memory"]:
        assert text in rows
    assert "10,000" not in rows
    assert ("check 0 ms" in counts) == bool(shutil.which("valgrind"))
