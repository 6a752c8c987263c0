"""Config files: problems are reported with their line before any request, and no file blocks."""

import json
import os
import re
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from balance_cli.config.units import explain_incomparable
from balance_cli.exits import Exit
from balance_cli.minimum import Minimum
from balance_cli.providers import find
from conftest import Balance
from stub import Stub

CUSTOM: Final = '[profiles.main]\nprovider = "custom"\n'
OPENAI: Final = '[profiles.main]\nprovider = "openai"\n'
PROFILE: Final = '[profiles.main]\nprovider = "apertis"\n'


def problems(balance: Balance, text: str, *, stops: bool = True) -> list[str]:
    """Return the problems that `config check` reports, without the file name; with ``stops``, a check fails too."""
    file = balance.write(text)
    ended = balance("config", "check")
    assert ended.code == Exit.MISCONFIGURED
    assert ended.err.startswith(f"balance: {file} has ")
    if stops:
        stopped = balance("check")
        assert (stopped.code, stopped.out) == (Exit.MISCONFIGURED, "")
        assert str(file) in stopped.err
    return [line.removeprefix(f"{file}: ") for line in ended.out.splitlines()]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"{PROFILE}mim = 5\n", 3, 'did you mean "min"?'),
        (f"# a comment\n\n{PROFILE}\nmin = 'x'\n", 6, ', not "x"'),
        (f"{PROFILE}min = nan\n", 3, "must be an amount"),
        (f"{PROFILE}min = inf\n", 3, "must be an amount"),
        (f"{PROFILE}min = 1e400\n", 3, "must be an amount"),
        (f"{PROFILE}min = true\n", 3, "min must be an amount"),
        (f"{PROFILE}min = []\n", 3, "min is an empty list"),
        (f'{PROFILE}min = [\n  "5USD",\n  "ten",\n]\n', 3, ', not "ten"'),
        (f"{PROFILE}budget = '10%'\n", 3, "budget must be an amount above zero"),
        (f"{PROFILE}unit = 'USD'\n", 3, "Apertis reports its own unit"),
        (f"{PROFILE}key_env = 'A'\nkey_file = 'b'\n", 4, "key_env and key_file: keep one"),
        (f"{PROFILE}key_env = 'sk-live-123'\n", 3, "not the key itself"),
        (f"{PROFILE}key_env = 'AN_ID+sk-live'\n", 3, "not the key itself"),
        (f"{PROFILE}key_env = 'AN_ID+'\n", 3, "not the key itself"),
        ("[profiles.main]\nprovider = 'aws'\n", 1, 'AWS Budgets needs account_id: add account_id = "…", the 12 digits'),
        (f"{PROFILE}key_command = 'op read x'\n", 3, "key_command must be a list of words"),
        (f"{PROFILE}key_command = []\n", 3, "key_command must be a list of words"),
        (f"{PROFILE}key_keyring = 'balance'\n", 3, "SERVICE/USER"),
        (f"{PROFILE}base_url = 'http://relay.example.com'\n", 3, "must begin with https://"),
        (f"{PROFILE}base_url = 'http://127.0.0.1.example.com'\n", 3, "must begin with https://"),
        (f"{PROFILE}base_url = 'https://user:pass@example.com'\n", 3, "without user, password or query"),
        (f"{PROFILE}base_url = 'https://example.com/?a=b'\n", 3, "without user, password or query"),
        (f"{PROFILE}base_url = 'ftp://example.com'\n", 3, "must be a URL that begins with https://"),
        (f"{PROFILE}base_url = 'file:///etc/passwd'\n", 3, "must be a URL that begins with https://"),
        (f'{PROFILE}base_url = "https://example.com\\n"\n', 3, "must be a string on one line"),
        (f"{PROFILE}base_url = 'https://[::1'\n", 3, "is not a valid URL"),
        ("[profiles.main]\nprovider = 'apertsi'\n", 2, 'did you mean "apertis"?'),
        ("[profiles.main]\nmin = 5\n", 1, "main has no provider"),
        ("[profiles]\nmain = 5\n", 2, "main must be a table: write [profiles.main]"),
        ("[profiles.main]\nprovider = 'new-api'\n", 1, 'add base_url = "https://'),
        (
            "[profiles.main]\nprovider = 'kie-like'\nbase_url = 'https://a.example'\npath = 'x'\n",
            1,
            "must begin with a slash",
        ),
        (f"{OPENAI}budget_period = 'year'\n", 1, "budget_period must be one of"),
        (f"{OPENAI}budget_period = 'total'\n", 1, "require each other"),
        (f"{OPENAI}budget_since = 2026-11-01\n", 1, "require each other"),
        (f"{OPENAI}budget_period = 'total'\nbudget_since = 'May'\n", 1, "must be a day"),
        (f"{CUSTOM}url = 'http://example.com/x'\nunit = 'USD'\nremaining = 'a'\n", 1, "url must begin with https://"),
        (f"{CUSTOM}url = 'https://a.example'\nremaining = 'a'\n", 1, "add unit: "),
        (f"{CUSTOM}url = 'https://a.example'\nunit = 'USD'\nlimit = 'a'\n", 1, "add remaining, or used and limit"),
        (
            f"{CUSTOM}url = 'https://a.example'\nunit = 'USD'\nremaining = 'a['\n",
            1,
            "remaining is not a valid JMESPath",
        ),
        (
            f"{CUSTOM}url = 'https://a.example'\nunit = 'USD'\nremaining = 'a'\nper_unit = 0\n",
            1,
            "per_unit must be a number",
        ),
        (f"{CUSTOM}url = 'https://a.example'\nunit = 'USD'\nremaining = 'a'\nauth = 'a b'\n", 1, "auth must be"),
        (f"{CUSTOM}url = 'https://a.example'\nunit = 'USD'\nremaining = 'a'\nmethod = 'PUT'\n", 1, "method must be"),
        ("profiles = 5\n", 1, "profiles must be a table"),
        (f"{PROFILE}[profile.other]\nprovider = 'apertis'\n", 3, 'did you mean "profiles"?'),
        (f"[defaults]\ntimout = 5\n{PROFILE}", 2, 'did you mean "timeout"?'),
        (f"[defaults]\ntimeout = 0\n{PROFILE}", 2, "timeout must be a time"),
        (f"[defaults]\ntimeout = nan\n{PROFILE}", 2, "timeout must be a time"),
        ("[profiles.'../x']\nprovider = 'apertis'\n", 1, "is not a valid name"),
        ("[profiles.'$(id)']\nprovider = 'apertis'\n", 1, "is not a valid name"),
        ("[profiles.'a b']\nprovider = 'apertis'\n", 1, "is not a valid name"),
        ("[profiles.'*']\nprovider = 'apertis'\n", 1, "is not a valid name"),
        ("[profiles.'😀']\nprovider = 'apertis'\n", 1, "is not a valid name"),
    ],
)
def test_problems_are_reported_with_their_line(balance: Balance, text: str, line: int, words: str) -> None:
    (found,) = problems(balance, text)
    assert found.startswith(f"line {line}: ")
    assert words in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[profiles.main\n", "line 1"),
        (f"{PROFILE}{PROFILE}", "line 3"),
        (f"\ufeff{PROFILE}", "line 1"),
        (f"{PROFILE}min = {'[' * 5000}\n", "too deeply nested"),
        (f"{PROFILE}min = {'9' * 5000}\n", "too long"),
    ],
    ids=["an unfinished header", "a duplicate table", "a byte order mark", "deep nesting", "a long value"],
)
def test_invalid_toml_is_reported_with_its_line(balance: Balance, text: str, words: str) -> None:
    (found,) = problems(balance, text)
    assert words in found


