"""What each key of a config is loaded as, and the message for each invalid one, in this process."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from balance_cli.config.load import examine, parse
from balance_cli.config.profile import Config, History, Profile
from balance_cli.keys.source import KeySource
from balance_cli.minimum import Minimum
from balance_cli.providers import find
from surroundings import HERE

MAIN: Final = '[profiles.main]\nprovider = "apertis"\n'
CUSTOM: Final = '[profiles.main]\nprovider = "custom"\nurl = "https://a.example"\n'
OPENAI: Final = '[profiles.main]\nprovider = "openai"\n'
RELAY: Final = '[profiles.main]\nprovider = "new-api"\n'
DAY: Final = 86_400


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The path of a config."""
    return tmp_path / "config.toml"


def examined(file: Path, text: str, *, compare: bool = False) -> tuple[Config, list[str]]:
    """Return the loaded config and its problems."""
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    found, problems = examine(HERE, str(file), compare=compare)
    return found, [str(problem) for problem in problems]


def good(file: Path, text: str) -> Config:
    """Return the loaded config; assert that it has no problems."""
    found, problems = examined(file, text)
    assert problems == []
    return found


def only(file: Path, text: str) -> Profile:
    """Return the only profile of a valid config."""
    [profile] = good(file, text).profiles
    return profile


def test_an_empty_config_has_the_defaults(config: Path) -> None:
    assert good(config, "") == Config(path=config)
    assert Config(path=config) == (config, 15, (), (), None, History(record=False, path=None, keep=365 * DAY), 0)


def test_every_value_of_a_config_is_loaded(config: Path) -> None:
    found = good(
        config,
        '[defaults]\ntimeout = 2.5\nmin = ["5USD", 10]\nmin_days = 3\n'
        '[history]\nrecord = true\npath = "sub/h.db"\nkeep = "30d"\n'
        f'{MAIN}'
        '[profiles.b]\nprovider = "new-api"\nkey_env = "A_KEY"\nmin = "10%"\nmin_days = 7\n'
        'base_url = "https://a.example/v1"\nunit = "EUR"\nbudget = "100EUR"\n',
    )  # fmt: skip
    assert (found.path, found.timeout, found.min_days) == (config, 2.5, Decimal(3))
    assert found.minimums == (Minimum(Decimal(5), "USD"), Minimum(Decimal(10), None))
    assert found.history == History(record=True, path=config.parent / "sub" / "h.db", keep=30 * DAY)
    first, second = found.profiles
    assert first == Profile(
        name="main",
        provider=find("apertis"),
        key=KeySource(kind="key_env", value=("APERTIS_API_KEY", "APERTIS_KEY")),
        minimums=found.minimums,
        options={},
        min_days=Decimal(3),
    )
    assert second == Profile(
        name="b",
        provider=find("new-api"),
        key=KeySource(kind="key_env", value=("A_KEY",), folder=str(config.parent)),
        minimums=(Minimum(Decimal(10), "%"),),
        strict=True,
        base_url="https://a.example/v1",
        unit="EUR",
        budget=Minimum(Decimal(100), "EUR"),
        options={},
        min_days=Decimal(7),
        own_days=True,
    )


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ('key_env = "A_KEY"', "key_env", ("A_KEY",)),
        ('key_command = ["op", "read", "x y"]', "key_command", ("op", "read", "x y")),
        ('key_file = "~/key"', "key_file", ("~/key",)),
        ('key_keyring = "balance/a/b"', "key_keyring", ("balance/a/b",)),
        ('key = "sk-literal-1234567890"', "key", ("sk-literal-1234567890",)),
    ],
)
def test_a_profile_says_where_its_key_is(config: Path, line: str, kind: str, value: tuple[str, ...]) -> None:
    assert only(config, f"{MAIN}{line}\n").key == KeySource(kind=kind, value=value, folder=str(config.parent))


def test_provider_options_become_strings(config: Path) -> None:
    text = f'{OPENAI}budget = 100\nbudget_period = "total"\nbudget_since = 2026-11-01\nproject_id = "p"\n'
    assert only(config, text).options == {"budget_period": "total", "budget_since": "2026-11-01", "project_id": "p"}
    text = f'{CUSTOM}remaining = "left"\nunit = "pears"\nper_unit = 100\n'
    found = only(config, text)
    assert found.options == {"url": "https://a.example", "remaining": "left", "per_unit": "100"}
    assert (found.unit, found.base_url) == ("pears", None)
    assert found.origin == "https://a.example:443"


