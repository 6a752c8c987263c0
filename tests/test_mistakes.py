"""Mistakes on the command line end in one line that says what is wrong and which line was probably meant."""

from typing import Final

import pytest

from balance_cli.exits import Exit
from conftest import Balance

MEANT: Final = [
    ("--min 5", "there is no option --min", "balance check --min 5"),
    ("--min=5 check", "there is no option --min", "balance check --min=5"),
    ("--wat 1m check", "there is no option --wat", "balance check --watch 1m"),
    ("--jsn", "there is no option --jsn", "balance check --json"),
    ("profile --json list", "there is no option --json", "balance profile list --json"),
    ("profile --provider x add y", "there is no option --provider", "balance profile add --provider x y"),
    ("check --mni 5", "there is no option --mni", "balance check --min 5"),
    ("check --min-dys=3", "there is no option --min-dys", "balance check --min-days=3"),
    ("history --sicne 7d main", "there is no option --sicne", "balance history --since 7d main"),
    ("chekc main", 'there is no command "chekc"', "balance check main"),
    ("profile ad x", 'there is no command "ad"', "balance profile add x"),
    ("version", 'there is no command "version"', "balance --version"),
    ("help", 'there is no command "help"', "balance --help"),
    ("help check", 'there is no command "help"', "balance check --help"),
    ("profile help", 'there is no command "help"', "balance profile --help"),
    ("add main", 'there is no command "add"', "balance profile add main"),
    ("rm main", 'there is no command "rm"', "balance profile remove main"),
    ("edit", 'there is no command "edit"', "balance config edit"),
    ("show main", 'there is no command "show"', "balance profile show main"),
    ("list", 'there is no command "list"', "balance profile list"),
    ("watch", 'there is no command "watch"', "balance check --watch 5m"),
    ("openrouter --min 5", 'there is no command "openrouter"', "balance check openrouter --min 5"),
    ("--color never 'two words'", 'there is no command "\'two"', None),
]
WRONG: Final = [
    ("check --min $5", '--min must be an amount like 5, 5USD, 100credits or 10%, not "$5": write 5USD'),
    ("check --min 5€", '--min must be an amount like 5, 5USD, 100credits or 10%, not "5€": write 5EUR'),
    ("check --min 5,0", '--min must be an amount like 5, 5USD, 100credits or 10%, not "5,0"'),
    ("check --min", "--min needs a value"),
    ("check --json=3", "--json takes no value"),
    ("check --timeout 2h", '--timeout must be a time like "30s" or "5m", at most 1h'),
    ("check --window x", '--window must be a time like "12h", "7d" or "2w", at most 36500d'),
    ("check --watch 5", "--watch must be at least 10s"),
    ("check --json -o csv", "--json and -o cannot be combined"),
    ("check --color red", '--color must be one of auto, always, never, not "red"'),
    ("completion fsh", 'SHELL must be one of bash, fish, powershell, zsh, not "fsh": did you mean "fish"?'),
    ("completion", "SHELL is missing"),
    ("profile add", "NAME is missing"),
    ("profile add x --set a", '--set must be of the form KEY=VALUE, not "a"'),
    ("demo --port 99999", "--port must be a port from 0 to 65535"),
    ("demo --port 0x1", "--port must be a port from 0 to 65535"),
    ("providers a b", "there are too many arguments: b"),
    ("check -x", "there is no option -x"),
    ("--nonsense", "there is no option --nonsense"),
]


@pytest.mark.parametrize(("line", "wrong", "meant"), MEANT, ids=[line for line, _, _ in MEANT])
def test_a_line_that_is_nearly_right_is_corrected(balance: Balance, line: str, wrong: str, meant: str | None) -> None:
    ended = balance(*line.split())
    hint = f"did you mean `{meant}`?" if meant else "see `balance --help`"
    assert (ended.code, ended.out, ended.err) == (Exit.MISCONFIGURED, "", f"balance: {wrong} ({hint})\n")


@pytest.mark.parametrize(("line", "wrong"), WRONG, ids=[line for line, _ in WRONG])
def test_a_wrong_line_is_explained(balance: Balance, line: str, wrong: str) -> None:
    ended = balance(*line.split())
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert ended.err.startswith(f"balance: {wrong} (see `balance")
    assert ended.err.endswith(" --help`)\n")


def test_a_unit_apart_from_its_minimum_is_recognized(balance: Balance) -> None:
    balance.profiles({"main": 'provider = "apertis"'})
    assert "(did you mean --min 5USD?)" in balance("check", "--min", "5", "USD").err
    assert "(did you mean --min 100credits?)" in balance("check", "main", "--min", "100", "credits").err
    assert "--min 5" not in balance("check", "--min", "5EUR", "USD").err
    assert 'did you mean "main"?' in balance("check", "--min", "5", "mian").err


def test_no_correction_shows_a_key(balance: Balance) -> None:
    key = "sk-1a2b3c4d5e6f7g8h9i0j"
    for line in (f"chekc {key}", f"--kye {key}", f"check --kye={key}", f"profile add x --key {key}", key):
        assert key[:11] not in balance(*line.split()).err
