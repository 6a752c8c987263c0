"""`balance config show`: the config as it is, but without any key in it."""

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

from balance_cli.config.hide import hide_config
from balance_cli.exits import Exit
from conftest import KEY, README, Balance

PLAIN: Final = """# my config \x85 ü
[defaults]
min = ["5USD", "10%"]   # of anything

[profiles.main]
provider = "openrouter"
key_env = "OPENROUTER_API_KEY"       # exactly one of key_env, key_command, key_file, key_keyring, key

[profiles."second.one"]
provider = 'apimart'
key_command = ["op", "read", "op://Dev/OpenRouter/key", "key = 5"]
key_file = '''
~/keys
'''

[profiles.third]
provider = "openrouter"
key_keyring = "balance/main"
key_field = "tokens.access"
# the end"""
SECRET: Final = "hunter2-tail"
HIDDEN: Final = [
    ('key = "hunter2-tail"', 'key = "[key]"'),
    ("key='hunter2-tail' # mine", 'key= "[key]" # mine'),
    ('"key" = "hunter2-tail"', '"key" = "[key]"'),
    ("key = '''\nhunter2-tail'''", 'key = "[key]"'),
    ('key = """hunter2-\\\n   tail"""  # mine', 'key = "[key]"  # mine'),
    ('key = "\\u0068unter2-tail"', 'key = "[key]"'),
    ('key = ["hunter2-tail", # hunter2-tail\n"hunter2-tail"]', 'key = "[key]"'),
    ('api_key = "hunter2-tail"', 'api_key = "[key]"'),
    ('PASSWORD = "hunter2-tail"', 'PASSWORD = "[key]"'),
    ('# key = "hunter2-tail"', '# key = "[key]"'),
    ("#key=hunter2-tail", '#key= "[key]"'),
    ('inner = {key = "hunter2-tail", min = 5}', 'inner = {key = "[key]", min = 5}'),
    ('inner.key = "hunter2-tail"\ninner.min = 5', 'inner.key = "[key]"\ninner.min = 5'),
    ('key = "hunter2-tail"\n# it was hunter2-tail', 'key = "[key]"\n# it was [key]'),
    ('url = "https://a.example/b?token=hunter2-tail&c=d"', 'url = "https://a.example/b?…"'),
    ('base_url = "https://me:hunter2-tail@a.example"', 'base_url = "https://a.example"'),
    (f'# {KEY}\nkey_env = "{KEY}"', '# [key]\nkey_env = "[key]"'),
    (f'key_command = ["echo", "{KEY}"]', 'key_command = ["echo", "[key]"]'),
]


def test_a_config_without_keys_is_shown_as_it_is(balance: Balance) -> None:
    balance.write(PLAIN)
    ended = balance("config", "show")
    assert (ended.code, ended.out, ended.err) == (Exit.OK, PLAIN, "")


@pytest.mark.parametrize(("line", "shown"), HIDDEN, ids=[line for line, _ in HIDDEN])
def test_a_key_is_hidden_and_the_rest_stays(balance: Balance, line: str, shown: str) -> None:
    before, after = '# a\n[profiles.main]\nprovider = "openrouter"\n', "\n\n[profiles.other]\nmin = 5 # b\n"
    balance.write(before + line + after)
    ended = balance("config", "show")
    assert (ended.code, ended.err) == (Exit.OK, "")
    assert SECRET not in ended.out
    assert ended.out == before + shown + after
    tomllib.loads(ended.out)


def test_a_key_that_cannot_be_hidden_is_not_shown(balance: Balance) -> None:
    balance.write('[profiles.main]\n"k\\u0065y" = "hunter2-tail"\n')
    ended = balance("config", "show")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert "a key in the config cannot be hidden" in ended.err


@pytest.mark.parametrize(("line", "shown"), [HIDDEN[n] for n in (0, 1, 4, 6, 7, 10, 11)])
@pytest.mark.parametrize("broken", ['provider = "open', "provider = ", "[profiles", "min = '''", 'x = ["'])
def test_a_key_in_a_broken_config_is_hidden_too(line: str, shown: str, broken: str) -> None:
    for text in (f"[profiles.main]\n{broken}\n{line}\n", f"[profiles.main]\n{line}\n{broken}\n"):
        found = hide_config(text)
        assert "hunter2" not in found
        assert "tail" not in found
        assert found.startswith("[profiles.main]\n")
        assert f"{shown.partition('=')[0]}=" in found


@pytest.mark.parametrize("end", ["", "\n", '"', "'", '"""', "\n\n[profiles.other]\n"])
@pytest.mark.parametrize("start", ["key = ", 'key = "', "key = '", 'key = """', "key = '''", "key = [", 'key = ["'])
def test_a_key_without_its_quotes_is_hidden(start: str, end: str) -> None:
    assert "hunter2" not in hide_config(f"{start}hunter2-tail{end}")
    if start.rstrip() != "key =":  # then the next line is no part of the value
        assert "hunter2" not in hide_config(f"{start}\nhunter2-tail{end}")


def test_the_readmes_configs_are_shown_without_change() -> None:
    for block in re.findall(r"```toml\n(.*?)```", README, re.DOTALL):
        assert re.sub(r"# key = .*", "", hide_config(block)) == re.sub(r"# key = .*", "", block)


def test_without_a_config_there_is_nothing_to_show(balance: Balance, tmp_path: Path) -> None:
    for arguments in ([], ["--config", str(tmp_path / "missing.toml")]):
        ended = balance("config", "show", *arguments)
        assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
        assert "there is no config at" in ended.err


def test_a_large_config_is_shown_in_time(balance: Balance) -> None:
    lines = (f'[profiles.p{n}]\nprovider = "openrouter"\nkey = "hunter2-tail-{n}"  # key =\n' for n in range(9000))
    balance.write("".join(lines))
    ended = balance("config", "show", timeout=120)
    assert ended.code == Exit.OK
    assert "hunter2" not in ended.out
    assert ended.out.count('key = "[key]"') == 18_000