def test_the_history_path_is_resolved(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    for path, place in (("/a/h.db", "/a/h.db"), ("~/h.db", "/home/me/h.db"), ("h.db", f"{config.parent}/h.db")):
        assert good(config, f'[history]\npath = "{path}"\n').history == History(path=Path(place))
    _, said = examined(config, '[history]\npath = "~nobody-is-called-so/h.db"\n')
    assert said == ["line 2: path names a home directory that does not exist"]


def test_durations_have_units_and_bounds(config: Path) -> None:
    for written, seconds in (("1m", 60), ("12h", 43_200), ("7d", 7 * DAY), ("2w", 14 * DAY), ("99999m", 5_999_940)):
        assert good(config, f'[history]\nkeep = "{written}"\n').history.keep == seconds
    for written, timeout in (("3600", 3600), ("1", 1), (".5", 0.5), ("0.000000001", 1e-9)):
        assert good(config, f'[defaults]\ntimeout = "{written}"\n').timeout == timeout
    assert good(config, "[defaults]\nmin_days = 36500\n").min_days == 36_500


def test_a_budget_may_be_below_one(config: Path) -> None:
    assert only(config, f"{OPENAI}budget = 0.5\n").budget == Minimum(Decimal("0.5"), None)


KEY: Final = "sk-live-12345678901234567890"
TIMEOUT: Final = 'timeout must be a time like "30s" or "5m", at most 1h'
DAYS: Final = 'min_days must be a time like "36h", "2d" or "1w", at most 36500d'
SPAN: Final = 'keep must be a time like "12h", "7d" or "2w", at most 36500d'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\n", 'line 1: "a" is not a known key'),
        ("defualts = 1\n", 'line 1: "defualts" is not a known key: did you mean "defaults"?'),
        ("defaults = 1\n", "line 1: defaults must be a table: write [defaults]"),
        ("profiles = 1\n", "line 1: profiles must be a table: write [profiles]"),
        ("history = 1\n", "line 1: history must be a table: write [history]"),
        ("[defaults]\nprovider = 1\n", 'line 2: "provider" in defaults is not a known key'),
        ("[defaults]\ntimeout = 0\n", f"line 2: {TIMEOUT}"),
        ("[defaults]\nmin_days = -1\n", f"line 2: {DAYS}"),
        ("[defaults]\nmin = 'x'\n", 'line 2: min must be an amount like 5, 5USD, 100credits or 10%, not "x"'),
        ("[history]\nrecrod = true\n", 'line 2: "recrod" in history is not a known key: did you mean "record"?'),
        ("[history]\nrecord = 1\n", "line 2: record must be true or false, without quotes"),
        ("[history]\nkeep = 36500.1\n", f"line 2: {SPAN}"),
        ("[history]\npath = 1\n", "line 2: path must be a string on one line, in quotes"),
        ("[profiles]\nmain = 5\n", "line 2: main must be a table: write [profiles.main]"),
        (f"{MAIN}mim = 5\n", 'line 3: "mim" in profiles.main is not a known key: did you mean "min"?'),
        (f"{MAIN}{'x' * 70} = 5\n", f'line 3: "{"x" * 59}…" in profiles.main is not a known key'),
        (f"{MAIN}min = []\n", "line 3: min is an empty list: remove it, or add an amount"),
        (f"{MAIN}min = true\n", "line 3: min must be an amount like 5, 5USD, 100credits or 10%"),
        (f"{MAIN}min = [5, {{}}]\n", "line 3: min must be an amount like 5, 5USD, 100credits or 10%"),
        (f"{MAIN}min_days = 'x'\n", f"line 3: {DAYS}"),
        (f"{MAIN}budget = [5]\n", "line 3: budget must be an amount like 5, 5USD, 100credits or 10%"),
        (f"{MAIN}budget = '5 %'\n", 'line 3: budget must be an amount above zero, like "100USD"'),
        (f"{MAIN}budget = 0\n", 'line 3: budget must be an amount above zero, like "100USD"'),
        (f"{MAIN}unit = 'USD'\n", "line 3: Apertis reports its own unit: remove unit"),
        (f"{MAIN}unit = 5\n", "line 3: unit must be a string on one line, in quotes"),
        (f"{MAIN}key_env = ' A'\n", "line 3: key_env must be a string on one line, in quotes"),
        (f'{MAIN}key_env = "A\\tB"\n', "line 3: key_env must be a string on one line, in quotes"),
        (f"{MAIN}key_env = ''\n", "line 3: key_env must be a string on one line, in quotes"),
        (f"{MAIN}key_env = 'A B'\n", "line 3: key_env must be the name of an environment variable, not the key itself"),
        (f"{MAIN}key_env = 'ä'\n", "line 3: key_env must be the name of an environment variable, not the key itself"),
        (f"{MAIN}key_file = '{KEY}'\n", "line 3: key_file must say where the key is, not be the key itself"),
        (f"{MAIN}key_keyring = 'balance'\n", 'line 3: key_keyring must be "SERVICE/USER"'),
        (f"{MAIN}key_keyring = '/main'\n", 'line 3: key_keyring must be "SERVICE/USER"'),
        (f"{MAIN}key_keyring = 'balance/'\n", 'line 3: key_keyring must be "SERVICE/USER"'),
        (f"{MAIN}key_env = 'A'\nkey_file = 'b'\n", "line 4: main has key_env and key_file: keep one of them"),
        (f"{MAIN}base_url = 5\n", "line 3: base_url must be a string on one line, in quotes"),
        (f"{MAIN}base_url = 'ftp://a'\n", "line 3: base_url must be a URL that begins with https://"),
        (
            "[profiles.main]\nmin = 5\n",
            'line 1: main has no provider: add provider = "…" (`balance providers` lists them)',
        ),
        ("[profiles.main]\nprovider = 5\n", "line 2: provider must be a string on one line, in quotes"),
        (
            "[profiles.main]\nprovider = 'apertsi'\n",
            'line 2: there is no provider "apertsi": did you mean "apertis"?',
        ),
        (f"{OPENAI}project_id = true\n", "line 3: project_id must be a string on one line, in quotes"),
        (f"{RELAY}base_url = 5\n", "line 3: base_url must be a string on one line, in quotes"),
        (RELAY, 'line 1: New API has no fixed address: add base_url = "https://…"'),
        (
            f"{RELAY}base_url = 'https://a.example'\nunit = '$'\n",
            'line 4: unit must be a currency like "USD" or "CNY", or a plural like "credits"',
        ),
        (f"{CUSTOM}remaining = 'a'\n", 'line 1: add unit: a currency like "USD" or "CNY", or a plural like "credits"'),
        (
            "[profiles.'a b']\nprovider = 'apertis'\n",
            'line 1: "a b" is not a valid name: use at most 64 letters, digits, dots, dashes and underscores',
        ),
        (
            f"[profiles.{'a' * 65}]\nprovider = 'apertis'\n",
            f'line 1: "{"a" * 63}…" is not a valid name: use at most 64 letters, digits, dots, dashes and underscores',
        ),
        (
            f"[profiles.{KEY}]\nprovider = 'apertis'\n",
            "line 1: the name of a profile looks like a key: names are shown, keys must not be",
        ),
        (f"[profiles]\n{'a' * 64} = 5\n", f"line 2: {'a' * 64} must be a table: write [profiles.{'a' * 64}]"),
        ("[defaults]\ntimeout = '١'\n", f"line 2: {TIMEOUT}"),
        ("[defaults]\ntimeout = 3600.1\n", f"line 2: {TIMEOUT}"),
        ("[defaults]\ntimeout = true\n", f"line 2: {TIMEOUT}"),
        ("[history]\nkeep = '١d'\n", f"line 2: {SPAN}"),
        ("[history]\nkeep = '0d'\n", f"line 2: {SPAN}"),
    ],
)
def test_each_problem_has_its_message(config: Path, text: str, said: str) -> None:
    found, words = examined(config, text)
    assert words == [said]
    assert found.profiles == ()


