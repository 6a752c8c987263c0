"""The sources of a key, and the message for each that has none."""

import os
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.keys.secret import LONGEST, Secret, parse_key
from balance_cli.keys.source import SOURCES, KeySource, store_in_keyring
from surroundings import HERE

BY_HAND = "run the command by hand: it must print only the key, on one line, and exit with 0; --debug shows its stderr"
LONG = f"printf '%{LONGEST}s' | tr ' ' x"
OTHERWISE = "or use key_env, key_command or key_file"


def read(kind: str, *value: str, seconds: float = 20) -> str:
    """Return the key from a source."""
    return KeySource(kind=kind, value=value).read(HERE, Deadline(seconds)).reveal()


def said(kind: str, *value: str, seconds: float = 20) -> str:
    """Return the error for a source without a key."""
    with pytest.raises(Misconfigured) as caught:
        read(kind, *value, seconds=seconds)
    assert caught.value.message
    assert caught.value.hint
    return caught.value.describe()


def test_each_key_source_is_described() -> None:
    assert SOURCES == ("key_env", "key_command", "key_file", "key_keyring", "key")
    names = [str(KeySource(kind=kind, value=("a", "b"))) for kind in SOURCES]
    assert names == ["$a or $b", "key_command a", "key_file a", "key_keyring a", "the config"]
    assert str(KeySource(kind="key_env", value=("A",))) == "$A"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the key from X is empty (store the key there)"),
        (" \n", "the key from X is empty (store the key there)"),
        ("x" * (LONGEST + 1), "the key from X is too long for a key (store only the key there)"),
        ("a b", ("the key from X has spaces, line breaks or other characters that keys never have "
                "(store only the key there, on one line)")),
    ],
    ids=["nothing", "blank", "long", "a space"],
)  # fmt: skip
def test_an_invalid_key_is_described(text: str, words: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        parse_key(text, "X")
    assert caught.value.describe() == words


def test_one_trailing_newline_is_stripped_from_a_key() -> None:
    for text in ("abc", "abc\n", "abc\r\n"):
        assert parse_key(text, "X").reveal() == "abc"
    assert parse_key("!~", "X").reveal() == "!~"
    assert len(parse_key("x" * LONGEST, "X").reveal()) == 8192
    assert str(Secret("abc")) == repr(Secret("abc")) == "Secret(…)"


def test_the_first_variable_set_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONE_KEY", raising=False)
    monkeypatch.setenv("TWO_KEY", "second")
    assert read("key_env", "ONE_KEY", "TWO_KEY") == "second"
    monkeypatch.setenv("ONE_KEY", "")
    assert read("key_env", "ONE_KEY", "TWO_KEY") == "second"
    monkeypatch.setenv("ONE_KEY", "first")
    assert read("key_env", "ONE_KEY", "TWO_KEY") == "first"
    monkeypatch.delenv("ONE_KEY")
    monkeypatch.delenv("TWO_KEY")
    assert said("key_env", "ONE_KEY", "TWO_KEY") == (
        "no key: $ONE_KEY or $TWO_KEY must be set (export ONE_KEY=… and run again)"
    )


def test_a_key_in_two_variables_is_joined_with_a_colon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AN_ID", "A_SECRET", "A_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    both, three = "AN_ID+A_SECRET", "AN_ID+A_SECRET+A_TOKEN"
    assert said("key_env", both) == (
        "no key: $AN_ID and $A_SECRET must be set (export AN_ID=… A_SECRET=… and run again)"
    )
    monkeypatch.setenv("AN_ID", "id")
    assert said("key_env", both) == "no key: $AN_ID and $A_SECRET must be set (export A_SECRET=… and run again)"
    monkeypatch.setenv("A_SECRET", "secret")
    assert read("key_env", both) == read("key_env", three, both) == "id:secret"
    monkeypatch.setenv("A_TOKEN", "token")
    assert read("key_env", both, three) == read("key_env", three, both) == "id:secret:token"
    assert read("key_env", both) == read("key_env", both, "AN_ID_TOO") == "id:secret"
    assert str(KeySource(kind="key_env", value=(both, three))) == (
        "$AN_ID and $A_SECRET or $AN_ID and $A_SECRET and $A_TOKEN"
    )


def test_a_key_is_read_from_the_config_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read("key", "abc") == "abc"
    file = tmp_path / "key"
    file.write_bytes(b"abc\r\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read("key_file", str(file)) == read("key_file", "~/key") == "abc"
    file.write_text("x" * LONGEST + "\r\n")
    assert len(read("key_file", str(file))) == LONGEST
    file.write_text("x" * LONGEST + "y\r\n")
    assert "is too long for a key" in said("key_file", str(file))
    monkeypatch.chdir("/")
    relative = KeySource(kind="key_file", value=("key",), folder=str(tmp_path))
    file.write_text("abc")
    assert relative.read(HERE, Deadline(9)).reveal() == "abc"
    file.unlink()
    with pytest.raises(Misconfigured) as caught:
        relative.read(HERE, Deadline(9))
    looked = f"set key_file to the file that holds the key; looked for {file}"
    assert caught.value.describe() == f"cannot read key_file key: No such file or directory ({looked})"
    file.write_bytes(b"a\xffb")
    assert "other characters that keys never have" in said("key_file", str(file))
    assert said("key_file", "/no/such") == (
        "cannot read key_file /no/such: No such file or directory (set key_file to the file that holds the key)"
    )


def test_a_key_is_read_from_a_command(capfd: pytest.CaptureFixture[str]) -> None:
    assert read("key_command", "printf", "abc\\n") == "abc"
    assert read("key_command", "sh", "-c", "printf a; sleep 0.2; printf bc; echo noise >&2") == "abc"
    assert read("key_command", "sh", "-c", "cat; echo abc") == "abc"
    assert read("key_command", "sh", "-c", f"{LONG}; echo") == "x" * LONGEST
    assert read("key_command", "sh", "-c", f"{LONG}; printf '\\r\\n'") == "x" * LONGEST
    assert said("key_command", "sh", "-c", f"{LONG}; printf '\\r\\n'; exit 3") == (
        f"key_command sh exited with 3 ({BY_HAND})"
    )
    assert "noise" not in "".join(capfd.readouterr())
    session = read("key_command", sys.executable, "-c", "import os; print(os.getsid(0))")
    assert session != str(os.getsid(0))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["no-such-command"], "cannot run key_command no-such-command: No such file or directory"),
        (["a\0b"], "cannot run key_command a\0b: not a valid command"),
        (["sh", "-c", "echo abc; exit 3"], "key_command sh exited with 3"),
        (["sh", "-c", "kill -9 $$"], "key_command sh exited with -9"),
    ],
    ids=["missing", "a NUL", "fails", "killed"],
)
def test_a_failing_key_command_is_reported(command: list[str], words: str) -> None:
    assert said("key_command", *command) == f"{words} ({BY_HAND})"


