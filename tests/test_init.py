"""`balance init`: what it finds, tries, asks and writes, and that it shows no key."""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import trustme

from balance_cli.exits import Exit
from balance_cli.provider import Provider
from balance_cli.providers import find, ids
from balance_cli.providers._absent import ABSENT
from checked import server_context
from conftest import KEY, Balance
from faults import proxying
from stub import Stub
from terminal import Terminal

PAYG: Final = {"remaining_usd": 12.5, "used_usd": 7.5, "total_usd": 20, "is_unlimited": False}
WALLET: Final = {"currency": "CNY", "total_balance": "110", "granted_balance": "10", "topped_up_balance": "100"}
ANSWERS: Final = {
    "GET /v1/dashboard/billing/credits": {"answer": {"is_subscriber": False, "payg": PAYG}},
    "GET /api/v1/chat/credit": {"answer": {"code": 200, "msg": "success", "data": 100}},
    "GET /user/balance": {"answer": {"is_available": True, "balance_infos": [WALLET]}},
    "GET /v1/organization/spend_limit": {"status": 404, "answer": {}},
}
"""The answers of Apertis, Apikley, DeepSeek and OpenAI."""
KEYS: Final = {"APERTIS_API_KEY": KEY, "APIKLEY_API_KEY": KEY, "STEPFUN_API_KEY": KEY}
QUESTION: Final = "Alert below which amount? [1USD]: "


@contextmanager
def answering(balance: Balance, authority: trustme.CA, answers: Mapping[str, Any], **more: Any) -> Iterator[Stub]:
    """Answer for the hosts of some providers, for the keys in the environment; reject every other request."""
    hosts = [urlsplit(find(name).base).netloc for name in ("apertis", "apikley", "deepseek", "openai", "stepfun")]
    exchanges = [{"request": request, **answer} for request, answer in answers.items()]
    given = {"always": {"status": 401, "answer": {}}, **more}
    context = server_context(authority, *hosts)
    with Stub(exchanges=exchanges, tls=context, **given) as stub, proxying(to=stub.port) as proxy:
        balance.env["HTTPS_PROXY"] = f"http://127.0.0.1:{proxy.port}"
        yield stub


def test_in_a_pipe_init_prints_the_config_and_writes_nothing(balance: Balance) -> None:
    balance.env.update({"APERTIS_API_KEY": KEY, "ZENMUX_MANAGEMENT_API_KEY": KEY})
    ended = balance("init")
    assert ended.code == Exit.OK
    assert not balance.config.exists()
    assert "was not changed" in ended.err
    balance.write(ended.out)
    assert "no problems" in balance("config", "check").out
    listed = json.loads(balance("profile", "list", "--json").out)
    assert [profile["profile"] for profile in listed] == ["apertis", "zenmux"]
    again = balance("init")
    assert (again.code, again.out) == (Exit.OK, "")
    assert "has a profile for each" in again.err


def test_every_usual_variable_and_its_aliases_are_found(balance: Balance) -> None:
    usual = {one.env[0] for one in map(find, ids()) if one.base and one.env and not one.required}
    balance.env.update({name: KEY for names in usual for name in names.split("+")})
    assert variables(balance("init").out) == usual
    balance.env.clear()
    balance.env.update({"HUGGING_FACE_HUB_TOKEN": KEY, "MOONSHOT_KEY": KEY})
    assert variables(balance("init").out) == set(balance.env)


def variables(config: str) -> set[str]:
    """Return the variables named in a config."""
    return {line.partition(" = ")[2].strip('"') for line in config.splitlines() if line.startswith("key_env")}