@pytest.mark.parametrize("command", ["'op read x'", "[]", "['op', 5]", '["op", "a\\u0000b"]', "5"])
def test_key_command_must_be_a_list_of_words(config: Path, command: str) -> None:
    _, said = examined(config, f"{MAIN}key_command = {command}\n")
    assert said == ['line 3: key_command must be a list of words (it is run without a shell): ["op", "read", "op://…"]']


def test_an_invalid_default_falls_back_to_the_built_in_one(config: Path) -> None:
    text = "[defaults]\ntimeout = 0\nmin_days = 'x'\nmin = ['x', '5USD']\n[history]\nrecord = 1\nkeep = 0\npath = 1\n"
    found, said = examined(config, text)
    assert sorted(line.partition(":")[0] for line in said) == [f"line {n}" for n in (2, 3, 4, 6, 7, 8)]
    assert found == Config(path=config, minimums=(Minimum(Decimal(5), "USD"),))


def test_a_profile_is_skipped_only_for_its_own_problems(config: Path) -> None:
    found, said = examined(config, f"{MAIN}mim = 5\n[profiles.b]\nprovider = 'apikley'\n[profiles.c]\nunit = '$'\n")
    assert [profile.name for profile in found.profiles] == ["b"]
    assert len(said) == 3


def test_provider_checks_run_only_on_valid_values(config: Path) -> None:
    bare = '[profiles.main]\nprovider = "custom"\nurl = "ftp://a"\n'
    _, said = examined(config, f'{bare}unit = "USD"\nremaining = "a"\nmethod = "PUT"\n')
    assert said == ["line 1: url must be a URL that begins with https://", 'line 1: method must be "GET" or "POST"']
    _, said = examined(config, f"{bare}unit = 5\n")
    assert said == ["line 4: unit must be a string on one line, in quotes"]


