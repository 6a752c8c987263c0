"""Keys: their sources, which are invalid, and that none is ever shown."""

import base64
from pathlib import Path
from typing import Final

import pytest

from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.keys.secret import Secret, parse_key
from conftest import KEY, Balance, Ended
from stub import Stub

CREDITS = {"answer": {"code": 200, "msg": "success", "data": 100}}


def sent(balance: Balance, lines: str, mode: int = 0o600, **env: str) -> list[str]:
    """Return the Authorization headers of a check with these lines in its profile."""
    with Stub(always=CREDITS) as stub:
        balance.write(f'[profiles.main]\nprovider = "apikley"\nbase_url = "{stub.url}"\n{lines}\n', mode)
        assert balance("check", "-q", env=env).code == Exit.OK
    return [asked.headers["authorization"] for asked in stub.asked]


def refused(balance: Balance, lines: str, timeout: str = "5", **env: str) -> str:
    """Return the output of a check whose lines give no key; assert that no request is sent."""
    with Stub(always=CREDITS) as stub:
        balance.write(f'[profiles.main]\nprovider = "apikley"\nbase_url = "{stub.url}"\n{lines}\n')
        ended = balance("check", "--timeout", timeout, env=env)
    assert stub.asked == []
    assert ended.code == Exit.MISCONFIGURED
    return ended.out


def test_a_key_can_come_from_every_source(balance: Balance, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    (tmp_path / "link").symlink_to(file)
    bearer = [f"Bearer {KEY}"]
    assert sent(balance, "", APIKLEY_API_KEY=KEY) == bearer
    assert sent(balance, 'key_env = "MINE"', MINE=f"{KEY}\r\n", APIKLEY_API_KEY="other") == bearer
    assert sent(balance, f'key_file = "{file}"') == bearer
    assert sent(balance, 'key_file = "~/link"') == bearer
    assert sent(balance, f'key_command = ["cat", "{file}"]') == bearer
    assert sent(balance, f'key = "{KEY}"') == bearer


def test_key_command_runs_without_a_shell_or_terminal(balance: Balance) -> None:
    assert sent(balance, 'key_command = ["printf", "%s", "$HOME;id"]') == ["Bearer $HOME;id"]
    assert "exited with" in refused(balance, 'key_command = ["sh", "-c", "cat /dev/tty"]')
    assert sent(balance, 'key_command = ["sh", "-c", "cat; echo abc"]') == ["Bearer abc"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "is not set"),
        ("  ", "is empty"),
        ("sk-a\nb", "line breaks"),
        ("sk-a b", "spaces"),
        ("sk-\u00e9", "other characters"),
        ("sk-a\x7f", "other characters"),
        ("x" * 100_000, "too long for a key"),
    ],
    ids=["empty", "blank", "two lines", "a space", "not ASCII", "a control character", "long"],
)
def test_an_invalid_key_is_rejected_and_not_shown(balance: Balance, value: str, words: str) -> None:
    said = refused(balance, 'key_env = "MINE"', MINE=value)
    assert words in said
    assert "$MINE" in said
    assert "sk-" not in said


def test_an_unset_variable_is_reported(balance: Balance) -> None:
    assert "$APIKLEY_API_KEY is not set" in refused(balance, "")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ('["no-such-command-here"]', "cannot run key_command no-such-command-here"),
        ('["false"]', "exited with 1"),
        ('["sh", "-c", "echo secret-a; echo secret-b"]', "line breaks"),
        ('["sh", "-c", "echo secret-a; exit 3"]', "exited with 3"),
        ('["true"]', "is empty"),
        ('["yes", "secret-a"]', "too long for a key"),
        ('["sleep", "60"]', "did not finish within 1 s"),
        ('["sh", "-c", "exec 1>&-; sleep 60"]', "did not finish within 1 s"),
    ],
)
def test_a_key_command_without_a_key_is_misconfigured(balance: Balance, command: str, words: str) -> None:
    said = refused(balance, f"key_command = {command}", timeout="1")
    assert words in said
    assert "secret" not in said


