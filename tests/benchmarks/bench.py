"""Measure what a start and a check cost, compared with what a user would write instead.

Wall times are medians of interleaved runs and are given as ratios only: the machine's speed cancels out. Everything
happens in a temporary folder: a plain installation of this checkout's wheel, and nginx with TLS 1.3 on loopback, which
answers at once on one port and after 200 ms on 64 others. Needs nginx, openssl, curl, jq and bc; counts instructions
where valgrind is installed. The README says how to run it.
"""

import argparse
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from stage import Command, installed, served, written

NEEDED: Final = ("nginx", "openssl", "curl", "jq", "bc", "bash")


class Row(NamedTuple):
    """The ratio of two commands or, without a reference, the peak memory of one; what to reach, and what to beat."""

    name: str
    what: str
    command: str
    reference: str
    reach: float
    beat: float


RECIPE_200: Final = "curl + jq + bc, 200 ms"
ROWS: Final = (
    Row("version", "balance --version / python -c pass", "version", "pass", 1.7, 1.1),
    Row("help", "balance --help / python -c pass", "help", "pass", 6, 4.5),
    Row("completion", "a completion in bash / python -c pass", "completion", "pass", 6, 4.5),
    Row("list", "balance profile list / python -c pass", "list", "pass", 6, 4.5),
    Row("check 0 ms", "balance check --json, 0 ms / curl + jq + bc", "check 0 ms", "recipe 0 ms", 3.25, 3),
    Row("beside", "the same with click and h2 installed / without", "check beside", "check 0 ms", 1.02, 1),
    Row("check 1", f"1 profile / {RECIPE_200}", "check 1", "recipe 200 ms", 1.5, 1.4),
    Row("two requests", "a provider asked twice / once, 200 ms", "check two requests", "check 1", 1.15, 1.05),
    Row("check 10", f"10 profiles / {RECIPE_200}", "check 10", "recipe 200 ms", 1.6, 1.5),
    Row("check 100", f"100 profiles / {RECIPE_200}", "check 100", "recipe 200 ms", 2.2, 2),
    Row("check 1000", f"1000 profiles / {RECIPE_200}", "check 1000", "recipe 200 ms", 7, 6.5),
    Row("check 10000", "10,000 profiles on 64 origins / 1000, 200 ms", "check 10000", "check 1000", 10, 10),
    Row("memory 1", "peak memory of 1 profile, MB", "check 1", "", 29, 28),
    Row("memory 100", "peak memory of 100 profiles, MB", "check 100", "", 40, 38),
    Row("memory 1000", "peak memory of 1000 profiles, MB", "check 1000", "", 58, 50),
    Row("memory 10000", "peak memory of 10,000 profiles, MB", "check 10000", "", 120, 120),
)
COUNTED: Final = ("pass", "version", "help", "list", "check 0 ms", "check beside", "check table")


class Run(NamedTuple):
    """A process that ended well: seconds of wall time, peak memory in MB, and seconds of CPU that the server used."""

    seconds: float
    megabytes: float
    server: float


def main() -> None:
    """Install, serve, measure, and print the table."""
    given = arguments()
    if missing := [tool for tool in NEEDED if not shutil.which(tool)]:
        sys.exit(f"bench: install {', '.join(missing)}")
    rows = [row for row in ROWS if any(fnmatchcase(row.name, pattern) for pattern in given.rows or ["*"])]
    if not rows:
        sys.exit(f"bench: no such row; the rows are {', '.join(row.name for row in ROWS)}")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        names = {name for row in rows for name in (row.command, row.reference)}
        python = given.python or installed(home / "venv")
        beside = None
        if "check beside" in names and not given.python:
            beside = installed(home / "beside", "click", "h2")
        now, waiting, server = stack.enter_context(served(home))
        made = written(home, python, beside, now, waiting)
        env = {
            "HOME": folder,
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "KEY": "sk-benchmark",
            "SSL_CERT_DIR": folder,
        }
        say(versions(python, env))
        runs = measured([command for command in made if command.name in names], env, given.rounds, server)
        table(rows, runs)
        if shutil.which("valgrind"):
            counted = [command for command in made if command.name in COUNTED]
            instructions([command for command in counted if not given.rows or command.name in names], env)


