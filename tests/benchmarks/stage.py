"""What the benchmark runs: installations, a server on loopback, configs and commands."""

import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
ORIGINS: Final = 64
COUNTS: Final = (1, 10, 100, 1000, 10_000)
CREDITS: Final = '{"object":"billing_credits","is_subscriber":false,"payg":{"remaining_usd":12.5,"used_usd":7.5,\
"total_usd":20,"is_unlimited":false}}'
ANSWERS: Final = {  # of a provider that is asked once, and of one that is asked twice
    "default": CREDITS,
    "/api/v1/key": '{"data":{"limit":20,"limit_remaining":8.1,"usage":11.9,"expires_at":null}}',
    "/api/v1/credits": '{"data":{"total_credits":100.5,"total_usage":25.75}}',
}
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
  map $request_uri $answer {{ {answers} }}
  server {{ listen 127.0.0.1:{now} ssl; location / {{ return 200 $answer; }} }}
  server {{
    {listen}
    location / {{ auth_basic x; auth_basic_user_file /dev/null; auth_delay 200ms; error_page 401 =200 /answer; }}
    location = /answer {{ internal; return 200 $answer; }}
  }}
}}
"""


class Command(NamedTuple):
    """A command under the name that the rows know it by, and how often it is run at most."""

    name: str
    words: Sequence[str]
    rounds: int = 1000


def installed(venv: Path, *beside: str) -> Path:
    """Return the Python of a new venv with a plain, compiled installation of this checkout, and other packages."""
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = venv / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", str(ROOT), *beside]
    subprocess.run(command, check=True)
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
    answers = " ".join(f"{path} '{answer}';" for path, answer in ANSWERS.items())
    (home / "nginx.conf").write_text(NGINX.format(home=home, now=now, listen=listen, answers=answers))
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


def written(home: Path, python: Path, beside: Path | None, now: int, waiting: Sequence[int]) -> list[Command]:
    """Write the configs and recipes, and return every command that can be measured."""
    balance = str(python.with_name("balance"))
    (home / "recipe.sh").write_text(RECIPE)
    (home / "completion.sh").write_text(COMPLETION)

    def check(name: str, ports: Sequence[int], provider: str = "apertis", *, program: str = balance) -> Command:
        config = home / f"{name}.toml"
        config.write_text("\n".join(profile(index, port, provider) for index, port in enumerate(ports)))
        words = [program, "check", "--json", "--min", "5", "--timeout", "600", "--config", str(config)]
        return Command(name, words, rounds=3 if len(ports) > 1000 else 1000)

    usual = home / ".config" / "balance" / "config.toml"
    usual.parent.mkdir(parents=True)
    usual.write_text("\n".join(profile(index, now) for index in range(10)))
    recipe = ["sh", "-e", str(home / "recipe.sh")]
    one = check("check 0 ms", [now])
    return [
        Command("pass", [str(python), "-c", "pass"]),
        Command("version", [balance, "--version"]),
        Command("help", [balance, "--help"]),
        Command("completion", ["bash", "-e", str(home / "completion.sh"), str(ROOT / "completions" / "balance.bash")]),
        Command("list", [balance, "profile", "list"]),
        Command("recipe 0 ms", [*recipe, f"https://127.0.0.1:{now}"]),
        one,
        *([check("check beside", [now], program=str(beside.with_name("balance")))] if beside else []),
        Command("check table", [word for word in one.words if word != "--json"]),
        Command("recipe 200 ms", [*recipe, f"https://127.0.0.1:{waiting[0]}"]),
        check("check two requests", [waiting[0]], "openrouter"),
        *(
            check(f"check {count}", [waiting[i % ORIGINS] for i in range(count)])
            for count in (1, 10, 100, 1000, 10_000)
        ),
    ]


def profile(index: int, port: int, provider: str = "apertis") -> str:
    """Return a profile's table."""
    return f'[profiles.p{index}]\nprovider = "{provider}"\nkey_env = "KEY"\nbase_url = "https://127.0.0.1:{port}"\n'