@pytest.mark.parametrize("script", ["sleep 60", "echo abc; exec sleep 60", "echo abc; exec >&-; exec sleep 60"])
def test_a_key_command_is_limited_by_the_deadline(script: str) -> None:
    began = time.monotonic()
    assert said("key_command", "sh", "-c", script, seconds=0.5) == (
        f"key_command sh did not finish within 0.5 s ({BY_HAND})"
    )
    assert time.monotonic() - began < 30


def test_a_key_command_with_endless_output_is_stopped() -> None:
    assert said("key_command", "yes", "abc").startswith("the key from key_command yes is too long for a key")


def test_the_stderr_of_a_key_command_is_passed_on_without_the_key() -> None:
    told: list[str] = []

    def hear(script: str, seconds: float = 20) -> str:
        told.clear()
        try:
            return (
                KeySource(kind="key_command", value=("sh", "-c", script))
                .read(HERE, Deadline(seconds), told.append)
                .reveal()
            )
        except Misconfigured as error:
            return error.message

    assert hear("echo one >&2; echo; echo ' ' >&2; echo two >&2; echo three") != ""
    assert told == ["key_command sh stderr: one", "key_command sh stderr: two"]
    assert hear("echo sk-abcdefgh; echo the key is sk-abcdefgh >&2") == "sk-abcdefgh"
    assert told == ["key_command sh stderr: the key is [key]"]
    assert hear("seq 100 >&2; echo abc") == "abc"
    assert told == [f"key_command sh stderr: {n}" for n in range(1, 21)]
    assert hear("echo why >&2; exit 3") == "key_command sh exited with 3"
    assert told == ["key_command sh stderr: why"]
    assert hear("echo why >&2; sleep 60", seconds=0.5) == "key_command sh did not finish within 0.5 s"
    assert told == ["key_command sh stderr: why"]
    assert hear("exec >&-; echo late >&2; sleep 0.2; exit 4") == "key_command sh exited with 4"
    assert told == ["key_command sh stderr: late"]
    assert hear("printf 'a\\377b\\n' >&2; echo ' '; echo '- -' >&2; exit 5") == "key_command sh exited with 5"
    assert told == ["key_command sh stderr: a\ufffdb", "key_command sh stderr: - -"]
    assert hear("echo first >&2; printf '%09000d' 0 >&2; echo abc") == "abc"
    assert told == ["key_command sh stderr: first"]
    assert hear("printf '%08193d\\n' 0 >&2; echo abc") == "abc"
    assert told == [f"key_command sh stderr: {'0' * 199}…"]
    assert hear("yes noise | head -c 100000 >&2; echo abc") == "abc"
    assert told == ["key_command sh stderr: noise"] * 20


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ("abc\nlogin: me\n", "abc"),
        ("abc\n\nurl: https://a.example\notpauth://totp/x", "abc"),
        ("abc\nempty:\n", "abc"),
        ("abc\ndef\n", None),
        ("abc\nlogin: me\ndef\n", None),
        ("abc\n:me\n", None),
        ("abc\nlogin:me\n", None),
        ("\nlogin: me\n", None),
    ],
)
def test_the_first_line_of_a_pass_entry_is_the_key(tmp_path: Path, entry: str, key: str | None) -> None:
    (tmp_path / "entry").write_text(entry)
    if key:
        assert KeySource("key_command", ("cat", "entry"), str(tmp_path)).read(HERE, Deadline(9)).reveal() == key
    else:
        assert "the key from key_command cat" in said("key_command", "cat", str(tmp_path / "entry"))


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], Any]:
    """A fake keyring: for each entry a key, an exception to raise, or seconds to wait."""
    kept: dict[tuple[str, str], Any] = {}

    def get(service: str, user: str) -> str | None:
        found = kept.get((service, user))
        if isinstance(found, Exception):
            raise found
        if isinstance(found, float):
            time.sleep(found)
            return "late"
        return found

    def put(service: str, user: str, key: str) -> None:
        if isinstance(kept.get((service, user)), Exception):
            raise kept[service, user]
        kept[service, user] = key

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=get, set_password=put))
    return kept


