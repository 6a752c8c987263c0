"""Faults that came out when the program was used: a format's codes, paths and homes, and keys in the wrong place.

The numbers are those of the list of faults; every test's name begins with its rows.
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
def test_103_only_who_asks_for_nagios_gets_its_codes_also_for_wrong_flags(
    balance: Balance, words: str, code: int
) -> None:
    balance.write(CONFIG)
    before, dashes, names = words.removeprefix("-- ").partition(" -- ")
    leading = ["--"] if words.startswith("-- ") else []
    after = [dashes.strip(), *names.split()] if dashes else []
    for wrong in (["--mim", "5"], ["--min", "five"], ["--json=x"]):
        ended = balance(*leading, *before.split(), *wrong, *after)
        assert (ended.code, ended.out) == (code, ""), wrong
        assert ended.err.startswith("balance: ")


def test_103_a_disk_that_is_full_is_unknown_to_nagios_alone(balance: Balance) -> None:
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
def test_104_an_empty_config_is_none(balance: Balance, words: str) -> None:
    balance.write(CONFIG)
    for given in (["--config", ""], ["--config="]):
        for line in ([*words.split(), *given], [*given, *words.split()]):
            ended = balance(*line)
            assert (ended.code, ended.out) == (MISCONFIGURED, "")
            assert "--config is empty" in ended.err
    document = json.loads(balance("check", "--json", "--config", "").out)
    assert (document["profiles"], document["error"]["kind"]) == ([], "misconfigured")


def test_104_an_empty_variable_is_as_good_as_none(balance: Balance) -> None:
    balance.write(CONFIG)
    assert "prod-nagios" in balance("profile", "list", env={"BALANCE_CONFIG": ""}).out


@pytest.fixture
def homeless(balance: Balance) -> Iterator[Balance]:
    """The program as a user without a home and without a name, in a folder that all may write."""
    if os.geteuid() or not shutil.which("setpriv"):
        assert "CI" not in os.environ, "needs root and setpriv"
        pytest.skip("needs root and setpriv")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        shell = f'cd {folder}; unset HOME; exec "$@"'
        caps = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")  # the Python may be root's alone
        user = ("setpriv", "--reuid=54321", "--clear-groups", *caps)
        yield Balance(Path(folder), balance.env, (*user, "sh", "-c", shell, "sh"))


def test_113_without_a_home_a_config_that_is_named_is_all_it_needs(homeless: Balance) -> None:
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
    assert "was not recorded: there is no home for it" in ended.err
    assert homeless("history", "--config", str(file)).code == MISCONFIGURED
    assert [made.name for made in homeless.home.iterdir()] == ["config.toml"]


def test_113_without_a_home_and_a_config_that_is_said_and_none_is_looked_for_here(homeless: Balance) -> None:
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