def test_keys_in_files_of_other_tools_are_referenced_by_path(balance: Balance) -> None:
    token = balance.home / ".cache" / "huggingface" / "token"
    store = balance.home / ".local" / "share" / "opencode" / "auth.json"
    for file, text in ((token, KEY), (store, json.dumps({"opencode-go": {"type": "api", "key": KEY}}))):
        file.parent.mkdir(parents=True)
        file.write_text(text)
    found = balance("init")
    assert KEY not in found.out
    balance.write(found.out)
    assert 'key_file = "~/.cache/huggingface/token"' in found.out
    assert 'key_file = "~/.local/share/opencode/auth.json"' in found.out
    assert "key_command" not in found.out
    proxy = {"HTTPS_PROXY": "http://127.0.0.1:9"}  # the keys are read, but never leave this machine
    ended = json.loads(balance("check", "--json", "--timeout", "3", env=proxy).out)
    assert [profile["provider"] for profile in ended["profiles"]] == ["huggingface", "opencode-go"]
    assert {profile["error"]["kind"] for profile in ended["profiles"]} == {"unreachable"}
    assert balance("init").out == ""


@pytest.mark.parametrize("text", ["", "{", "[]", '{"opencode-go": {"key": 5}}', '{"other": {"key": "x"}}', "\x00\xff"])
def test_a_file_without_the_key_is_skipped(balance: Balance, text: str) -> None:
    store = balance.home / ".local" / "share" / "opencode" / "auth.json"
    store.parent.mkdir(parents=True)
    store.write_bytes(text.encode("latin-1"))
    ended = balance("init")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert "found no new keys" in ended.err


def test_on_a_terminal_init_asks_about_each_key_and_keeps_the_existing_config(balance: Balance) -> None:
    balance.write('# mine\n[profiles.apikley]\nprovider = "apimart"\nkey_env = "OTHER"\n')
    balance.env.update({"APERTIS_API_KEY": KEY, "APIKLEY_API_KEY": KEY, "APIMART_API_KEY": KEY})
    with Terminal([balance.program, "init", "--no-try"], balance.environment()) as terminal:
        terminal.until("Found 3 keys")
        terminal.until(QUESTION)
        terminal.type("none\r")
        terminal.until("Apertis: add profile apertis with the key from $APERTIS_API_KEY? [Y/n]")
        terminal.type("\r")
        terminal.until("Apikley: add profile apikley-2 with the key from $APIKLEY_API_KEY? [Y/n]")
        terminal.type("y\r")
        terminal.until("APIMart: add profile apimart with")
        terminal.type("n\r")
        terminal.until("added apertis apikley-2")
        assert terminal.end() == Exit.OK
    text = balance.config.read_text()
    assert text.startswith("# mine\n[profiles.apikley]\n")
    assert text.endswith('[profiles.apikley-2]\nprovider = "apikley"\nkey_env = "APIKLEY_API_KEY"\n')
    assert "[profiles.apimart]" not in text
    assert KEY not in text


@pytest.mark.parametrize("answer", ["q", "x", "yep", "nope", "yn", "1", "ja"])
def test_an_answer_other_than_yes_or_no_repeats_the_question(balance: Balance, answer: str) -> None:
    balance.env.update({"APERTIS_API_KEY": KEY, "APIKLEY_API_KEY": KEY})
    with Terminal([balance.program, "init", "--no-try", "--min", "none"], balance.environment()) as terminal:
        terminal.until("$APERTIS_API_KEY? [Y/n]")
        terminal.type(f"{answer}\r")
        terminal.until("answer y or n\r\nApertis: add profile apertis")
        terminal.type("No\r")
        terminal.until("$APIKLEY_API_KEY? [Y/n]")
        terminal.type("YES\r")
        assert terminal.end() == Exit.OK
    assert balance.config.read_text() == '[profiles.apikley]\nprovider = "apikley"\nkey_env = "APIKLEY_API_KEY"\n'


