"""Keys in files of other programs: read at each check, never written, and not sent once they have expired."""

import base64
import json
from pathlib import Path
from typing import Any, Final

import pytest

from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.keys.source import KeySource
from balance_cli.keys.stored import find_beside, find_expiry
from conftest import KEY, Balance
from stub import Stub
from surroundings import HERE

CUSTOM: Final = 'provider = "custom"\nurl = "{url}/me"\nremaining = "left"\nunit = "USD"\n'
FULL: Final = {"answer": {"left": 5}}
PAST: Final = 1_700_000_000
FUTURE: Final = 4_000_000_000


def token(**claims: Any) -> str:
    """Return a JSON Web Token with these claims, without padding, as they are."""
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c2lnbmF0dXJl"])


def check(balance: Balance, document: Any, stub: Stub, field: str = "tokens.access") -> dict[str, Any]:
    """Return the verdict on a profile whose key is in this JSON file."""
    file = balance.home / "auth.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    before = file.read_bytes()
    balance.write(
        f"[profiles.x]\nkey_file = '~/auth.json'\nkey_field = '{field}'\n" + CUSTOM.replace("{url}", stub.url)
    )
    ended = balance("check", "--json")
    assert file.read_bytes() == before
    for secret in ("refresh-", "header."):
        assert secret not in ended.out + ended.err
    profile: dict[str, Any] = json.loads(ended.out)["profiles"][0]
    return profile


def test_a_key_is_read_at_its_field_of_a_json_file(balance: Balance) -> None:
    document = {"tokens": {"access": KEY, "refresh": "refresh-0123456789"}}
    with Stub(always=FULL) as stub:
        assert check(balance, document, stub)["remaining"] == 5
        assert check(balance, {"a": {"key": KEY}}, stub, "values(@)[0].key")["remaining"] == 5
        assert check(balance, f"\ufeff{json.dumps(document)}", stub)["remaining"] == 5
        assert check(balance, {"a.b": {"c.d": KEY}}, stub, '"a.b"."c.d"')["remaining"] == 5
        assert {asked.headers["authorization"] for asked in stub.asked} == {f"Bearer {KEY}"}
        assert not any("refresh" in str(asked) for asked in stub.asked)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("", "is not valid JSON"),
        ("{", "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON"),
        ('{"tokens": null}', "has no key at tokens.access"),
        ('{"tokens": {"access": 5}}', "has no key at tokens.access"),
        ('{"tokens": {"access": ""}}', "is empty"),
        ('{"tokens": {"access": "a b"}}', "other characters that keys never have"),
        (json.dumps({"tokens": {"access": "x" * 9000}}), "is too long for a key"),
        (" " * (1 << 20) + json.dumps({"tokens": {"access": "abc"}}), "has no key at tokens.access"),
    ],
    ids=["empty", "broken", "deep", "signed out", "a number", "no text", "a space", "long", "large"],
)
def test_a_file_without_a_key_at_the_field_is_misconfigured(balance: Balance, document: str, words: str) -> None:
    with Stub(always=FULL) as stub:
        error = check(balance, document, stub)["error"]
        assert stub.asked == []
    assert error["kind"] == "misconfigured"
    assert words in error["message"]
    assert "~/auth.json" in error["message"]


@pytest.mark.parametrize(
    ("beside", "gone"),
    [
        ({"expiresAt": PAST * 1000}, True),
        ({"expires_at": "2023-11-14T22:13:20.5+00:00"}, True),
        ({"expires": PAST}, True),
        ({"expiry_date": PAST * 1000.5}, True),
        ({"access": token(exp=PAST)}, True),
        ({"access": token(exp=PAST), "expires": FUTURE}, True),
        ({"access": token(exp=FUTURE), "expires": FUTURE}, False),
        ({"access": token(iat=PAST)}, False),
        ({"access": "a.b.c"}, False),
        ({"expires": 0}, False),
        ({"expires": None, "expiresAt": "soon"}, False),
    ],
)
def test_an_expired_key_is_not_sent(balance: Balance, beside: dict[str, Any], gone: bool) -> None:
    with Stub(always=FULL) as stub:
        verdict = check(balance, {"tokens": {"access": KEY, **beside}}, stub)
        assert len(stub.asked) == (0 if gone else 1)
    assert verdict["status"] == ("unknown" if gone else "ok")
    if gone:
        assert verdict["error"]["kind"] == "rejected"
        assert "key_file ~/auth.json expired" in verdict["error"]["message"]
        assert "years ago; it was not sent" in verdict["error"]["message"]


