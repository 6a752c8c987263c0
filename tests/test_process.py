"""The process: its output on terminals and in pipes, and how it ends on signals or an unwritable stdout."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from balance_cli import __version__, cli
from balance_cli.exits import Exit
from conftest import KEY, SLACK, Balance, Ended, wait
from stub import Stub
from terminal import Terminal

CREDITS: Final = {"answer": {"code": 200, "msg": "success", "data": 100}}
EXTRAS: Final = ["anyio", "trio", "h2", "click", "brotli", "brotlicffi", "zstandard"]
"""What httpx and httpcore import if it is installed, although nothing here uses it."""
NEVER: Final = ["asyncio", "pydantic", "importlib.metadata", *EXTRAS]


@pytest.fixture
def stub(balance: Balance) -> Iterator[Stub]:
    """A provider, and a profile for it."""
    with Stub(always=CREDITS) as made:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{made.url}"'})
        yield made


def test_the_version_is_printed(balance: Balance) -> None:
    for arguments in (["--version"], ["--color", "never", "--version"]):
        assert balance(*arguments).out == f"balance {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["--version"], ["typer", "typing", "re", "enum", "json", "httpx", "rich"]),
        (["--help"], [*NEVER, "httpx", "rich", "decimal", "tomllib", "platformdirs"]),
        (["profile", "list"], [*NEVER, "httpx", "rich", "balance_cli.providers.apertis"]),
        (["check", "--json"], [*NEVER, "rich", "balance_cli.providers.apertis"]),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.usefixtures("stub")
def test_each_command_imports_only_what_it_needs(
    balance: Balance, tmp_path: Path, arguments: list[str], never: list[str]
) -> None:
    for name in EXTRAS:
        (tmp_path / "installed" / name).mkdir(parents=True)
        (tmp_path / "installed" / name / "__init__.py").touch()
    balance.env["PYTHONPATH"] = str(tmp_path / "installed")
    loaded = balance.modules(*arguments)
    assert [name for name in never if name in loaded] == []
    assert balance(*arguments).code == Exit.OK


@pytest.mark.usefixtures("stub")
def test_one_profile_imports_one_adapter(balance: Balance) -> None:
    adapters = {name for name in balance.modules("check", "-q") if name.startswith("balance_cli.providers.")}
    assert adapters == {"balance_cli.providers.apikley", "balance_cli.providers._kie"}


def test_a_missing_command_is_misconfigured(balance: Balance) -> None:
    for arguments in ([], ["profile"], ["config"]):
        ended = balance(*arguments)
        assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
        assert "Commands:" in ended.err


COMMANDS: Final = (
    "check", "history", "providers", "init", "completion bash", "schema", "profile list", "config path", "config check",
    "demo",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("stub")
def test_common_options_work_before_and_after_every_command(balance: Balance, command: str) -> None:
    words, given = command.split(), ["--config", str(balance.config), "--color", "never", "--debug"]
    plain, before, after = balance(*words), balance(*given, *words), balance(*words, *given)
    assert (before.code, before.out, after.code, after.out) == (plain.code, plain.out) * 2
    assert balance(*words, "--version").out == f"balance {__version__}\n"


def leaves(one: Any, *words: str) -> Iterator[tuple[str, Any]]:
    """Yield every command that is not a group, with its full name."""
    below = getattr(one, "commands", {})
    for name, inner in below.items():
        yield from leaves(inner, *words, name)
    if not below:
        yield " ".join(words), one


LEAVES: Final = dict(leaves(cli.command()))


def shown(command: Any) -> set[str]:
    """Return the options in a command's help."""
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    return {name for param in options for name in param.opts}


def test_every_command_declares_the_common_options() -> None:
    every = {param.name for param in cli.command().params}
    assert {"config", "color", "debug", "version"} <= every
    assert set(COMMANDS) - {"completion bash"} < set(LEAVES)
    for words, leaf in LEAVES.items():
        assert every <= {param.name for param in leaf.params}, words