@pytest.mark.parametrize(("keys", "code"), [("\x03", Exit.INTERRUPTED), ("\x04", Exit.MISCONFIGURED)])
def test_aborting_halfway_adds_nothing(balance: Balance, keys: str, code: Exit) -> None:
    balance.env.update({"APERTIS_API_KEY": KEY, "APIKLEY_API_KEY": KEY})
    with Terminal([balance.program, "init", "--no-try", "--min", "none"], balance.environment()) as terminal:
        terminal.until("$APERTIS_API_KEY?")
        terminal.type("y\r")
        terminal.until("$APIKLEY_API_KEY?")
        assert terminal.leave(keys) == code
    assert not balance.config.exists()


def test_on_a_terminal_init_tries_every_key_before_it_asks(balance: Balance, trusted: trustme.CA) -> None:
    balance.env.update(KEYS)
    with (
        answering(balance, trusted, ANSWERS) as stub,
        Terminal([balance.program, "init"], balance.environment()) as tty,
    ):
        tty.until(QUESTION)
        assert {asked.headers["authorization"] for asked in stub.asked} == {f"Bearer {KEY}"}
        assert len(stub.asked) == 3
        lines = [line.rpartition("\x1b[K")[2].split(maxsplit=1) for line in tty.text.splitlines()]
        assert ["apertis", "12.50 USD"] in lines
        assert ["apikley", "100 credits"] in lines
        assert ["stepfun", "rejected: HTTP 401"] in lines
        tty.type("five\r")
        tty.until('must be an amount like 5, 5USD, 100credits or 10%, not "five"')
        tty.type("5 USD\r")
        tty.until("add profile apertis with the key from $APERTIS_API_KEY? [Y/n]")
        tty.type("\r")
        tty.until("add profile apikley with the key from $APIKLEY_API_KEY? [Y/n]")
        tty.type("\r")
        tty.until("add profile stepfun with the key from $STEPFUN_API_KEY? [y/N]")
        tty.type("\r")
        tty.until("no minimum was set for apikley: a minimum of 5 USD cannot be compared")
        tty.until(f"balance: added apertis apikley to {balance.config} (run `balance check`)")
        assert tty.end() == Exit.OK
    assert balance.config.read_text() == (
        '[profiles.apertis]\nprovider = "apertis"\nkey_env = "APERTIS_API_KEY"\nmin = "5 USD"\n\n'
        '[profiles.apikley]\nprovider = "apikley"\nkey_env = "APIKLEY_API_KEY"\n'
    )


@pytest.mark.parametrize(
    ("given", "minimum"),
    [([], "1USD"), (["--min", "5USD"], "5USD"), (["--min", "10%"], "10%"), (["--min", "none"], None)],
    ids=["default", "amount", "share", "none"],
)
def test_yes_adds_the_keys_that_work_and_ends_with_the_trouble_of_the_others(
    balance: Balance, trusted: trustme.CA, given: list[str], minimum: str | None
) -> None:
    balance.env.update(KEYS)
    with answering(balance, trusted, ANSWERS):
        ended = balance("init", "--yes", *given)
    assert (ended.code, ended.out) == (Exit.UNKNOWN, "")
    assert "stepfun  rejected: HTTP 401\n" in ended.err
    assert ended.err.endswith(f"balance: added apertis apikley to {balance.config} (run `balance check`)\n")
    text = balance.config.read_text()
    assert "stepfun" not in text
    assert text.count(f'min = "{minimum}"') == (minimum is not None)
    assert ("no minimum was set for apikley" in ended.err) == (minimum is not None)
    assert "no problems" in balance("config", "check").out


def test_yes_ends_with_ok_if_every_key_works(balance: Balance, trusted: trustme.CA) -> None:
    balance.env["APERTIS_API_KEY"] = KEY
    empty = {"is_subscriber": False, "payg": {**PAYG, "remaining_usd": 0}}
    with answering(balance, trusted, {"GET /v1/dashboard/billing/credits": {"answer": empty}}):
        ended = balance("init", "--yes")
    assert ended.code == Exit.OK
    assert "apertis  0.00 USD\n" in ended.err
    assert "[profiles.apertis]" in balance.config.read_text()


