"""Measure what a start and a check cost, beside what a user would write instead; see the README for how to run it.

Wall times are medians of interleaved runs and are given as ratios only: the machine's speed cancels out. Everything
happens in a temporary folder: a plain installation of this checkout's wheel, and nginx with TLS 1.3 on loopback, which
answers at once on one port and after 200 ms on 64 others. Needs nginx, openssl, curl, jq and bc; counts instructions
where valgrind is installed.
"""

import argparse
import os
import platform
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
ORIGINS: Final = 64
NEEDED: Final = ("nginx", "openssl", "curl", "jq", "bc", "bash")
ANSWER: Final = '{"object":"billing_credits","is_subscriber":false,"payg":{"remaining_usd":12.5,"used_usd":7.5,\
"total_usd":20,"is_unlimited":false}}'
RECIPE: Final = """\
left=$(curl -s "$1/v1/dashboard/billing/credits" -H "Authorization: Bearer $KEY" | jq .payg.remaining_usd)
test "$(echo "$left >= 5" | bc)" = 1
"""
COMPLETION: Final = """\
. "$1"; COMP_WORDS=(balance profile remove ''); COMP_CWORD=3; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
_balance balance '' remove; test ${#COMPREPLY[@]} = 10
"""
NGINX: Final = """\
worker_processes auto; daemon off; pid {home}/nginx.pid; error_log {home}/nginx.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; default_type application/json; keepalive_requests 1000000;
  client_body_temp_path {home}; proxy_temp_path {home}; fastcgi_temp_path {home}; uwsgi_temp_path {home};
  scgi_temp_path {home};
  ssl_certificate {home}/server.pem; ssl_certificate_key {home}/server.key; ssl_protocols TLSv1.3;
  server {{ listen 127.0.0.1:{now} ssl; location / {{ return 200 '{answer}'; }} }}
  server {{
    {listen}
    location / {{ auth_basic x; auth_basic_user_file /dev/null; auth_delay 200ms; error_page 401 =200 /answer; }}
    location = /answer {{ internal; return 200 '{answer}'; }}
  }}
}}
"""


class Command(NamedTuple):
    """What is measured, under the name that a row of the table has for it."""

    name: str
    words: Sequence[str]


class Row(NamedTuple):
    """A ratio of two commands, the one to be reached and the one to be beaten."""

    what: str
    command: str
    reference: str
    reach: float
    beat: float


ROWS: Final = (
    Row("balance --version / python -c pass", "version", "pass", 1.7, 1.1),
    Row("balance --help / python -c pass", "help", "pass", 6, 4.5),
    Row("a completion in bash / python -c pass", "completion", "pass", 6, 4.5),
    Row("balance profile list / python -c pass", "list", "pass", 6, 4.5),
    Row("balance check --json, 0 ms / curl + jq + bc", "check 0 ms", "recipe 0 ms", 3.3, 2.5),
    Row("balance check --json, 200 ms / curl + jq + bc", "check 1", "recipe 200 ms", 1.7, 1.4),
    Row("10 profiles / 1 profile, 200 ms", "check 10", "check 1", 1.2, 1.05),
    Row("100 profiles / 1 profile, 200 ms", "check 100", "check 1", 1.6, 1.4),
    Row("1000 profiles / 1 profile, 200 ms", "check 1000", "check 1", 5, 4.2),
)
MEMORY: Final = {"check 1": (34, 28), "check 100": (46, 38), "check 1000": (60, 50)}
COUNTED: Final = ("pass", "version", "help", "list")


class Run(NamedTuple):
    """One process that has ended well: seconds of wall time, and the most memory that it had in MB."""

    seconds: float
    megabytes: float