def test_all_problems_are_reported_at_once(balance: Balance) -> None:
    found = problems(balance, f"[defaults]\nmin = 'x'\n{PROFILE}mim = 5\nunit = 'USD'\n[profiles.b]\n")
    assert [line.partition(":")[0] for line in found] == ["line 2", "line 5", "line 6", "line 7"]


def test_an_invalid_provider_hides_no_other_problem(balance: Balance) -> None:
    for provider in ("provider = 'apertsi'", "provider = 5", ""):
        wrong = (
            f"{provider}\nmim = 5\nmin = 'x'\nbudget = '10%'\nbase_url = 'ftp://a'\nkey_env = 'sk-live'\nunit = '$'\n"
        )
        found = problems(balance, f"[profiles.main]\n{wrong}")
        numbers = [int(line.split(":")[0].removeprefix("line ")) for line in found]
        assert sorted(numbers) == [2 if provider else 1, 3, 4, 5, 6, 7, 8]
        assert any("not the key itself" in line for line in found)
    text = "[profiles.main]\nprovider = 'opnai'\nbudget_period = 'day'\nurl = 'https://a.example'\nunit = 'EUR'\n"
    (only,) = problems(balance, text)
    assert 'did you mean "openai"?' in only


@pytest.mark.parametrize(
    ("provider", "amount", "words"),
    [
        ("apertis", "5 dollars", "Apertis has balances in USD and quota"),
        ("openrouter", "5dollars", "OpenRouter has balances in USD and requests"),
        ("apikley", "5 credit", 'Apikley has balances in credits: did you mean "credits"?'),
        ("apikley", "5 USD", "Apikley has balances in credits"),
        ("twilio", "5 dollars", "Twilio has balances in its currency"),
        ("moonshot", "5 yuan", "has balances in USD"),
        ("deepseek", "5 dollars", "DeepSeek has balances in CNY and USD"),
    ],
)
def test_a_minimum_in_a_unit_the_provider_never_uses_is_reported(
    balance: Balance, provider: str, amount: str, words: str
) -> None:
    text = f"[profiles.main]\nprovider = '{provider}'\nmin = ['10%', '{amount}']\n"
    (found,) = problems(balance, text, stops=False)
    assert found.startswith("line 3: min: 5 ")
    assert "cannot be compared" in found
    assert words in found


