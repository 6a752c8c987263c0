"""What the tests share: the installed program as a process, and `--regen`."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

KEY = "sk-sentinel-0123456789"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one flag that rewrites what the code prints."""
    parser.addoption("--regen", action="store_true", help="rewrite what is printed by the code, instead of comparing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A process that has ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Balance:
    """The installed program, in a home of its own and an environment without anybody's keys or proxies."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)

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
        """Run it to its end; its key must be in nothing that it prints."""
        done = subprocess.run(
            [self.program, *arguments],
            input=stdin.encode(),
            capture_output=True,
            env=self.environment(env),
            timeout=timeout,
            check=False,
        )
        ended = Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())
        assert KEY not in ended.out + ended.err
        assert "Traceback" not in ended.err
        return ended

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


@pytest.fixture
def balance(tmp_path: Path) -> Balance:
    """The program in an empty home."""
    return Balance(tmp_path)


@pytest.fixture
def regen(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite what the code prints."""
    return bool(request.config.getoption("--regen"))