def test_the_stderr_of_a_key_command_is_not_shown(balance: Balance, tmp_path: Path) -> None:
    said = f'echo "{KEY} at your service" >&2; echo password-hint >&2'
    (tmp_path / "talks").write_text(f"{said}\necho abc\n")
    (tmp_path / "fails").write_text(f"{said}\nexit 3\n")
    with Stub(always=CREDITS) as stub:
        head = f'[profiles.main]\nprovider = "apikley"\nbase_url = "{stub.url}"\nkey_command = ["sh", '
        for name, code in (("talks", Exit.OK), ("fails", Exit.MISCONFIGURED)):
            balance.write(f'{head}"{tmp_path / name}"]\n')
            ended = balance("check")
            assert ended.code == code
            assert "password-hint" not in ended.out + ended.err


def test_the_first_usual_variable_wins(balance: Balance) -> None:
    env = {"APERTIS_API_KEY": "first", "APERTIS_KEY": "second"}
    with Stub(always={"status": 401, "answer": {}}) as stub:
        balance.write(f'[profiles.main]\nprovider = "apertis"\nbase_url = "{stub.url}"\n')
        balance("check", env=env)
        balance("check", env={**env, "APERTIS_API_KEY": ""})
    assert [asked.headers["authorization"] for asked in stub.asked] == ["Bearer first", "Bearer second"]


@pytest.mark.parametrize("place", ["nowhere", "/dev/zero", "~nobody-here/x", "."])
def test_an_unreadable_key_file_is_misconfigured(balance: Balance, place: str) -> None:
    assert place in refused(balance, f'key_file = "{place}"')


def test_a_missing_keyring_is_misconfigured(balance: Balance) -> None:
    assert "keyring" in refused(balance, 'key_keyring = "balance/main"')


def test_a_key_is_read_from_the_keyring(balance: Balance, tmp_path: Path) -> None:
    (tmp_path / "keyring.py").write_text(
        f"def get_password(s, u):\n    return {{'balance/main': '{KEY}'}}.get(f'{{s}}/{{u}}')\n"
    )
    path = str(tmp_path)
    assert sent(balance, 'key_keyring = "balance/main"', PYTHONPATH=path) == [f"Bearer {KEY}"]
    assert "has no entry for balance/other" in refused(balance, 'key_keyring = "balance/other"', PYTHONPATH=path)
    (tmp_path / "keyring.py").write_text("import time\ndef get_password(s, u):\n    time.sleep(60)\n")
    assert "did not respond" in refused(balance, 'key_keyring = "balance/main"', timeout="1", PYTHONPATH=path)


def test_a_secret_hides_its_key_in_every_encoding() -> None:
    key = Secret("user:tok+en/12345678")
    assert str(key) == repr(key) == f"{key}" == "Secret(…)"
    quoted, basic = "user%3Atok%2Ben%2F12345678", base64.b64encode(key.reveal().encode()).decode()
    for text in (key.reveal(), quoted, basic, "tok+en/12345678"):
        assert key.hide(f"<{text}>") in {"<[key]>", "<[key]=>", "<[key]==>"}
        assert "1234" not in str(key.hide_in({text: [text, {"a": text}]}))


def test_a_key_is_printable_ascii_without_spaces() -> None:
    assert parse_key("a\n", "x").reveal() == "a"
    for text in ("", "\n", "a\n\n", "a\tb", "a\0", "é", "a" * 8193):
        with pytest.raises(Misconfigured):
            parse_key(text, "x")


def test_an_expired_deadline_runs_its_callbacks_once() -> None:
    ended: list[int] = []
    deadline = Deadline(60)
    deadline.then(lambda: ended.append(1))
    assert ended == []
    deadline.expire()
    assert ended == [1]
    assert deadline.left() == 0
    deadline.then(lambda: ended.append(2))
    assert ended == [1, 2]
    deadline.expire()
    assert ended == [1, 2]


ENTRY: Final = {
    "a login": f"{KEY}\nlogin: me@example.com\nurl: *.example.com/*\n",
    "a one-time password": f"{KEY}\notpauth://totp/x?secret=ABC\n",
    "empty lines and notes": f"{KEY}\n\nlogin:\nSecret Question 1: caf\u00e9?\n\n",
    "Windows line breaks": f"{KEY}\r\nlogin: me\r\n",
}