def test_a_budget_or_default_in_an_unknown_unit_is_reported(balance: Balance) -> None:
    assert "OpenAI has balances in USD" in problems(balance, f"{OPENAI}budget = '100 dollars'\n", stops=False)[0]
    (found,) = problems(balance, f"[defaults]\nmin = ['5USD', '100 credis']\n{PROFILE}", stops=False)
    assert found.startswith("line 2: min: 100 credis cannot be compared: no provider has balances in credis")
    assert 'did you mean "credits"?' in found


@pytest.mark.parametrize(
    "text",
    [
        f"{PROFILE}min = ['5 usd', '5USD', '5EUR', '5', '10%', '5 quota']\n",
        "[profiles.main]\nprovider = 'twilio'\nmin = '5 SEK'\n",
        "[profiles.main]\nprovider = 'moonshot'\nunit = 'tokens'\nmin = '5 tokens'\n",
        "[profiles.main]\nprovider = 'new-api'\nbase_url = 'https://a.example'\nmin = '5 dollars'\n",
        "[profiles.main]\nprovider = 'litellm'\nbase_url = 'https://a.example'\nmin = '5 dollars'\n",
        f"{CUSTOM}url = 'https://a.example'\nremaining = 'a'\nunit = 'pears'\nmin = '5 pears'\n",
        "[profiles.main]\nprovider = 'groq'\nmin = '5 dollars'\n",
        "[defaults]\nmin = ['5USD', '100 credits', '5 EUR', '3 flows']\n[profiles.main]\nprovider = 'apikley'\n",
        "[defaults]\nmin = ['5 pears']\n[profiles.main]\nprovider = 'new-api'\nbase_url = 'https://a.example'\n",
    ],
)
def test_a_minimum_in_a_possible_unit_is_accepted(balance: Balance, text: str) -> None:
    balance.write(text)
    assert "no problems" in balance("config", "check").out


def test_a_minimum_may_use_every_unit_of_the_recorded_responses() -> None:
    for file in sorted(Path(__file__).parent.joinpath("providers").glob("*.json")):
        cases = json.loads(file.read_text("utf-8"))["cases"]
        units = {row["unit"] for case in cases for row in case.get("balances", ()) if row["unit"]}
        for unit in filter(re.compile("[A-Za-z_-]+").fullmatch, units):
            assert explain_incomparable(Minimum(Decimal(5), unit), find(file.stem)) == "", file


def test_a_valid_config_is_reported_as_valid(balance: Balance) -> None:
    assert balance("config", "path").out == f"{balance.config}\n"
    assert balance("config", "check").code == Exit.OK
    balance.write(f"{PROFILE}min = ['5USD', 10.5, '10%']\nbase_url = 'http://[::1]:8080/v1'\nbudget = 100\n")
    assert balance("config", "check").out == f"{balance.config}: 1 profile, no problems\n"
    assert balance("profile", "list").out == (
        "PROFILE  PROVIDER  KEY                               MIN\n"
        "main     apertis   $APERTIS_API_KEY or $APERTIS_KEY  5 USD, 10.5, 10%\n"
    )


def test_a_config_with_a_literal_key_must_be_private(balance: Balance) -> None:
    text = f'{PROFILE}key = "sk-literal-123456"\n'
    for mode in (0o644, 0o640, 0o604, 0o620, 0o610, 0o601):
        balance.write(text, mode)
        ended = balance("config", "check")
        assert f"line 3: other users can read this key: chmod 600 {balance.config}" in ended.out
        assert "sk-literal" not in ended.out + ended.err
    balance.write(text, 0o600)
    assert balance("config", "check").code == Exit.OK