def test_the_values_beside_a_key_are_found_and_hidden(tmp_path: Path) -> None:
    file = tmp_path / "auth.json"
    file.write_text(json.dumps({"t": {"access": "abcdefgh", "id": "account-12345", "bad": "a\nb", "n": 5, "exp": 1}}))
    secret = KeySource("key_file", (str(file),), field="t.access").read(HERE, Deadline(9))
    found = find_beside(secret, {"a": "id", "b": "bad", "c": "n", "d": "none", "e": "none || id"})
    assert found == {"a": "account-12345", "e": "account-12345"}
    assert find_expiry(secret) is None
    assert secret.hide("account-12345 abcdefgh") == "account-12345 [key]"
    hiding = secret.with_others(found.values())
    assert hiding.hide("for account-12345 and abcdefgh") == "for [key] and [key]"
    assert hiding.reveal() == "abcdefgh"


def test_a_key_field_needs_a_key_file_and_must_be_jmespath(balance: Balance) -> None:
    for text, words in (
        ('key_field = "a"', "key_field needs key_file"),
        ('key_env = "A"\nkey_field = "a"', "key_field needs key_file"),
        ('key_file = "a"\nkey_field = "a["', "key_field is not a valid JMESPath expression"),
        ('key_file = "a"\nkey_field = 5', "key_field must be a string"),
        (f'key_file = "a"\nkey_field = "{KEY}"', "key_field must say where the key is"),
    ):
        balance.write(f'[profiles.x]\nprovider = "apertis"\n{text}\n')
        ended = balance("config", "check")
        assert ended.code == Exit.MISCONFIGURED
        assert words in ended.out + ended.err, text


def test_profile_add_takes_a_field_of_a_json_file(balance: Balance) -> None:
    file = balance.home / "auth.json"
    file.write_text(json.dumps({"tokens": {"access": KEY}}))
    add = ("profile", "add", "x", "--provider", "apertis", "--key-file", str(file), "--key-field", "tokens.access")
    assert balance(*add, "--no-check").code == Exit.OK
    assert 'key_field = "tokens.access"' in balance.config.read_text()
    refused = balance("profile", "add", "y", *add[3:], "--no-check", "--key-stdin", stdin=KEY)
    assert refused.code == Exit.MISCONFIGURED
    assert "key_field and a key from stdin exclude each other" in refused.err


def test_the_first_usual_file_with_a_key_is_read_if_no_variable_is_set(tmp_path: Path) -> None:
    files = {f"{tmp_path}/one.json": "key", f"{tmp_path}/*.json": "key", f"{tmp_path}/two.json": "key"}
    source = KeySource("key_env", ("BALANCE_TEST_UNSET",), files=files)
    assert str(source) == f"$BALANCE_TEST_UNSET or {tmp_path}/one.json or {tmp_path}/two.json"
    with pytest.raises(Misconfigured, match=r"no key in \$BALANCE_TEST_UNSET or "):
        source.read(HERE, Deadline(9))
    (tmp_path / "two.json").write_text('{"key": "second"}')
    assert source.read(HERE, Deadline(9)).reveal() == "second"
    (tmp_path / "one.json").write_text('{"key": null}')
    assert source.read(HERE, Deadline(9)).reveal() == "second"
    (tmp_path / "one.json").write_text('{"key": "first"}')
    assert source.read(HERE, Deadline(9)).reveal() == "first"
    (tmp_path / "one.json").write_text("{")
    (tmp_path / "two.json").unlink()
    with pytest.raises(Misconfigured, match=r"one.json is not valid JSON"):
        source.read(HERE, Deadline(9))


LOGIN: Final = token(exp=FUTURE)