@pytest.mark.parametrize("entry", ENTRY.values(), ids=ENTRY)
def test_the_first_line_of_a_pass_entry_is_the_key(balance: Balance, tmp_path: Path, entry: str) -> None:
    (tmp_path / "entry").write_bytes(entry.encode())
    assert sent(balance, f'key_command = ["cat", "{tmp_path}/entry"]') == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY}\nother\n",
        f"{KEY}\nlogin: me\nother\n",
        f"{KEY}\n{KEY}:2\n",
        f"key: {KEY}\nlogin: me\n",
        f'{{\n  "key": "{KEY}",\n}}\n',
        f"{KEY}\n\n",
        f"\nlogin: me\n{KEY}\n",
    ],
)
def test_other_output_of_several_lines_is_rejected(balance: Balance, tmp_path: Path, text: str) -> None:
    (tmp_path / "entry").write_text(text)
    assert "line breaks" in refused(balance, f'key_command = ["cat", "{tmp_path}/entry"]')
    (tmp_path / "entry").write_text(f"{KEY}\nlogin: me\n")
    assert "line breaks" in refused(balance, f'key_file = "{tmp_path}/entry"')


def debugged(balance: Balance, tmp_path: Path, script: str, *flags: str) -> Ended:
    """Run a check with this script as its key_command."""
    file = tmp_path / "tool"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o700)
    with Stub(always=CREDITS) as stub:
        balance.write(f'[profiles.main]\nprovider = "apikley"\nbase_url = "{stub.url}"\nkey_command = ["{file}"]\n')
        return balance("check", "--timeout", "3", *flags)


def said(ended: Ended) -> list[str]:
    """Return the stderr of the key_command from the debug output of a run."""
    marks = (line.partition(" stderr: ") for line in ended.err.splitlines())
    return [text for before, _, text in marks if before.startswith("balance: debug: main: key_command /")]


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ("echo 'vault is sealed' >&2; exit 2", Exit.MISCONFIGURED, ["vault is sealed"]),
        (f"echo {KEY}; echo one >&2; echo two >&2", Exit.OK, ["one", "two"]),
        (f"echo {KEY}; echo 'read {KEY} for you' >&2", Exit.OK, ["read [key] for you"]),
        (f"echo {KEY}; echo oops; echo '{KEY} twice' >&2", Exit.MISCONFIGURED, ["[key] twice"]),
        (f"echo 'tried {KEY}' >&2; exit 1", Exit.MISCONFIGURED, ["tried [key]"]),
        (f"echo {KEY}; printf '\\033[31mred\\007\\r\\n::error::x\\n' >&2", Exit.OK, ["?[31mred?", ": :error: :x"]),
        ("echo 'passphrase?' >&2; sleep 60", Exit.MISCONFIGURED, ["passphrase?"]),
        (f"echo {KEY}; exec 1>&-; sleep 1; echo late >&2", Exit.OK, ["late"]),
        (f"(sleep 60 >/dev/null & ) ; echo {KEY}; echo agent >&2", Exit.OK, ["agent"]),
    ],
)
def test_only_debug_shows_the_stderr_of_a_key_command(
    balance: Balance, tmp_path: Path, script: str, code: Exit, words: list[str]
) -> None:
    ended = debugged(balance, tmp_path, script, "--debug")
    assert (ended.code, said(ended)) == (code, words), ended.err
    quiet = debugged(balance, tmp_path, script)
    assert (quiet.code, quiet.err) == (code, "")
    assert not any(word in quiet.out for word in words)


def test_debug_truncates_the_stderr_of_a_key_command(balance: Balance, tmp_path: Path) -> None:
    endless = debugged(balance, tmp_path, f"yes 'a line' | head -n 5000000 >&2; echo {KEY}", "--debug")
    assert (endless.code, said(endless)) == (Exit.OK, ["a line"] * 20)
    long = debugged(balance, tmp_path, f"echo {KEY}; head -c 100000 /dev/zero | tr '\\0' x >&2", "--debug")
    assert (long.code, said(long)) == (Exit.OK, [])
    cut = debugged(
        balance, tmp_path, f"head -c 8180 /dev/zero | tr '\\0' '\\n' >&2; printf '{KEY}' >&2; exit 1", "--debug"
    )
    assert (cut.code, said(cut)) == (Exit.MISCONFIGURED, [])
    assert "sk-" not in cut.err
