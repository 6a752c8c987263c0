"""`balance profile add` and `remove`: the config keeps its other content and is never incomplete."""

import stat
import subprocess
from pathlib import Path
from typing import Final

import pytest

from balance_cli.exits import Exit
from conftest import KEY, Balance
from stub import Stub
from terminal import Terminal

CREDITS: Final = {"answer": {"code": 200, "msg": "success", "data": 100}}
COMMENTED: Final = """# my profiles; do not touch
[defaults]
min = 5     # of anything

# the first
[profiles.first]   # comment
provider = "apertis"
key_command = [
  "echo",
  "[profiles.second]",
]

# about the second
[profiles."second.one"]
provider = 'apimart'

# the end
"""


def test_profile_add_checks_the_profile_before_saving_it(balance: Balance) -> None:
    with Stub(always=CREDITS) as stub:
        given = ["--provider", "apikley", "--base-url", stub.url, "--min", "5 credits"]
        ended = balance("profile", "add", "main", *given, "--key-stdin", stdin=f"{KEY}\n")
        assert ended.code == Exit.OK, ended.err
        assert "main     100 credits" in ended.out
        assert stub.asked[0].headers["authorization"] == f"Bearer {KEY}"
        key = balance.config.parent / "keys" / "main"
        assert key.read_text() == f"{KEY}\n"
        assert stat.S_IMODE(key.stat().st_mode) == stat.S_IMODE(balance.config.stat().st_mode) == 0o600
        assert 'key_file = "~/.config/balance/keys/main"' in balance.config.read_text()
        assert KEY not in balance.config.read_text()
        assert balance("check", "--min", "100").code == Exit.OK


def test_a_profile_whose_check_fails_is_not_saved(balance: Balance) -> None:
    with Stub(always={"status": 401, "answer": {}}) as stub:
        given = ["profile", "add", "main", "--provider", "apikley", "--base-url", stub.url, "--key-stdin"]
        ended = balance(*given, stdin=KEY)
        assert ended.code == Exit.UNKNOWN
        assert "main was not added (use --no-check to add it without checking it)" in ended.err
        assert not balance.config.exists()
        assert not (balance.config.parent / "keys").exists()
        assert balance(*given, "--no-check", stdin=KEY).code == Exit.OK
        assert balance.config.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "main"], "--provider"),
        (["add", "main", "--provider", "apertsi"], "apertis"),
        (["add", "../x", "--provider", "apertis"], "is not a valid name"),
        (["add", "a b", "--provider", "apertis"], "is not a valid name"),
        (["add", "main", "--provider", "apertis", "--min", "nan"], "must be an amount"),
        (["add", "main", "--provider", "apertis", "--base-url", "http://example.com"], "https://"),
        (["add", "main", "--provider", "apertis", "--set", "mim=5"], 'did you mean "min"'),
        (["add", "main", "--provider", "apertis", "--set", "x"], "KEY=VALUE"),
        (["add", "main", "--provider", "apertis", "--key-env", "A", "--key-stdin"], "exclude each other"),
        (["add", "main", "--provider", "apertis", "--key-env", "A", "--key-file", "b"], "keep one of them"),
        (["add", "main", "--provider", "apertis", "--key-command", "echo 'x"], "quote"),
        (["add", "first", "--provider", "apertis"], "already"),
        (["remove", "frist"], 'did you mean "first"'),
    ],
)
def test_a_rejected_change_leaves_the_config_unchanged(balance: Balance, arguments: list[str], words: str) -> None:
    balance.write(COMMENTED)
    ended = balance(
        "profile",
        *arguments,
        "--no-check" if arguments[0] == "add" else "--config",
        *([] if arguments[0] == "add" else [str(balance.config)]),
        stdin=KEY,
    )
    assert ended.code == Exit.MISCONFIGURED
    assert words in ended.err
    assert balance.config.read_text() == COMMENTED