def test_a_key_is_stored_in_and_read_from_the_keyring(keyring: dict[tuple[str, str], Any]) -> None:
    store_in_keyring("balance/main/1", Secret("abc"))
    assert keyring == {("balance", "main/1"): "abc"}
    assert read("key_keyring", "balance/main/1") == "abc"
    assert said("key_keyring", "balance/other") == (
        "the keyring has no entry for balance/other (keyring set balance other)"
    )
    keyring["balance", "slow"] = 5.0
    assert said("key_keyring", "balance/slow", seconds=0.2) == "the keyring did not respond within 0.2 s (unlock it)"
    waiting = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    assert waiting
    assert all(thread.daemon for thread in waiting)


def test_a_failing_keyring_is_reported(keyring: dict[tuple[str, str], Any]) -> None:
    keyring["balance", "main"] = OSError("abc")
    assert said("key_keyring", "balance/main") == f"the keyring failed (OSError) ({OTHERWISE})"
    with pytest.raises(Misconfigured) as caught:
        store_in_keyring("balance/main", Secret("abc"))
    assert caught.value.describe() == "the keyring did not store the key (OSError) (use --key-file)"


def test_a_missing_keyring_package_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert said("key_keyring", "balance/main") == (
        f"the keyring is not installed: pip install 'balance-cli[keyring]' ({OTHERWISE})"
    )
    with pytest.raises(Misconfigured) as caught:
        store_in_keyring("balance/main", Secret("abc"))
    assert caught.value.describe() == "the keyring is not installed (pip install 'balance-cli[keyring]')"