def main() -> None:
    """Install, serve, measure, and print the table."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    arguments.add_argument("--rounds", type=int, default=15, help="how often each command is run (default 15)")
    arguments.add_argument("--python", type=Path, help="of a venv that has the program (default: a new one)")
    given = arguments.parse_args()
    if missing := [tool for tool in NEEDED if not shutil.which(tool)]:
        sys.exit(f"bench: install {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        python = given.python or installed(home)
        now, waiting, server = stack.enter_context(served(home))
        commands = written(home, python, now, waiting)
        env = {
            "HOME": folder,
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "KEY": "sk-benchmark",
            "SSL_CERT_DIR": folder,
        }
        say(versions(python, env))
        runs, busy = measured(commands, env, given.rounds, server)
        table(runs)
        seconds = median(run.seconds for run in runs["check 1000"])
        say(f"\nnginx used {busy:.3f} s of CPU for 1000 profiles, which take {seconds:.2f} s on {os.cpu_count()} cores")
        if shutil.which("valgrind"):
            instructions([command for command in commands if command.name in COUNTED], env)


def installed(home: Path) -> Path:
    """Return the Python of a new venv with a plain, compiled installation of this checkout."""
    subprocess.run([sys.executable, "-m", "venv", home / "venv"], check=True)
    python = home / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", ROOT], check=True)
    return python


@contextmanager
def served(home: Path) -> Iterator[tuple[int, list[int], int]]:
    """Yield the port that answers at once, those that wait for 200 ms, and the server's process."""
    certificate = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 -keyout {home}/server.key -out {home}/server.pem"
    subprocess.run(["openssl", *shlex.split(certificate)], check=True, capture_output=True)
    subprocess.run(["openssl", "rehash", home], check=True, capture_output=True)
    now, *waiting = free(ORIGINS + 1)
    listen = " ".join(f"listen 127.0.0.1:{port} ssl;" for port in waiting)
    (home / "nginx.conf").write_text(NGINX.format(home=home, now=now, listen=listen, answer=ANSWER))
    command = ["nginx", "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "nginx.log")]
    with subprocess.Popen(command) as server:
        try:
            reached(now)
            yield now, waiting, server.pid
        finally:
            server.terminate()


def free(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def reached(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit("bench: nginx did not start")


def written(home: Path, python: Path, now: int, waiting: Sequence[int]) -> list[Command]:
    """Write the configs and recipes, and return every command that is measured."""
    balance = str(python.with_name("balance"))
    (home / "recipe.sh").write_text(RECIPE)
    (home / "completion.sh").write_text(COMPLETION)

    def check(name: str, ports: Sequence[int]) -> Command:
        config = home / f"{name}.toml"
        config.write_text("\n".join(profile(index, port) for index, port in enumerate(ports)))
        return Command(name, [balance, "check", "--json", "--min", "5", "--config", str(config)])

    usual = home / ".config" / "balance" / "config.toml"
    usual.parent.mkdir(parents=True)
    usual.write_text("\n".join(profile(index, now) for index in range(10)))
    recipe = ["sh", "-e", str(home / "recipe.sh")]
    return [
        Command("pass", [str(python), "-c", "pass"]),
        Command("version", [balance, "--version"]),
        Command("help", [balance, "--help"]),
        Command("completion", ["bash", "-e", str(home / "completion.sh"), str(ROOT / "completions" / "balance.bash")]),
        Command("list", [balance, "profile", "list"]),
        Command("recipe 0 ms", [*recipe, f"https://127.0.0.1:{now}"]),
        check("check 0 ms", [now]),
        Command("recipe 200 ms", [*recipe, f"https://127.0.0.1:{waiting[0]}"]),
        *(check(f"check {count}", [waiting[i % ORIGINS] for i in range(count)]) for count in (1, 10, 100, 1000)),
    ]


def profile(index: int, port: int) -> str:
    """Return a profile's table."""
    return f'[profiles.p{index}]\nprovider = "apertis"\nkey_env = "KEY"\nbase_url = "https://127.0.0.1:{port}"\n'


def measured(
    commands: Sequence[Command], env: Mapping[str, str], rounds: int, server: int
) -> tuple[dict[str, list[Run]], float]:
    """Run every command in turn, round after round; return its runs, and the server's CPU time for 1000 profiles."""
    runs: dict[str, list[Run]] = {command.name: [] for command in commands}
    busy = 0.0
    for command in commands:
        once(command, env)  # compiles, and warms the system's caches
    for _ in range(rounds):
        for command in commands:
            before = cpu(server)
            runs[command.name].append(once(command, env))
            busy = cpu(server) - before
    return runs, busy


def once(command: Command, env: Mapping[str, str]) -> Run:
    """Run a command to its end; whatever does not end well is not measured."""
    began = time.perf_counter()
    process = subprocess.Popen(command.words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"bench: {shlex.join(command.words)} ended with {process.returncode}")
    return Run(seconds, used.ru_maxrss / 1024)


def cpu(pid: int) -> float:
    """Return the seconds of CPU that the workers of a server have used."""
    ticks = 0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        ticks += sum(map(int, Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def table(runs: Mapping[str, Sequence[Run]]) -> None:
    """Print every row beside what was to be reached."""
    say(f"\n{'what':<50}{'ratio':>8}{'reach':>8}{'beat':>8}")
    for row in ROWS:
        one, other = (median(run.seconds for run in runs[name]) for name in (row.command, row.reference))
        say(f"{row.what:<50}{one / other:>8.2f}{row.reach:>8g}{row.beat:>8g}")
    for name, (reach, beat) in MEMORY.items():
        megabytes = median(run.megabytes for run in runs[name])
        say(f"{f'peak memory of {name} in MB':<50}{megabytes:>8.1f}{reach:>8}{beat:>8}")


def instructions(commands: Sequence[Command], env: Mapping[str, str]) -> None:
    """Print how many instructions each command takes: these repeat where wall times do not."""
    say(f"\n{'millions of instructions':<50}")
    for command in commands:
        valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        interpreted = [str(Path(command.words[0]).with_name("python"))] if command.words[0].endswith("balance") else []
        ran = subprocess.run(
            [*valgrind, *interpreted, *command.words],
            capture_output=True,
            text=True,
            env={**env, "PYTHONHASHSEED": "0"},
            check=True,
        )
        count = next(line.split()[-1] for line in ran.stderr.splitlines() if "refs:" in line)
        words = shlex.join([Path(command.words[0]).name, *command.words[1:]])
        say(f"{words:<50}{int(count.replace(',', '')) / 1e6:>8.1f}")


def versions(python: Path, env: Mapping[str, str]) -> str:
    """Return what was measured on what."""
    program = "import ssl, sys; from importlib.metadata import version as v; print('Python', sys.version.split()[0], \
ssl.OPENSSL_VERSION, *(f'{name} {v(name)}' for name in ('typer', 'httpx', 'httpcore', 'rich')), sep=', ')"
    made = subprocess.run([python, "-c", program], check=True, capture_output=True, text=True, env=env).stdout.strip()
    return f"{made}; {platform.system()}, {os.cpu_count()} cores"


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