def test_a_key_in_two_variables_is_found_by_both(balance: Balance) -> None:
    balance.env.update({"VONAGE_API_KEY": "abcdef", "VONAGE_API_SECRET": KEY})
    with Terminal([balance.program, "init", "--no-try", "--min", "none"], balance.environment()) as terminal:
        terminal.until("add profile vonage with the key from $VONAGE_API_KEY and $VONAGE_API_SECRET? [Y/n]")
        assert terminal.leave("\r") == Exit.OK
    assert 'key_env = "VONAGE_API_KEY+VONAGE_API_SECRET"' in balance.config.read_text()
    assert "has a profile for each" in balance("init").err


def test_yes_adds_nothing_if_no_key_works(balance: Balance, trusted: trustme.CA) -> None:
    balance.env.update(KEYS)
    with answering(balance, trusted, {}):
        ended = balance("init", "--yes")
    assert ended.code == Exit.UNKNOWN
    assert ended.err.endswith("balance: nothing was added\n")
    assert not balance.config.exists()


def test_all_keys_are_tried_at_once(balance: Balance, trusted: trustme.CA) -> None:
    balance.env.update(KEYS)
    with answering(balance, trusted, {}, always={"text": "[]"}, together=threading.Barrier(3)) as stub:
        ended = balance("init", "--yes")
    assert len(stub.asked) == 3
    assert ended.err.count("the response is not as documented") == 3, ended.err


def test_without_trying_every_key_is_added_and_no_request_is_made(balance: Balance, trusted: trustme.CA) -> None:
    balance.env.update(KEYS)
    with answering(balance, trusted, ANSWERS) as stub:
        ended = balance("init", "--yes", "--no-try", "--min", "5USD")
        assert stub.asked == []
    assert ended.code == Exit.OK
    text = balance.config.read_text()
    assert [text.count(words) for words in ("[profiles.", 'min = "5USD"')] == [3, 2]
    assert "no minimum was set for apikley: 5 USD cannot be compared: Apikley has balances in credits\n" in ended.err


def test_a_pipe_makes_no_requests_and_prints_the_minimum(balance: Balance, trusted: trustme.CA) -> None:
    balance.env.update(KEYS)
    with answering(balance, trusted, ANSWERS) as stub:
        ended = balance("init", "--min", "5USD")
        assert stub.asked == []
    assert ended.code == Exit.OK
    assert [ended.out.count(words) for words in ("[profiles.", 'min = "5USD"')] == [3, 2]
    assert not balance.config.exists()


def test_the_units_that_were_read_decide_about_the_minimum(balance: Balance, trusted: trustme.CA) -> None:
    balance.env.update({"DEEPSEEK_API_KEY": KEY, "OPENAI_ADMIN_KEY": "sk-admin-0123456789"})
    bucket = {"results": [{"amount": {"value": 3, "currency": "usd"}}]}
    costs = {"answer": {"has_more": False, "next_page": None, "data": [bucket]}}
    with answering(balance, trusted, ANSWERS, always=costs):
        ended = balance("init", "--yes")
    assert ended.code == Exit.OK, ended.err
    assert "  openai    3.00 USD used\n" in ended.err
    assert (
        "no minimum was set for deepseek: a minimum of 1 USD cannot be compared: the balances are in CNY\n" in ended.err
    )
    assert "no minimum was set for openai: the remaining amount of month is unknown" in ended.err
    assert "min =" not in balance.config.read_text()


def test_a_minimum_in_the_defaults_applies_without_a_question(balance: Balance) -> None:
    balance.write('[defaults]\nmin = "7USD"\n')
    balance.env["APERTIS_API_KEY"] = KEY
    with Terminal([balance.program, "init", "--no-try"], balance.environment()) as terminal:
        terminal.until("The minimum in [defaults] applies: 7 USD.")
        terminal.until("$APERTIS_API_KEY? [Y/n]")
        assert terminal.leave("\r") == Exit.OK
        assert QUESTION not in terminal.text
    assert balance.config.read_text().count("min =") == 1