@pytest.mark.parametrize("words", [words for words, leaf in LEAVES.items() if "--config" in shown(leaf)])
def test_config_means_the_same_before_and_after_a_command(balance: Balance, tmp_path: Path, words: str) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[")
    named = words == "statusline" or (words.startswith("profile ") and words != "profile list")
    line, job = [*words.split(), *(["main"] if named else [])], ["--", "true"] if words == "run" else []
    balance.env["VISUAL"] = "true"

    def run(*arguments: str) -> Ended:
        return balance(*arguments, *job, stdin="{}" if words == "statusline" else "")

    without, before = run(*line), run("--config", str(broken), *line)
    after = run(*line, "--config", str(broken))
    assert (before.code, before.out, before.err) == (after.code, after.out, after.err)
    assert (before.out, before.err) != (without.out, without.err)


def test_a_missing_config_is_reported_before_and_after_a_command(balance: Balance, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.toml")
    for command in ("check", "history", "init", "profile list", "profile remove x", "config check"):
        for words in (["--config", missing, *command.split()], [*command.split(), "--config", missing]):
            ended = balance(*words)
            assert (ended.code, ended.out) == (Exit.MISCONFIGURED, ""), words
            assert missing in ended.err


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("check --output", "balance check"),
        ("check --json=x", "balance check"),
        ("--color never check -qo", "balance check"),
        ("check --nonsense 5", "balance check"),
        ("profile add main --provider", "balance profile add"),
        ("config path --config", "balance config path"),
        ("profile xyz", "balance profile"),
        ("--config", "balance"),
        ("xyz", "balance"),
    ],
)
def test_an_invalid_option_points_to_the_commands_help(balance: Balance, words: str, command: str) -> None:
    ended = balance(*words.split())
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert ended.err.endswith(f"(see `{command} --help`)\n")


@pytest.mark.usefixtures("stub")
def test_a_pipe_gets_an_uncolored_table_of_any_width(balance: Balance) -> None:
    for env in ({"COLUMNS": "20"}, {"COLUMNS": "500"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}):
        ended = balance("check", env=env)
        assert ended.out == ("STATUS  PROFILE  REMAINING    PROVIDER\nok      main     100 credits  apikley\n\n1 ok\n")
        assert ended.err == ""


@pytest.mark.usefixtures("stub")
def test_the_color_option_overrides_the_environment(balance: Balance) -> None:
    coloured = balance("check", "--color", "always").out
    assert "\x1b[32m✓ ok" in coloured
    assert balance("check", "--color", "always", env={"NO_COLOR": "1", "TERM": "dumb"}).out == coloured
    assert "\x1b[" in balance("--color", "always", "check").out
    assert "\x1b[" in balance("check", env={"FORCE_COLOR": "1"}).out
    assert "\x1b[" in balance("check", env={"CLICOLOR_FORCE": "1"}).out
    assert "\x1b[" not in balance("check", "--color", "never", env={"FORCE_COLOR": "1"}).out
    assert "\x1b[" not in balance("check", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out


@pytest.mark.usefixtures("stub")
@pytest.mark.parametrize("arguments", ["check", "check --json", "--version", "providers", "schema", "check --help"])
def test_an_unwritable_stdout_is_a_failure(balance: Balance, arguments: str) -> None:
    unread, nobody = os.pipe()
    os.close(unread)
    for shell, code in (
        (">/dev/full", Exit.CRASH),
        (">&-", Exit.CRASH),
        ("2>&- >/dev/full", Exit.CRASH),
        (f">&{nobody}", Exit.BROKEN_PIPE),
    ):
        command = ["bash", "-c", f"{balance.program} {arguments} {shell}"]
        done = subprocess.run(command, capture_output=True, env=balance.environment(), pass_fds=[nobody], check=False)
        assert done.returncode == code, shell
        assert b"Traceback" not in done.stderr
        assert b"Exception" not in done.stderr
    os.close(nobody)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)])
