"""Measure a year of history: checks every five minutes of 20 balances, 2.1 million samples.

Import it, show it, and check a balance with a week of history and without. Times are of the processor, so that other
programs matter less. Everything happens in a temporary folder, which needs 1.2 GB. The README says how to run it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from statistics import median
from threading import Thread
from typing import Final, NamedTuple

BALANCES: Final = 20
EVERY: Final = timedelta(minutes=5)
PROGRAM: Final = Path(sys.executable).with_name("balance")


class Ran(NamedTuple):
    """What a process needed: seconds of the processor, seconds, and megabytes at its peak."""

    processor: float
    elapsed: float
    memory: float


class Provider(BaseHTTPRequestHandler):
    """A provider on loopback that always answers the same."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a balance."""
        body = b'{"success": true, "remain_balance": 50, "used_balance": 0.1, "unlimited_quota": false}'
        self.send_response(200 if self.path == "/v1/balance" else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def serve() -> Iterator[str]:
    """Yield the address of a provider."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def write_log(file: Path, days: int, balances: int) -> int:
    """Write what `balance check --json` would have printed until now, one document a line; return the samples."""
    random, now = Random(1), datetime.now(UTC).replace(microsecond=0)  # noqa: S311 - no secret
    amounts = [random.randrange(50_000, 500_000) for _ in range(balances)]
    count = days * 86_400 // int(EVERY.total_seconds())
    empty = {"used": None, "limit": None, "resets_at": None, "expires_at": None, "min": None, "low": None}
    with file.open("w", encoding="utf-8") as log:
        for number in range(count):
            profiles = []
            for place in range(balances):
                amounts[place] += 500_000 if amounts[place] < 10_000 else -random.randrange(60)
                known = {"name": "key", "unit": "USD", "remaining": amounts[place] / 100, "unlimited": False}
                head = {"profile": f"p{place}", "provider": "apimart", "status": "ok", "plan": None, "error": None}
                profiles.append({**head, "balances": [{**known, "gates": True, **empty}]})
            at = (now - EVERY * (count - number)).isoformat().replace("+00:00", "Z")
            document = {"schema_version": 1, "checked_at": at, "status": "ok", "exit_code": 0, "error": None}
            log.write(json.dumps({**document, "profiles": profiles}) + "\n")
    return count * balances


def say(line: str) -> None:
    """Print a result."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(environment: Mapping[str, str], *arguments: str) -> Ran:
    """Run the program to its end."""
    began = datetime.now(UTC)
    process = subprocess.Popen([PROGRAM, *arguments], env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"balance {' '.join(arguments)}: exit code {process.returncode}")
    elapsed = (datetime.now(UTC) - began).total_seconds()
    return Ran(used.ru_utime + used.ru_stime, elapsed, used.ru_maxrss / 1024)


def make_home(folder: Path, url: str) -> dict[str, str]:
    """Write a config with one profile; return the environment of the program."""
    config = folder / ".config" / "balance" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[profiles.p0]\nprovider = "apimart"\nkey = "sk-made-up"\nbase_url = "{url}"\n', "utf-8")
    config.chmod(0o600)
    return {"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def measure_year(folder: Path, url: str, days: int) -> None:
    """Import a year, and show it."""
    environment, log = make_home(folder / "year", url), folder / "year.ndjson"
    samples = write_log(log, days, BALANCES)
    imported = run(environment, "history", "import", str(log))
    log.unlink()
    say(f"import of {samples:,} samples: {samples / imported.processor:,.0f} a second, {imported.memory:.0f} MB")
    shown = [run(environment, "history", "--since", f"{days}d") for _ in range(5)]
    times = median(one.processor for one in shown), median(one.elapsed for one in shown)
    say(f"history --since {days}d: {times[0]:.2f} s of the processor, {times[1]:.2f} s, {shown[0].memory:.0f} MB")


def measure_week(folder: Path, url: str, rounds: int) -> None:
    """Check with a week of history, and with a history that has nothing of it, in turns."""
    homes = {days: make_home(folder / f"{days} days", url) for days in (7, 0)}
    for days, environment in homes.items():
        log = folder / "week.ndjson"
        write_log(log, days, 1)
        run(environment, "history", "import", str(log))
    ran: dict[int, list[float]] = {days: [] for days in homes}
    for _ in range(rounds):
        for days, environment in homes.items():
            ran[days].append(run(environment, "check", "--json").processor)
    say(f"check with a week of history / without: {median(ran[7]) / median(ran[0]):.3f} ({rounds} rounds)")


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description="Measure a year of history.")
    parser.add_argument("--days", type=int, default=365, help="measure a shorter history (default 365)")
    parser.add_argument("--rounds", type=int, default=40, help="checks with and without a week of history (default 40)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serve() as url:
        measure_week(Path(folder), url, asked.rounds)
        measure_year(Path(folder), url, asked.days)


if __name__ == "__main__":
    main()