def sign_in(balance: Balance, folder: str = ".codex", **tokens: Any) -> Path:
    """Write the file of a Codex login."""
    file = balance.home / folder / "auth.json"
    file.parent.mkdir(exist_ok=True)
    login = {"access_token": LOGIN, "refresh_token": "refresh-0123456789", "account_id": "workspace-0123", **tokens}
    file.write_text(json.dumps({"OPENAI_API_KEY": None, "tokens": login}))
    return file


def check_codex(balance: Balance, stub: Stub, **env: str) -> dict[str, Any]:
    """Return the verdict on a profile that names only its provider."""
    balance.write(f'[profiles.codex]\nprovider = "codex"\nbase_url = "{stub.url}"\n')
    ended = balance("check", "--json", env=env)
    assert "refresh-" not in ended.out + ended.err
    assert "eyJ" not in ended.out + ended.err
    profile: dict[str, Any] = json.loads(ended.out)["profiles"][0]
    return profile


WINDOW: Final = {"used_percent": 12, "limit_window_seconds": 604_800, "reset_at": FUTURE}
USAGE: Final = {
    "answer": {"plan_type": "plus", "rate_limit": {"allowed": True, "primary_window": WINDOW, "secondary_window": None}}
}


def test_a_provider_alone_reads_the_file_of_its_own_tool(balance: Balance) -> None:
    file = sign_in(balance)
    before = file.read_bytes(), file.stat().st_mtime_ns
    with Stub(always=USAGE) as stub:
        assert check_codex(balance, stub)["remaining"] == 88
        asked = stub.asked[0]
        assert asked.headers["authorization"] == f"Bearer {LOGIN}"
        assert asked.headers["chatgpt-account-id"] == "workspace-0123"
        assert asked.headers["user-agent"].startswith("balance-cli/")
        assert (file.read_bytes(), file.stat().st_mtime_ns) == before
        other = sign_in(balance, "elsewhere", account_id="workspace-9876")
        assert check_codex(balance, stub, CODEX_HOME=str(other.parent))["remaining"] == 88
        assert stub.asked[1].headers["chatgpt-account-id"] == "workspace-9876"
        assert check_codex(balance, stub, CODEX_ACCESS_TOKEN="eyJ.other.token")["remaining"] == 88
        assert stub.asked[2].headers["authorization"] == "Bearer eyJ.other.token"
        assert "chatgpt-account-id" not in stub.asked[2].headers


def test_an_expired_login_says_which_command_to_run(balance: Balance) -> None:
    sign_in(balance, access_token=token(exp=PAST))
    with Stub(always=USAGE) as stub:
        error = check_codex(balance, stub)["error"]
        assert stub.asked == []
    assert error["kind"] == "rejected"
    assert "expired" in error["message"]
    assert error["hint"] == "run `codex` once"


def test_the_workspace_of_a_login_is_hidden_in_an_error(balance: Balance) -> None:
    sign_in(balance)
    message = {"message": "workspace-0123 of canary@example.com is suspended", "code": "forbidden"}
    with Stub(always={"status": 403, "answer": message}) as stub:
        error = check_codex(balance, stub)["error"]
    assert error["message"] == "HTTP 403: [key] of [email] is suspended"


def test_without_a_login_the_places_of_the_key_are_named(balance: Balance) -> None:
    with Stub(always=USAGE) as stub:
        assert check_codex(balance, stub)["error"]["message"] == "no key in $CODEX_ACCESS_TOKEN or ~/.codex/auth.json"
        sign_in(balance, access_token=None)
        assert "has no key at tokens.access_token" in check_codex(balance, stub)["error"]["message"]


def test_init_finds_every_login_of_a_tool(balance: Balance) -> None:
    sign_in(balance)
    sign_in(balance, ".codex-2")
    sign_in(balance, ".codex-3", access_token=None)
    found = balance("init")
    assert LOGIN not in found.out
    balance.write(found.out)
    listed = json.loads(balance("profile", "list", "--json").out)
    places = {"codex": "key_file ~/.codex/auth.json", "codex-2": "key_file ~/.codex-2/auth.json"}
    assert {profile["profile"]: profile["key"] for profile in listed} == places
    assert balance("init").out == ""
    balance.write('[profiles.mine]\nprovider = "codex"\n')
    assert '"~/.codex/auth.json"' not in balance("init").out
    assert '"~/.codex-2/auth.json"' in balance("init").out