def test_a_world_writable_config_is_rejected(balance: Balance) -> None:
    balance.write(PROFILE, 0o646)
    ended = balance("check")
    assert ended.code == Exit.MISCONFIGURED
    assert "chmod o-w" in ended.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_config_is_rejected(balance: Balance) -> None:
    os.chown(balance.write(PROFILE), 12345, 12345)
    ended = balance("check")
    assert ended.code == Exit.MISCONFIGURED
    assert "chown" in ended.err


@pytest.mark.parametrize("place", ["/dev/zero", "directory", "fifo", "dangling", "large", "latin-1"])
def test_an_unreadable_config_never_blocks(balance: Balance, tmp_path: Path, place: str) -> None:
    file = tmp_path / place.strip("/").replace("/", "-")
    match place:
        case "/dev/zero":
            file = Path(place)
        case "directory":
            file.mkdir()
        case "fifo":
            os.mkfifo(file)
        case "dangling":
            file.symlink_to("nowhere")
        case "large":
            with file.open("wb") as opened:
                opened.truncate(100 << 20)
        case "latin-1":
            file.write_bytes(b'# fine\n# f\xfcr\n[profiles.main]\nprovider = "apertis"\n')
    for arguments in (["check"], ["profile", "list"], ["config", "check"]):
        ended = balance(*arguments, "--config", str(file), timeout=10)
        assert ended.code == Exit.MISCONFIGURED
        assert str(file) in ended.err


def test_the_config_comes_from_the_flag_then_the_variable_and_never_from_the_working_directory(
    balance: Balance, tmp_path: Path
) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text('[profiles.one]\nprovider = "apertis"\n')
    two.write_text('[profiles.two]\nprovider = "apertis"\n')
    env = {"BALANCE_CONFIG": str(two)}
    assert "two" in balance("profile", "list", env=env).out
    assert "one" in balance("profile", "list", "--config", str(one), env=env).out
    assert "one" in balance("--config", str(one), "profile", "list", env=env).out
    for name in ("config.toml", "balance.toml", ".balance.toml"):
        (tmp_path / name).write_text(PROFILE)
    done = subprocess.run(
        [balance.program, "profile", "list"], cwd=tmp_path, env=balance.environment(), capture_output=True, check=True
    )
    assert done.stdout == b""
    assert balance("check", "--config", str(tmp_path / "missing.toml")).code == Exit.MISCONFIGURED


def test_a_default_minimum_applies_to_every_profile_without_its_own(balance: Balance) -> None:
    balance.write(
        f"[defaults]\nmin = ['5USD', '100 credits']\ntimeout = 2.5\n{PROFILE}\n"
        "[profiles.b]\nprovider = 'apikley'\nmin = 1\n"
    )
    rows = [line.split()[-4:] for line in balance("profile", "list").out.splitlines()[1:]]
    assert rows[0] == ["5", "USD,", "100", "credits"]
    assert rows[1][-1] == "1"


@pytest.mark.parametrize("answer", ['{"data": {}}', '{"data": {"cents": "many"}}', "[]", "<html>"])
def test_the_hint_for_a_custom_profile_names_the_profile_and_its_url(balance: Balance, answer: str) -> None:
    with Stub(always={"text": answer}) as stub:
        where = f'provider = "custom"\nurl = "{stub.url}/me?id=5"'
        balance.profiles({"shop": f'{where}\nremaining = "data.cents"\nunit = "USD"'})
        ended = balance("check")
    assert ended.code == Exit.UNKNOWN
    assert f"(compare the response of {stub.url}/me with the fields set in profile shop)" in ended.out
    assert "jmespath" not in ended.out.lower()


def test_numbers_may_have_an_exponent_if_they_stay_in_range(balance: Balance) -> None:
    balance.write(f"[defaults]\ntimeout = 1.5e1\nmin_days = 2E0\nmin = 5e0\n{PROFILE}")
    assert "no problems" in balance("config", "check").out
    balance.write(f"[defaults]\ntimeout = 1e400\n{PROFILE}")
    assert "timeout must be a time" in balance("config", "check").out


def test_a_provider_without_a_balance_endpoint_is_misconfigured(balance: Balance) -> None:
    balance.write(f"[profiles.a]\nprovider = 'groq'\n{PROFILE}key_env = 'NO_SUCH'\n")
    ended = balance("check")
    assert ended.code == Exit.MISCONFIGURED
    assert "Groq has no endpoint for a balance" in ended.out
    assert "$NO_SUCH is not set" in ended.out
    assert "no endpoint" in balance("check", "cohere").out
    assert "no endpoint" in balance("providers", "cohere").out