def arguments() -> argparse.Namespace:
    """Return the options of this script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    rows = f"the rows to measure, by name or pattern (default '*'): {', '.join(row.name for row in ROWS)}"
    parser.add_argument("rows", nargs="*", metavar="ROW", help=rows)
    parser.add_argument("--rounds", type=int, default=15, help="how often to run each command (default 15)")
    parser.add_argument("--python", type=Path, help="the Python of a venv that has the program (default: a new one)")
    return parser.parse_args()


def measured(
    commands: Sequence[Command], env: Mapping[str, str], rounds: int, server: int
) -> Mapping[str, Sequence[Run]]:
    """Run every command in turn, round after round; return the runs of each."""
    runs: dict[str, list[Run]] = {command.name: [] for command in commands}
    for command in commands:
        once(command, env, server)  # compiles, and warms the system's caches
    for number in range(rounds):
        for command in commands:
            if number < command.rounds:
                runs[command.name].append(once(command, env, server))
    return runs


def once(command: Command, env: Mapping[str, str], server: int) -> Run:
    """Run a command to its end; whatever does not end well is not measured."""
    busy, began = cpu(server), time.perf_counter()
    process = subprocess.Popen(command.words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"bench: {shlex.join(command.words)} ended with {process.returncode}")
    return Run(seconds, used.ru_maxrss / 1024, cpu(server) - busy)


def cpu(pid: int) -> float:
    """Return the seconds of CPU that the workers of a server have used."""
    ticks = 0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        ticks += sum(map(int, Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def table(rows: Sequence[Row], runs: Mapping[str, Sequence[Run]]) -> None:
    """Print every row with what to reach and what to beat."""
    say(f"\n{'what':<50}{'measured':>10}{'reach':>8}{'beat':>8}")
    for row in rows:
        if row.command not in runs:
            say(f"{row.what:<50}{'–':>10}{row.reach:>8g}{row.beat:>8g}  needs a new venv: omit --python")
        elif row.reference:
            one, other = (median(run.seconds for run in runs[name]) for name in (row.command, row.reference))
            say(f"{row.what:<50}{one / other:>10.2f}{row.reach:>8g}{row.beat:>8g}")
        else:
            megabytes = median(run.megabytes for run in runs[row.command])
            say(f"{row.what:<50}{megabytes:>10.1f}{row.reach:>8g}{row.beat:>8g}")
    if many := runs.get("check 1000"):
        seconds, busy = median(run.seconds for run in many), median(run.server for run in many)
        say(f"\n1000 profiles take {seconds:.2f} s, and nginx {busy:.2f} s of CPU, on {os.cpu_count()} cores")


def instructions(commands: Sequence[Command], env: Mapping[str, str]) -> None:
    """Print how many instructions each command takes: unlike wall times, these repeat."""
    say(f"\n{'millions of instructions':<50}")
    for command in commands:
        valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        program = Path(command.words[0])
        interpreted = [str(program.with_name("python"))] if program.name == "balance" else []
        ran = subprocess.run(
            [*valgrind, *interpreted, *command.words],
            capture_output=True,
            text=True,
            env={**env, "PYTHONHASHSEED": "0"},
            check=True,
        )
        count = next(line.split()[-1] for line in ran.stderr.splitlines() if "refs:" in line)
        say(f"{command.name:<50}{int(count.replace(',', '')) / 1e6:>10.1f}")


VERSIONS: Final = """
import ssl, sys, sysconfig
from importlib.metadata import version
build = sysconfig.get_config_var("CONFIG_ARGS") or ""
pgo, lto = ("with" if flag in build else "without" for flag in ("--enable-optimizations", "--with-lto"))
print(f"Python {sys.version.split()[0]} {pgo} PGO and {lto} LTO", ssl.OPENSSL_VERSION,
      *(f"{name} {version(name)}" for name in ("typer", "httpx", "httpcore", "rich")), sep=", ")
"""


def versions(python: Path, env: Mapping[str, str]) -> str:
    """Return what is measured, and on what: an interpreter built without optimizations needs a fifth more."""
    ran = subprocess.run([python, "-c", VERSIONS], check=True, capture_output=True, text=True, env=env)
    return f"{ran.stdout.strip()}; {platform.system()}, {os.cpu_count()} cores"


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