def test_adding_and_removing_a_profile_keeps_everything_else(balance: Balance) -> None:
    balance.write(COMMENTED, 0o640)
    add = ["profile", "add", "--no-check", "--provider", "imagerouter", "--key-command", "op read 'a b'"]
    assert balance(*add, "third.one", "--min", "5USD", "--min", "10%", "--set", "api_key_name=Prod").code == Exit.OK
    text = balance.config.read_text()
    assert text.startswith(COMMENTED)
    assert stat.S_IMODE(balance.config.stat().st_mode) == 0o640
    assert balance("profile", "list").out.splitlines()[-1].split() == [
        "third.one", "imagerouter", "key_command", "op", "5", "USD,", "10%",
    ]  # fmt: skip
    assert balance("profile", "remove", "third.one").code == Exit.OK
    assert balance.config.read_text() == f"{COMMENTED}\n"
    assert balance("profile", "remove", "first").code == Exit.OK
    assert balance.config.read_text() == (
        "# my profiles; do not touch\n[defaults]\nmin = 5     # of anything\n\n# the first\n# about the second\n"
        "[profiles.\"second.one\"]\nprovider = 'apimart'\n\n# the end\n\n"
    )
    assert balance("profile", "remove", "second.one").code == Exit.OK
    assert balance.config.read_text() == (
        "# my profiles; do not touch\n[defaults]\nmin = 5     # of anything\n\n"
        "# the first\n# about the second\n# the end\n\n"
    )


LOOKALIKE: Final = """[profiles.first]
key_command = ['echo', '''
[profiles.main]
''']  # the first's own
provider = "apertis"
"""
BELOW: Final = """# \x85 about the list
[[profile]]
x = 1
"""


@pytest.mark.parametrize(
    ("block", "rest"),
    [
        ('[profiles.main]\nkey_command = [\'echo\', """\n[profiles.first]\n"""]\n\n', BELOW),
        ("[profiles.main]\nprovider = 'apertis'\n# of main\n[profiles.main.sub]  # [\nkey = 1 # of sub\n", BELOW),
        (" [ profiles . \"ma\\u0069n\" ]\r\n\tprovider = 'apertis'\r\n\t \r\n", BELOW.replace("\n", "\r\n")),
        ("[profiles.main]", ""),
        ("[profiles.main]\n  \n ", ""),
        ("[profiles.main]\nkey_command = [\n  '\u2028', # [profiles.first]\n]\n", "  # indented"),
    ],
    ids=["a header in a string", "a subtable", "Windows line breaks", "no final newline", "blanks", "U+2028"],
)
def test_profile_remove_deletes_only_that_profiles_block(balance: Balance, block: str, rest: str) -> None:
    balance.write("").write_bytes(f"{LOOKALIKE}{block}{rest}".encode())
    ended = balance("profile", "remove", "main")
    assert ended.code == Exit.OK, ended.err
    assert balance.config.read_bytes().decode() == f"{LOOKALIKE}{rest}"


def test_a_profile_split_across_the_file_is_not_removed(balance: Balance) -> None:
    text = f'[profiles.main]\nprovider = "apertis"\n{LOOKALIKE}[profiles.main.sub]\nkey = 1\n'
    balance.write(text)
    ended = balance("profile", "remove", "main")
    assert (ended.code, balance.config.read_text()) == (Exit.MISCONFIGURED, text)
    assert "remove it by hand" in ended.err


def test_a_profile_is_added_after_a_missing_final_newline(balance: Balance) -> None:
    balance.write('[profiles.first]\nprovider = "apertis"')
    assert balance("profile", "add", "second", "--provider", "apertis", "--no-check").code == Exit.OK
    assert [line.split()[0] for line in balance("profile", "list").out.splitlines()] == ["PROFILE", "first", "second"]


@pytest.mark.parametrize(
    "text", ['profiles = {first = {provider = "apertis"}}\n', '[profiles]\nfirst.provider = "apertis"\n']
)
def test_profiles_in_other_toml_syntax_are_not_modified(balance: Balance, text: str) -> None:
    balance.write(text)
    assert balance("profile", "remove", "first").code == Exit.MISCONFIGURED
    balance("profile", "add", "second", "--provider", "apertis", "--no-check")
    assert balance.config.read_text().startswith(text)
    assert "first" in balance("profile", "list").out


@pytest.mark.parametrize("command", ["add x --provider apertis --no-check", "remove x"])
def test_a_config_whose_profiles_are_not_a_table_is_not_modified(balance: Balance, command: str) -> None:
    balance.write("profiles = 5\n")
    ended = balance("profile", *command.split())
    assert (ended.code, balance.config.read_text()) == (Exit.MISCONFIGURED, "profiles = 5\n")
    assert "profiles in the config is not a table (write [profiles.NAME] tables)" in ended.err