def test_the_first_20_problems_are_described_and_all_are_counted(config: Path) -> None:
    tables = "".join(f"[profiles.p{n}]\nprovider = 'apertsi'\n" for n in range(30))
    found, problems = examined(config, tables)
    assert len(problems) == 30
    assert problems[:20] == [
        f'line {2 * n + 2}: there is no provider "apertsi": did you mean "apertis"?' for n in range(20)
    ]
    assert problems[20:] == [""] * 10
    assert found.profiles == ()
    text = "".join(f"key{n} = 1\n" for n in range(22)) + MAIN + "[profiles.b]\nprovider = 'groq'\n"
    found, problems = examined(config, text)
    assert [problem != "" for problem in problems] == [True] * 20 + [False] * 2
    assert [profile.name for profile in found.profiles] == ["main", "b"]


def test_units_are_checked_only_on_request(config: Path) -> None:
    relay = "[profiles.b]\nprovider = 'apikley'\nmin = '5 credits'\nbudget = '5 pears'\n"
    text = f"[defaults]\nmin = '5 usd'\n{MAIN}budget = '5 dollars'\nmin = ['5USD', '5 peas']\n{relay}"
    assert examined(config, text)[1] == []
    assert examined(config, text, compare=True)[1] == [
        "line 6: min: 5 peas cannot be compared: Apertis has balances in USD and quota",
        "line 5: budget: 5 dollars cannot be compared: Apertis has balances in USD and quota",
        "line 10: budget: 5 pears cannot be compared: Apikley has balances in credits",
    ]
    text = f"[defaults]\nmin = ['5USD', '5 pears']\n{MAIN}"
    assert examined(config, text)[1] == []
    assert examined(config, text, compare=True)[1] == [
        "line 2: min: 5 pears cannot be compared: no provider has balances in pears"
    ]
    assert examined(config, f"{text}mim = 5\n", compare=True)[1] == [
        'line 5: "mim" in profiles.main is not a known key: did you mean "min"?'
    ]


def test_problem_messages_show_no_key_and_are_truncated(config: Path) -> None:
    _, [said] = examined(config, f"{MAIN}'{KEY}' = 5\n")
    assert said == 'line 3: "[key]" in profiles.main is not a known key'
    _, [said] = examined(config, f"{MAIN}min = '{'x' * 99}'\n")
    assert said == f'line 3: min must be an amount like 5, 5USD, 100credits or 10%, not "{"x" * 39}…"'


def test_toml_numbers_are_exact_and_dates_stay_dates() -> None:
    found = parse("a = 0.10\nb = 2026-11-01T00:00:00Z\n")
    assert str(found["a"]) == "0.10"
    assert found["b"] == datetime(2026, 11, 1, tzinfo=UTC)
