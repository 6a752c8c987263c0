"""What the tests share: the installed program as a process, `--regen` and `--new`."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
import trustme

import new

KEY = "sk-sentinel-0123456789"
SLACK: Final = 15
"""The seconds that a busy machine may take to start and end a process; what does not end by itself takes longer."""
README: Final = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
SIGNALS: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM)
RECIPES: Final[dict[str, str]] = dict(re.findall(r"<!-- recipe: (\S+) -->\n```[a-z]*\n(.*?)```\n", README, re.DOTALL))
"""What the README tells its readers to do, by the names that it has in its comments."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that write files of the repository."""
    parser.addoption("--regen", action="store_true", help="rewrite what is printed by the code, instead of comparing")
    parser.addoption("--new", metavar="ID", help="write the files of a new provider, instead of running tests")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Write the files of a new provider where that is asked for."""
    name = config.getoption("--new")
    if name is None:
        return None
    try:
        written = [file.relative_to(new.ROOT) for file in new.write(name)]
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    print(*(f"wrote {file}" for file in written), f"next: pytest tests/test_providers.py -k {name}", sep="\n")  # noqa: T201
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A process that has ended: its exit code, what it printed, how long it ran and how much memory it used at most."""

    code: int
    out: str
    err: str
    seconds: float = field(default=0, compare=False)
    megabytes: float = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Balance:
    """The installed program, in a home of its own and an environment without anybody's keys or proxies."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        """The program that pip installed beside this Python."""
        return str(Path(sys.executable).with_name("balance"))

    @property
    def config(self) -> Path:
        """The config that it finds by itself."""
        return self.home / ".config" / "balance" / "config.toml"

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment that it runs in."""
        base = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COLUMNS": "100"}
        return {**base, **self.env, **(extra or {})}

    def __call__(
        self, *arguments: str, env: Mapping[str, str] | None = None, stdin: str = "", timeout: float = 60
    ) -> Ended:
        """Run it to its end; it shows no key and no traceback, and uses little memory."""
        began = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as given:
            given.write(stdin.encode())
            given.seek(0)
            process = subprocess.Popen(
                [*self.before, self.program, *arguments], stdin=given, stdout=out, stderr=err, env=self.environment(env)
            )
            megabytes = 0.0
            while process.poll() is None:
                megabytes = max(megabytes, peak(process.pid))
                if time.monotonic() - began > timeout:
                    process.kill()
                time.sleep(0.005)
            seconds = time.monotonic() - began
            out.seek(0)
            err.seek(0)
            ended = Ended(
                code=process.returncode,
                out=out.read().decode(),
                err=err.read().decode(),
                seconds=seconds,
                megabytes=megabytes,
            )
        assert KEY not in ended.out + ended.err
        assert "Traceback" not in ended.err
        assert ended.megabytes < 150
        return ended

    def modules(self, *arguments: str) -> set[str]:
        """Return the modules that a run has loaded when it ends."""
        code = (
            "import os, sys\n"
            "end = os._exit\n"
            "def ended(code):\n"
            "    print(*sys.modules, file=sys.stderr)\n"
            "    sys.stderr.flush()\n"
            "    end(0)\n"
            "os._exit = ended\n"
            f"sys.argv = ['balance', *{arguments!r}]\n"
            "from balance_cli.__main__ import main\n"
            "try:\n    main()\nfinally:\n    ended(0)\n"
        )
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, env=self.environment(), check=True, text=True)
        found = set(done.stderr.splitlines()[-1].split())
        assert "sys" in found
        return found

    def write(self, text: str, mode: int = 0o600) -> Path:
        """Write the config."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text, "utf-8")
        self.config.chmod(mode)
        return self.config

    def profiles(self, tables: Mapping[str, str], defaults: Sequence[str] = ()) -> Path:
        """Write a config of profiles, each with the test's key from the environment."""
        blocks = [f'[profiles.{name}]\nkey_env = "TEST_KEY"\n{rest}\n' for name, rest in tables.items()]
        self.env["TEST_KEY"] = KEY
        return self.write("\n".join(["[defaults]", *defaults, "", *blocks]))


def peak(pid: int) -> float:
    """Return the most memory in MB that a process has had so far; 0 where the system does not say."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+([0-9]+) kB", text)
    return int(found[1]) / 1024 if found else 0


def wait(ready: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.01)


def need(program: str) -> None:
    """Skip a test whose program is missing, but never in CI."""
    if not shutil.which(program):
        assert "CI" not in os.environ, f"{program} is not installed"
        pytest.skip(f"{program} is not installed")


def promtool(text: str) -> None:
    """Hold an exposition against promtool, which has nothing to say of a good one."""
    need("promtool")
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture(autouse=True, scope="session")
def default_signals() -> Iterator[None]:
    """Start programs that can be interrupted, also from a script's background job, whose children ignore that."""
    ignored = [number for number in SIGNALS if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:  # a handler, unlike SIG_IGN, is not inherited: a child has the default again
        signal.signal(number, lambda *_: None)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def balance(tmp_path: Path) -> Balance:
    """The program in an empty home."""
    return Balance(tmp_path)


@pytest.fixture
def regen(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite what the code prints."""
    return bool(request.config.getoption("--regen"))


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """An authority that only these tests know."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, balance: Balance) -> trustme.CA:
    """The same, and the program trusts it."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    balance.env["SSL_CERT_FILE"] = str(file)
    return authority


@pytest.fixture
def nothing_is_left_behind(balance: Balance) -> Iterator[None]:
    """After every test: the key is in no file that the program wrote."""
    yield
    for file in balance.home.rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file