def test_a_signal_ends_a_check_at_once_without_partial_output(balance: Balance, number: int, code: Exit) -> None:
    with Stub(always=CREDITS, delay=30) as slow:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{slow.url}"'})
        process = subprocess.Popen(
            [balance.program, "check", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=balance.environment(),
        )
        wait(lambda: slow.asked)
        process.send_signal(number)
        out, err = process.communicate(timeout=SLACK)
    assert (process.returncode, out, err) == (code, b"", b"")


def test_children_of_a_key_command_are_killed_at_the_deadline(balance: Balance, tmp_path: Path) -> None:
    mark = str(tmp_path / "left-behind")
    balance.write(
        '[profiles.main]\nprovider = "apikley"\nbase_url = "http://127.0.0.1:9"\n'
        f'key_command = ["sh", "-c", "sleep 60 & echo $! > {mark}; wait"]\n'
    )
    ended = balance("check", "--timeout", "1")
    assert ended.code == Exit.MISCONFIGURED
    assert "within 1 s" in ended.out
    assert ended.seconds < SLACK
    child = int(Path(mark).read_text())
    wait(lambda: not _alive(child))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def test_the_key_is_not_in_the_process_arguments(balance: Balance) -> None:
    with Stub(always=CREDITS, delay=1) as slow:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{slow.url}"'})
        process = subprocess.Popen([balance.program, "check", "-q"], env=balance.environment())
        wait(lambda: slow.asked)
        arguments = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert process.wait() == Exit.OK
    assert b"balance" in arguments
    assert KEY.encode() not in arguments


@pytest.mark.usefixtures("stub")
@pytest.mark.parametrize("flags", [["-O"], ["-I"], ["-W", "error"], ["-OO"], ["-bb"]], ids=" ".join)
def test_python_flags_change_no_verdict(balance: Balance, flags: list[str]) -> None:
    command = [sys.executable, *flags, "-m", "balance_cli", "check", "-q", "--min"]
    for least, code in (("100", Exit.OK), ("101", Exit.LOW)):
        done = subprocess.run([*command, least], env=balance.environment(), capture_output=True, check=False)
        assert done.returncode == code, done.stderr


@pytest.mark.usefixtures("stub")
@pytest.mark.parametrize("locale", ["C", "POSIX", "de_DE.UTF-8", "fr_FR.ISO-8859-1"])
def test_no_locale_changes_the_output(balance: Balance, locale: str) -> None:
    assert balance("check", env={"LC_ALL": locale}).out == balance("check").out
    assert balance("check", env={"LC_ALL": locale, "PYTHONIOENCODING": "ascii"}).code == Exit.OK


def test_provider_text_is_sanitized(balance: Balance) -> None:
    nasty = "\x1b]52;c;QQ==\x07\x1b[31m\u202ered[/][bold]\x00\n::error::x ::add-mask::y\ud800:smile: " + "m" * 1000
    with Stub(always={"answer": {"code": 401, "msg": nasty, "data": None}}) as made:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{made.url}"'})
        for arguments in (["check"], ["check", "--json"], ["check", "-q"], ["check", "--color", "always", "--debug"]):
            ended = balance(*arguments)
            text = (ended.out + ended.err).replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[33m", "")
            text = text.replace("\x1b[1;33m", "").replace("\x1b[2m", "")
            assert ended.code == Exit.UNKNOWN
            assert "[bold]" in text
            assert not any(char in text for char in "\x1b\u202e\x00\x07")
            assert not any(line.lstrip().startswith(("::", "##[")) for line in text.splitlines())
            assert "m" * 200 not in text


def test_a_terminal_shows_progress_and_clears_it(balance: Balance) -> None:
    with Stub(always=CREDITS) as fast, Stub(always=CREDITS, delay=2) as slow:
        balance.profiles(
            {
                name: f'provider = "apikley"\nbase_url = "{stub.url}"'
                for name, stub in {"quick": fast, "tardy": slow}.items()
            }
        )
        with Terminal([balance.program, "check"], balance.environment()) as terminal:
            assert "1 of 2 done, waiting for tardy" in terminal.until("waiting for tardy")
            assert terminal.end() == Exit.OK
        before, _, after = terminal.text.rpartition("\r\x1b[K")
        assert "waiting" in before
        assert "waiting" not in after
        assert re.fullmatch(r"(.+\n){3}\n.*2 ok.* · [0-9.]+ s\n", after.replace("\r\n", "\n"))
        for arguments in (["-q"], ["--json"]):
            with Terminal([balance.program, "check", *arguments], balance.environment()) as terminal:
                assert terminal.end() == Exit.OK
            assert "waiting" not in terminal.text
