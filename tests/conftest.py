"""Shared by all tests: the installed program as a process, `--regen` and `--new`."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import trustme

import new
from stub import Stub

if TYPE_CHECKING:
    from jobs import Purse

KEY = "sk-sentinel-0123456789"
SLACK: Final = 15
"""The seconds that a busy machine may need to start and end a process; a process that hangs takes longer."""
README: Final = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
SIGNALS: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM)
RECIPES: Final[dict[str, str]] = dict(re.findall(r"<!-- recipe: (\S+) -->\n```[a-z]*\n(.*?)```\n", README, re.DOTALL))
"""The recipes of the README, by the names in its comments."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that write files in the repository."""
    parser.addoption("--regen", action="store_true", help="rewrite what is printed by the code, instead of comparing")
    parser.addoption("--new", metavar="ID", help="write the files of a new provider, instead of running tests")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Write the files of a new provider if ``--new`` is given."""
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
    """A process that has ended: its exit code, its output, how long it ran and its peak memory."""

    code: int
    out: str
    err: str
    seconds: float = field(default=0, compare=False)
    megabytes: float = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Balance:
    """The installed program, with its own home directory and an environment without keys or proxies."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        """The program that pip installed next to this Python."""
        return str(Path(sys.executable).with_name("balance"))

    @property
    def config(self) -> Path:
        """The default config."""
        return self.home / ".config" / "balance" / "config.toml"

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of the program."""
        base = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COLUMNS": "100"}
        return {**base, **self.env, **(extra or {})}

    def __call__(
        self, *arguments: str, env: Mapping[str, str] | None = None, stdin: str = "", timeout: float = 60
    ) -> Ended:
        """Run it to its end; assert that it shows no key and no traceback, and uses little memory."""
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
        """Return the modules that are loaded when a run ends."""
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
        """Write a config with these profiles, each with the test key from the environment."""
        blocks = [f'[profiles.{name}]\nkey_env = "TEST_KEY"\n{rest}\n' for name, rest in tables.items()]
        self.env["TEST_KEY"] = KEY
        return self.write("\n".join(["[defaults]", *defaults, "", *blocks]))


def peak(pid: int) -> float:
    """Return the peak memory of a process in MB, or 0 if the system does not tell."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+([0-9]+) kB", text)
    return int(found[1]) / 1024 if found else 0


def wait(ready: Callable[[], object], seconds: float = 30) -> None:
    """Wait until a condition is met."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.01)


@contextmanager
def living_in(zone: str) -> Iterator[None]:
    """Put this process into a time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """A time zone, which this process and the program are in."""
    with living_in(request.param):
        yield str(request.param)


def need(program: str) -> None:
    """Skip a test if its program is missing; in CI, fail instead."""
    if not shutil.which(program):
        assert "CI" not in os.environ, f"{program} is not installed"
        pytest.skip(f"{program} is not installed")


def promtool(text: str) -> None:
    """Check an exposition with promtool, which prints nothing for a valid one."""
    need("promtool")
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture(autouse=True, scope="session")
def default_signals() -> Iterator[None]:
    """Make child processes interruptible even if the tests run in a background job that ignores signals."""
    ignored = [number for number in SIGNALS if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:  # unlike SIG_IGN, a handler is not inherited: a child gets the default again
        signal.signal(number, lambda *_: None)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def balance(tmp_path: Path) -> Balance:
    """The program with an empty home directory."""
    return Balance(tmp_path)


@pytest.fixture
def regen(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite the generated files."""
    return bool(request.config.getoption("--regen"))


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that only these tests know."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, balance: Balance) -> trustme.CA:
    """The certificate authority, trusted by the program."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    balance.env["SSL_CERT_FILE"] = str(file)
    return authority


@pytest.fixture
def nothing_is_left_behind(balance: Balance) -> Iterator[None]:
    """Assert after every test that no file the program wrote contains the key."""
    yield
    for file in balance.home.rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file


@pytest.fixture
def purse(balance: Balance, tmp_path: Path) -> Iterator["Purse"]:
    """A provider that reports 12.50 USD, for jobs under `balance run`."""
    from jobs import Purse, wallet

    folder = tmp_path / "jobs"
    folder.mkdir()
    with Stub(always=wallet("12.50")) as stub:
        balance.profiles({"main": f'provider = "deepseek"\nbase_url = "{stub.url}"'})
        made = Purse(stub, balance, folder)
        yield made
        made.end()