def test_an_invalid_minimum_is_refused_before_anything_is_tried(balance: Balance, trusted: trustme.CA) -> None:
    balance.env.update(KEYS)
    with answering(balance, trusted, ANSWERS) as stub:
        ended = balance("init", "--yes", "--min", "5,0")
        assert stub.asked == []
    assert ended.code == Exit.MISCONFIGURED
    assert '--min must be an amount like 5, 5USD, 100credits or 10%, not "5,0"' in ended.err
    assert not balance.config.exists()


def test_a_variable_shared_by_providers_is_offered_once(balance: Balance) -> None:
    names = [provider.env[0] for provider in map(find, ids()) if provider.base and provider.env]
    balance.env.update({name: KEY for provider in map(find, ids()) for name in provider.env if name in names})
    tables = balance("init").out.split("[profiles.")[1:]
    variables = [table.partition("key_env = ")[2].strip() for table in tables]
    assert len(variables) == len(set(variables)) > 50


UNFIT: Final = [(provider, name) for provider in map(find, ids()) for name in provider.unfit]


@pytest.mark.parametrize(("provider", "name"), UNFIT, ids=[name for _, name in UNFIT])
def test_a_key_of_the_wrong_kind_is_explained_until_the_right_one_is_there(
    balance: Balance, provider: Provider, name: str
) -> None:
    balance.env[name] = KEY
    line = f"balance: {name} is set, but {provider.unfit[name]} ({provider.env[0]})\n"
    ended = balance("init")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert ended.err.startswith(line)
    assert name not in balance("init", env={provider.env[0]: KEY}).err
    balance.write(f'[profiles.x]\nprovider = "{provider.id}"\nkey_env = "OTHER"\n')
    assert name not in balance("init").err


def test_the_openai_key_of_a_program_is_explained(balance: Balance) -> None:
    ended = balance("init", env={"OPENAI_API_KEY": KEY})
    assert "OPENAI_API_KEY is set, but reading costs needs an admin key (OPENAI_ADMIN_KEY)\n" in ended.err


def test_a_vendor_without_an_endpoint_is_explained_with_its_hint(balance: Balance) -> None:
    balance.env.update({name: KEY for vendor in map(find, ABSENT) for name in vendor.env[-1:]})
    lines = balance("init").err.splitlines()[:-1]
    assert lines == [
        f"balance: {vendor.env[-1]} is set, but {vendor.name} has no endpoint for a balance ({vendor.absent})"
        for vendor in map(find, ABSENT)
    ]
    balance.env.clear()
    balance.env.update({"GROQ_API_KEY": KEY})
    balance.write('[profiles.x]\nprovider = "apertis"\nkey_env = "GROQ_API_KEY"\n')
    assert "GROQ" not in balance("init").err


def test_no_variable_of_a_provider_is_said_to_be_useless() -> None:
    useful = {name for provider in map(find, ids()) for names in provider.env for name in names.split("+")}
    assert not useful & {name for _, name in UNFIT}
    assert not useful & {name for vendor in map(find, ABSENT) for name in vendor.env}


def test_a_check_without_a_config_suggests_init(balance: Balance) -> None:
    ended = balance("check")
    assert ended.code == Exit.MISCONFIGURED
    assert "balance init" in ended.err


def test_an_invalid_config_is_not_modified(balance: Balance) -> None:
    balance.write("[profiles.x]\nprovider = 5\n")
    balance.env["APERTIS_API_KEY"] = KEY
    assert balance("init").code == Exit.MISCONFIGURED
    Path(balance.config).chmod(0o666)
    assert balance("init").code == Exit.MISCONFIGURED
    assert os.environ.get("APERTIS_API_KEY") is None