def test_a_symlink_stays_a_symlink(balance: Balance, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "balance.toml"
    real.parent.mkdir()
    balance.config.parent.mkdir(parents=True)
    balance.config.symlink_to(real)
    for name in ("one", "two"):
        assert balance("profile", "add", name, "--provider", "apertis", "--no-check").code == Exit.OK
    assert balance.config.is_symlink()
    assert sorted(file.name for file in real.parent.iterdir()) == ["balance.toml"]
    assert real.read_text().count("[profiles.") == 2


def test_parallel_writers_lose_nothing(balance: Balance) -> None:
    command = [balance.program, "profile", "add", "--provider", "apertis", "--no-check"]
    running = [subprocess.Popen([*command, f"p{n}"], env=balance.environment()) for n in range(8)]
    assert [process.wait() for process in running] == [0] * 8
    assert sorted(line.split()[0] for line in balance("profile", "list").out.splitlines()[1:]) == [
        f"p{n}" for n in range(8)
    ]
    assert sorted(file.name for file in balance.config.parent.iterdir()) == ["config.toml"]


def test_a_full_disk_leaves_the_config_unchanged(balance: Balance) -> None:
    balance.write(COMMENTED)
    limited = f"ulimit -f 0; trap '' XFSZ; {balance.program} profile add new --provider apertis --no-check"
    done = subprocess.run(["bash", "-c", limited], env=balance.environment(), capture_output=True, check=False)
    assert done.returncode == Exit.MISCONFIGURED, done.stderr
    assert b"was not changed" in done.stderr
    assert balance.config.read_text() == COMMENTED
    assert [file.name for file in balance.config.parent.iterdir()] == ["config.toml"]


def test_an_existing_key_file_is_not_overwritten(balance: Balance) -> None:
    key = balance.config.parent / "keys" / "main"
    key.parent.mkdir(parents=True)
    key.write_text("precious\n")
    ended = balance("profile", "add", "main", "--provider", "apertis", "--no-check", "--key-stdin", stdin=KEY)
    assert ended.code == Exit.MISCONFIGURED
    assert key.read_text() == "precious\n"
    assert not balance.config.exists()


def test_removing_a_profile_keeps_its_key_file_and_names_it(balance: Balance) -> None:
    balance("profile", "add", "main", "--provider", "apertis", "--no-check", "--key-stdin", stdin=KEY)
    ended = balance("profile", "remove", "main")
    assert "keys/main" in ended.err
    assert (balance.config.parent / "keys" / "main").exists()


def stored(balance: Balance, *more: str) -> Path:
    """Add the profile main with a key from stdin; return the file in which it was stored."""
    given = ["main", "--provider", "apertis", "--no-check", "--key-stdin", *more]
    ended = balance("profile", "add", *given, stdin=KEY)
    assert ended.code == Exit.OK
    assert "(its key is stored in ~/.config/balance/keys/main)" in ended.err
    return balance.config.parent / "keys" / "main"


def test_a_key_file_that_profile_add_wrote_is_deleted_if_wanted(balance: Balance) -> None:
    key = stored(balance)
    ended = balance("profile", "remove", "main", "--delete-key")
    assert (ended.code, ended.out) == (Exit.OK, "")
    assert ended.err == f"balance: removed main from {balance.config}, and deleted its key file {key}\n"
    assert not key.exists()
    assert "main" not in balance.config.read_text()


@pytest.mark.parametrize(("answer", "exists"), [("\r", True), ("n\r", True), ("y\r", False)])
def test_on_a_terminal_profile_remove_offers_to_delete_the_key_file(
    balance: Balance, answer: str, exists: bool
) -> None:
    key = stored(balance)
    question = f"Delete its key file {key} too? [y/N]"
    code, screen = dialogue(balance, ["profile", "remove", "main"], (question[:60], answer))
    assert code == Exit.OK, screen
    assert question in screen.replace("\r\n", "")
    assert key.exists() == exists
    assert ("(its key is still in ~/.config/balance/keys/main)" in screen) == exists
    assert "main" not in balance.config.read_text()


def test_on_a_terminal_no_answer_removes_nothing(balance: Balance) -> None:
    key = stored(balance)
    code, screen = dialogue(balance, ["profile", "remove", "main"], ("Delete its key file", "\x04"))
    assert code == Exit.MISCONFIGURED, screen
    assert "nothing was removed" in screen
    assert key.exists()
    assert "[profiles.main]" in balance.config.read_text()


OTHERS: Final = {
    "another file": ('key_file = "other"', ""),
    "outside the folder": ('key_file = "../keys/main"', ""),
    "the field of a file": ('key_file = "keys/main"\nkey_field = "a"', ""),
    "another profile": ('key_file = "keys/main"', 'key_file = "keys/../keys/main"'),
    "a link to it": ('key_file = "keys/main"', 'key_file = "link"'),
    "a command": ('key_file = "keys/main"', "key_command = ['sh', '-c', 'cat keys/main']"),
    "a variable": ('key_env = "A"', ""),
}


@pytest.mark.parametrize(("table", "other"), OTHERS.values(), ids=OTHERS.keys())
def test_no_other_file_is_ever_deleted(balance: Balance, table: str, other: str) -> None:
    second = f"[profiles.other]\nprovider = 'apertis'\n{other}\n" if other else ""
    folder = balance.write(f"[profiles.main]\nprovider = 'apertis'\n{table}\n{second}").parent
    for place in (folder / "keys", folder.parent / "keys"):
        place.mkdir()
        (place / "main").write_text(KEY)
    (folder / "link").symlink_to("keys/main")
    (folder / "other").write_text(KEY)
    before = sorted(balance.home.rglob("*"))
    ended = balance("profile", "remove", "main", "--delete-key")
    assert ended.code == Exit.OK, ended.err
    assert sorted(balance.home.rglob("*")) == before
    assert "profiles.main" not in balance.config.read_text()
    assert ("which `profile add` did not write for this profile alone)" in ended.err) == ("key_file" in table)


def test_a_link_in_place_of_the_key_file_is_kept(balance: Balance) -> None:
    key = stored(balance)
    key.rename(balance.home / "precious")
    key.symlink_to(balance.home / "precious")
    assert balance("profile", "remove", "main", "--delete-key").code == Exit.OK
    assert (balance.home / "precious").exists()
    assert key.is_symlink()


def dialogue(balance: Balance, arguments: list[str], *answers: tuple[str, str]) -> tuple[int, str]:
    """Run the program on a terminal and answer each question as it appears; return the exit code and the screen."""
    with Terminal([balance.program, *arguments], balance.environment()) as terminal:
        for question, answer in answers[:-1]:
            terminal.until(question)
            terminal.type(answer)
        question, last = answers[-1]
        terminal.until(question)
        return terminal.leave(last), terminal.text


def test_on_a_terminal_profile_add_asks_for_everything(balance: Balance) -> None:
    with Stub(always=CREDITS) as stub:
        code, screen = dialogue(
            balance,
            ["profile", "add", "main", "--base-url", stub.url],
            ("Provider", "apikl\t\r"),
            ("not shown", f"{KEY}\r"),
            ("Alert below which amount? [none]: ", "five\r"),
            ("must be an amount", "5USD\r"),
            ("5 USD cannot be compared: Apikley has balances in credits", "5 credits\r"),
        )
    assert code == Exit.OK, screen
    assert KEY not in screen
    assert f"added main to {balance.config} (its key is stored in ~/.config/balance/keys/main)" in screen
    assert 'min = "5 credits"' in balance.config.read_text()
    assert (balance.config.parent / "keys" / "main").read_text() == f"{KEY}\n"


def test_on_a_terminal_a_failing_profile_can_still_be_saved(balance: Balance) -> None:
    with Stub(always={"status": 401, "answer": {}}) as stub:
        base = ["--provider", "apikley", "--base-url", stub.url]
        answers = (("not shown", "\r"), ("Alert below which amount? [none]: ", "\r"))
        code, screen = dialogue(balance, ["profile", "add", "no", *base], *answers, ("Add profile no anyway?", "n\r"))
        assert (code, balance.config.exists()) == (Exit.MISCONFIGURED, False), screen
        hesitant = (*answers, ("Add profile yes anyway? [y/N]", "q\r"), ("y or n", "y\r"))
        code, screen = dialogue(balance, ["profile", "add", "yes", *base], *hesitant)
    assert code == Exit.OK, screen
    assert balance.config.read_text() == f'[profiles.yes]\nprovider = "apikley"\nbase_url = "{stub.url}"\n'


def test_on_a_terminal_the_name_may_be_left_out(balance: Balance) -> None:
    balance.write('[profiles.apikley]\nprovider = "apertis"\n')
    with Stub(always=CREDITS) as stub:
        code, screen = dialogue(
            balance,
            ["profile", "add", "--base-url", stub.url],
            ("Provider", "apikley\r"),
            ("Name [apikley-2]: ", "a b\r"),
            ("is not a valid name", "apikley\r"),
            ("there is already a profile apikley", "\r"),
            ("not shown", f"{KEY}\r"),
            ("Alert below which amount?", "none\r"),
        )
    assert code == Exit.OK, screen
    assert "added apikley-2 to" in screen
    assert (balance.config.parent / "keys" / "apikley-2").read_text() == f"{KEY}\n"
    assert "min" not in balance.config.read_text()


def test_on_a_terminal_only_the_name_is_asked_for_if_the_options_say_the_rest(balance: Balance) -> None:
    given = ["--provider", "apertis", "--key-env", "A", "--no-check"]
    code, screen = dialogue(balance, ["profile", "add", *given], ("Name [apertis]: ", "\r"))
    assert code == Exit.OK, screen
    assert screen.count(": ") == 2
    assert f"balance: added apertis to {balance.config} (its key is read from $A)" in screen
    assert balance.config.read_text() == '[profiles.apertis]\nprovider = "apertis"\nkey_env = "A"\n'


def test_a_provider_without_a_key_is_not_asked_for_one(balance: Balance) -> None:
    given = ["main", "--provider", "claude", "--no-check"]
    code, screen = dialogue(balance, ["profile", "add", *given], ("amount? [none]: ", "\r"))
    assert code == Exit.OK, screen
    assert "not shown" not in screen
    assert f"added main to {balance.config} (it needs no key)" in screen


def test_the_usual_minimum_is_suggested_where_the_provider_has_its_unit(balance: Balance) -> None:
    given = ["main", "--provider", "apertis", "--no-check"]
    code, screen = dialogue(balance, ["profile", "add", *given], ("not shown", "\r"), ("amount? [1USD]: ", "\r"))
    assert code == Exit.OK, screen
    assert "(its key is read from $APERTIS_API_KEY or $APERTIS_KEY)" in screen
    assert balance.config.read_text() == '[profiles.main]\nprovider = "apertis"\nmin = "1USD"\n'


def test_a_minimum_in_the_defaults_is_not_asked_for_again(balance: Balance) -> None:
    balance.write('[defaults]\nmin = "7USD"\n')
    given = ["main", "--provider", "apertis", "--no-check"]
    code, screen = dialogue(balance, ["profile", "add", *given], ("not shown", "\r"))
    assert code == Exit.OK, screen
    assert "Alert" not in screen
    assert balance.config.read_text().count("min") == 1


def test_without_a_terminal_the_name_is_required(balance: Balance) -> None:
    ended = balance("profile", "add", "--provider", "apertis", "--key-stdin", "--no-check", stdin=KEY)
    assert ended.code == Exit.MISCONFIGURED
    assert ended.err == "balance: NAME is missing (see `balance profile add --help`)\n"
    assert not balance.config.parent.exists()


@pytest.mark.parametrize(
    ("given", "written"),
    [(["5USD"], 'min = "5USD"\n'), (["5USD", "10%"], 'min = [\n    "5USD",\n    "10%",\n]\n')],
    ids=["one", "two"],
)
def test_a_single_minimum_is_written_on_one_line(balance: Balance, given: list[str], written: str) -> None:
    minimums = [word for text in given for word in ("--min", text)]
    ended = balance("profile", "add", "main", "--provider", "apertis", "--key-env", "A", *minimums, "--no-check")
    assert ended.err == f"balance: added main to {balance.config} (its key is read from $A)\n"
    assert balance.config.read_text() == f'[profiles.main]\nprovider = "apertis"\nkey_env = "A"\n{written}'


def test_on_a_terminal_aborting_adds_nothing(balance: Balance) -> None:
    assert dialogue(balance, ["profile", "add", "main"], ("Provider", "\x04"))[0] == Exit.MISCONFIGURED
    assert dialogue(balance, ["profile", "add", "main"], ("Provider", "\x03"))[0] == Exit.INTERRUPTED
    assert not balance.config.exists()
