"""Faults found in use: exit codes of a format, paths, missing home directories, and keys in the wrong place.

Every test name begins with its rows in FAULTS.md.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from balance_cli.exits import NAGIOS_UNKNOWN, Exit
from conftest import KEY, Balance
from stub import Stub

CREDITS: Final = {"answer": {"code": 200, "msg": "success", "data": 100}}
MISCONFIGURED: Final = Exit.MISCONFIGURED
CONFIG: Final = '[profiles.prod-nagios]\nprovider = "apertis"\n'


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("check -o nagios", NAGIOS_UNKNOWN),
        ("check -onagios", NAGIOS_UNKNOWN),
        ("check --output nagios", NAGIOS_UNKNOWN),
        ("check --output=nagios", NAGIOS_UNKNOWN),
        ("check -qo nagios", NAGIOS_UNKNOWN),
        ("check -qonagios", NAGIOS_UNKNOWN),
        ("check -o json -o nagios", NAGIOS_UNKNOWN),
        ("check prod-nagios -o nagios", NAGIOS_UNKNOWN),
        ("check --min 5 -o nagios", NAGIOS_UNKNOWN),
        ("--color never check -o nagios", NAGIOS_UNKNOWN),
        ("--config=/etc/b check -o nagios", NAGIOS_UNKNOWN),
        ("-- check -o nagios", NAGIOS_UNKNOWN),
        ("check", MISCONFIGURED),
        ("check prod-nagios", MISCONFIGURED),
        ("check nagios", MISCONFIGURED),
        ("check -o json nagios", MISCONFIGURED),
        ("check -o nagios -o json", MISCONFIGURED),
        ("check -o prod-nagios", MISCONFIGURED),
        ("check -o=nagios", MISCONFIGURED),
        ("check -o Nagios", MISCONFIGURED),
        ("check --outp nagios", MISCONFIGURED),
        ("check --outp=nagios", MISCONFIGURED),
        ("check --o nagios", MISCONFIGURED),
        ("check --config nagios", MISCONFIGURED),
        ("check --config -o nagios", MISCONFIGURED),
        ("check --config=/etc/prod-nagios", MISCONFIGURED),
        ("check --output-file nagios", MISCONFIGURED),
        ("check -- -o nagios", MISCONFIGURED),
        ("check -- --output=nagios", MISCONFIGURED),
        ("--config /etc/prod-nagios check", MISCONFIGURED),
        ("--config -o check nagios", MISCONFIGURED),
        ("history -o nagios", MISCONFIGURED),
        ("chek -o nagios", MISCONFIGURED),
    ],
)
def test_103_invalid_options_exit_with_nagios_codes_only_for_nagios(balance: Balance, words: str, code: int) -> None:
    balance.write(CONFIG)
    before, dashes, names = words.removeprefix("-- ").partition(" -- ")
    leading = ["--"] if words.startswith("-- ") else []
    after = [dashes.strip(), *names.split()] if dashes else []
    for wrong in (["--mim", "5"], ["--min", "five"], ["--json=x"]):
        ended = balance(*leading, *before.split(), *wrong, *after)
        assert (ended.code, ended.out) == (code, ""), wrong
        assert ended.err.startswith("balance: ")


def test_103_write_errors_are_unknown_only_for_nagios(balance: Balance) -> None:
    balance.write(CONFIG)
    for words, code in (
        (f"check -o nagios --config {balance.config}", NAGIOS_UNKNOWN),
        ("check -o nagios --output-file /dev/full", NAGIOS_UNKNOWN),
        ("check -o nagios --watch 60", NAGIOS_UNKNOWN),
        ("check -o plain prod-nagios", Exit.CRASH),
        ("check -o plain --output-file /no/such/nagios", Exit.CRASH),
    ):
        full = Balance(balance.home, balance.env, before=("sh", "-c", 'exec "$@" >/dev/full', "sh"))
        assert full(*words.split()).code == code, words


@pytest.mark.parametrize(
    "words", ["check", "profile list", "profile add x --provider apertis", "init", "history", "config path"]
)
def test_104_an_empty_config_option_is_rejected(balance: Balance, words: str) -> None:
    balance.write(CONFIG)
    for given in (["--config", ""], ["--config="]):
        for line in ([*words.split(), *given], [*given, *words.split()]):
            ended = balance(*line)
            assert (ended.code, ended.out) == (MISCONFIGURED, "")
            assert "--config is empty" in ended.err
    document = json.loads(balance("check", "--json", "--config", "").out)
    assert (document["profiles"], document["error"]["kind"]) == ([], "misconfigured")


def test_104_an_empty_variable_counts_as_unset(balance: Balance) -> None:
    balance.write(CONFIG)
    assert "prod-nagios" in balance("profile", "list", env={"BALANCE_CONFIG": ""}).out


@pytest.fixture
def homeless(balance: Balance) -> Iterator[Balance]:
    """The program as a user without a home directory and a name, in a world-writable folder."""
    if os.geteuid() or not shutil.which("setpriv"):
        assert "CI" not in os.environ, "needs root and setpriv"
        pytest.skip("needs root and setpriv")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        shell = f'cd {folder}; unset HOME; exec "$@"'
        caps = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")  # Python may be readable by root only
        user = ("setpriv", "--reuid=54321", "--clear-groups", *caps)
        yield Balance(Path(folder), balance.env, (*user, "sh", "-c", shell, "sh"))


def test_113_a_named_config_works_without_a_home_directory(homeless: Balance) -> None:
    file = homeless.home / "config.toml"
    with Stub(always=CREDITS) as stub:
        file.write_text(f'[profiles.main]\nprovider = "apikley"\nbase_url = "{stub.url}"\nkey_env = "TEST_KEY"\n')
        homeless.env["TEST_KEY"] = KEY
        for place in (["--config", str(file)], []):
            env = {} if place else {"BALANCE_CONFIG": str(file)}
            for words in ("check --min 5", "profile list", "config check", "config path", "check --record"):
                assert homeless(*words.split(), *place, env=env).code == Exit.OK, words
    ended = homeless("check", "--record", "--min-days", "2", "--config", str(file))
    assert ended.code == Exit.UNKNOWN
    assert "cannot record the check: no home directory" in ended.err
    assert homeless("history", "--config", str(file)).code == MISCONFIGURED
    typed = ["profile", "add", "x", "--provider=apertis", "--key-stdin", "--no-check", "--config", str(file)]
    assert homeless(*typed, "--key-file", "~/key", stdin=KEY).code == MISCONFIGURED
    assert [made.name for made in homeless.home.iterdir()] == ["config.toml"]


def test_113_without_a_home_directory_no_config_is_searched_for_in_the_working_directory(homeless: Balance) -> None:
    trap = homeless.home / "~" / ".config" / "balance" / "config.toml"
    trap.parent.mkdir(parents=True)
    trap.write_text(CONFIG)
    for words in ("check", "profile list", "config check", "init", "profile add x --provider apertis --no-check"):
        ended = homeless(*words.split())
        assert (ended.code, ended.out) == (MISCONFIGURED, ""), words
        assert "there is no home" in ended.err
    added = homeless("profile", "add", "x", "--provider=apertis", "--key-stdin", "--no-check", "--config=c", stdin=KEY)
    assert added.code == Exit.OK, added.err
    assert (homeless.home / "keys" / "x").exists()


PASTED: Final = (
    KEY,
    "4f9d8e7c6b5a4f3e2d1c0b9a8f7e6d5c",
    "AbCdEf0123GhIjKl4567MnOp",
    "550e8400-e29b-41d4-a716-446655440000",
)


def pasted(*places: str) -> list[tuple[str, str]]:
    """Return each place twice: with the first key and with one of the others in turn."""
    return [(key, place) for number, place in enumerate(places) for key in (KEY, PASTED[1 + number % 3])]


@pytest.mark.parametrize(
    ("key", "words"),
    pasted(
        "check {}",
        "check --json {}",
        "check -- {}",
        "check -o {}",
        "check -o{}",
        "check --output={}",
        "check --min {}",
        "check --timeout {}",
        "check --watch {}",
        "check --color {}",
        "check --config {}",
        "check --{}",
        "check --{}=5",
        "check --json={}",
        "check main {}",
        "providers {}",
        "history {}",
        "history --plot {}",
        "history --since {}",
        "completion {}",
        "demo --port {}",
        "schema {}",
        "config {}",
        "{}",
        "profile {}",
        "profile remove {}",
        "profile add {} --provider apertis",
        "profile add {} --provider apertis --no-check",
        "profile add x --provider {}",
        "profile add x --provider apertis --key-env {}",
        "profile add x --provider apertis --key-command {}",
        "profile add x --provider apertis --key-keyring {}",
        "profile add x --provider apertis --key-file {}",
        "profile add x --provider apertis --set key={}",
        "profile add x --provider apertis --set key={} --no-check",
        "profile add x --provider apertis --set {}",
        "profile add x --provider apertis --set {}=5",
        "profile add x --provider apertis --set key_env={}",
        "profile add x --provider apertis --min {}",
        "profile add x --provider apertis --base-url {}",
    ),
)
def test_119_a_key_in_the_wrong_argument_is_rejected_and_not_shown(balance: Balance, key: str, words: str) -> None:
    balance.write(CONFIG)
    ended = balance(*(word.replace("{}", key) for word in words.split()))
    assert ended.code == MISCONFIGURED, ended.err
    assert ended.err
    assert not shown(key, ended.out + ended.err)
    assert balance.config.read_text() == CONFIG


def shown(key: str, text: str) -> list[str]:
    """Return the runs of 8 characters of a key that a text shows."""
    return [key[start : start + 8] for start in range(len(key) - 7) if key[start : start + 8] in text]


@pytest.mark.parametrize(
    ("key", "lines"),
    pasted(
        '[profiles.{}]\nprovider = "apertis"',
        "[profiles.{}]",
        "[profiles]\n{} = 5",
        '[profiles.main]\nprovider = "{}"',
        '[profiles.main]\nprovider = "apertis"\nkey_env = "{}"',
        '[profiles.main]\nprovider = "apertis"\nkey_command = ["{}"]',
        '[profiles.main]\nprovider = "apertis"\nkey_file = "{}"',
        '[profiles.main]\nprovider = "apertis"\nkey_keyring = "{}"',
        '[profiles.main]\nprovider = "apertis"\nmin = "{}"',
        '[profiles.main]\nprovider = "apertis"\nbase_url = "{}"',
        '[profiles.main]\nprovider = "apertis"\n{} = "x"',
        '[{}]\nprovider = "apertis"',
    ),
)
def test_119_a_key_in_the_wrong_place_of_a_config_is_rejected_and_not_shown(
    balance: Balance, key: str, lines: str
) -> None:
    balance.write(lines.replace("{}", key) + "\n")
    for words in ("config check", "check", "check --json", "profile list", "init"):
        ended = balance(*words.split())
        assert ended.code == MISCONFIGURED, words
        assert not shown(key, ended.out + ended.err)


@pytest.mark.parametrize(
    "name",
    ["main", "prod.eu-west-1.openai.team-a", "production-openrouter-2024-europe", "gpt-4o-mini-2024-07-18", "sk-main",
     "MyVeryLongProfileNameHere", "backup-20261120T100000Z", "task-management-production"],
)  # fmt: skip
def test_119_ordinary_names_are_not_mistaken_for_keys(balance: Balance, name: str) -> None:
    assert f'"{name}"' in balance("check", name).err
    assert balance("profile", "add", name, "--provider", "apertis", "--no-check").code == Exit.OK
    assert name in balance("profile", "list").out
    file = str(balance.home / "x3k9f8s7d6a5s4d3f2g1h0j9k8-op" / "4f9d8e7c6b5a4f3e2d1c0b9a8f7e6d5c")
    assert file in balance("check", "--config", file).err


def test_120_paths_in_a_config_are_relative_to_its_folder(balance: Balance, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "dotfiles", tmp_path / "elsewhere"
    for made in (folder / "keys", folder / "bin", elsewhere):
        made.mkdir(parents=True)
    (folder / "keys" / "one").write_text(KEY)
    (folder / "bin" / "key").write_text('#!/bin/sh\ncat "$1"\n')
    (folder / "bin" / "key").chmod(0o700)
    with Stub(always=CREDITS) as stub:
        where = f'provider = "apikley"\nbase_url = "{stub.url}"'
        (folder / "b.toml").write_text(
            f'[history]\nrecord = true\npath = "state/b.db"\n'
            f'[profiles.file]\n{where}\nkey_file = "keys/one"\n'
            f'[profiles.command]\n{where}\nkey_command = ["./bin/key", "keys/one"]\n'
            f'[profiles.found]\n{where}\nkey_command = ["cat", "keys/one"]\n'
        )
        link = tmp_path / "link.toml"
        link.symlink_to(folder / "b.toml")
        for cwd, config in ((elsewhere, "../dotfiles/b.toml"), (folder, "b.toml"), (Path("/"), f"{folder}/b.toml")):
            here = Balance(balance.home, balance.env, ("sh", "-c", f'cd {cwd}; exec "$@"', "sh"))
            assert here("check", "--config", config).code == Exit.OK
            assert here("check", env={"BALANCE_CONFIG": config}).code == Exit.OK
            assert here("history", "--config", config, "--json").code == Exit.OK
    assert len(stub.asked) == 18
    assert {asked.headers["authorization"] for asked in stub.asked} == {f"Bearer {KEY}"}
    assert (folder / "state" / "b.db").exists()
    assert list(elsewhere.iterdir()) == []
    missing = balance("check", "--config", str(link), "file")
    assert missing.code == MISCONFIGURED
    assert f"looked for {tmp_path}/keys/one" in missing.out


def test_120_paths_on_the_command_line_are_relative_to_the_working_directory(balance: Balance, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "key").write_text(KEY)
    here = Balance(balance.home, balance.env, ("sh", "-c", f'cd {tmp_path}/here; exec "$@"', "sh"))
    add = ["profile", "add", "--provider", "apikley", "--no-check"]
    assert here(*add, "file", "--key-file", "key").code == Exit.OK
    assert here(*add, "command", "--key-command", "./tool key").code == Exit.OK
    assert here(*add, "typed", "--key-stdin", "--key-file", "new", stdin=KEY).code == Exit.OK
    assert here(*add, "home", "--key-file", "~/key").code == Exit.OK
    text = balance.config.read_text()
    for line in (f'key_file = "{tmp_path}/here/key"', f'"{tmp_path}/here/tool",', f'key_file = "{tmp_path}/here/new"'):
        assert line in text
    assert 'key_file = "~/key"' in text
    assert (tmp_path / "here" / "new").read_text() == f"{KEY}\n"
