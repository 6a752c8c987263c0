"""Where a config is found, who may write it, and which of its profiles are selected."""

import os
import pwd
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import platformdirs
import pytest

from balance_cli.config.lines import find_deep_key, find_lines
from balance_cli.config.load import (
    examine,
    find_config,
    find_history,
    find_variables,
    load,
    parse,
    profile_from_environment,
    select_profiles,
)
from balance_cli.config.profile import Config, History, Profile
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.keys.source import KeySource
from balance_cli.minimum import Minimum
from balance_cli.providers import find
from surroundings import HERE

MAIN = '[profiles.main]\nprovider = "apertis"\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory."""
    for name in ("BALANCE_CONFIG", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def written(file: Path, text: str, mode: int = 0o600) -> str:
    """Write a config; return its path."""
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return str(file)


def _with(variables: Mapping[str, str]) -> Environment:
    return Environment(variables, HERE.stdin, HERE.stdout, HERE.stderr)


def stops(option: str | None = None) -> str:
    """Return the error for a config that cannot be loaded."""
    with pytest.raises(Misconfigured) as caught:
        load(HERE, option)
    return caught.value.describe()


def test_the_config_path_comes_from_the_flag_the_variable_or_the_home_directory(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_config(HERE) == home / ".config" / "balance" / "config.toml"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/elsewhere")
    assert find_config(HERE) == Path("/elsewhere/balance/config.toml")
    monkeypatch.setenv("BALANCE_CONFIG", "~/two.toml")
    assert find_config(HERE) == home / "two.toml"
    assert find_config(HERE, "~/one.toml") == home / "one.toml"
    with pytest.raises(Misconfigured) as caught:
        find_config(HERE, "")
    assert caught.value.describe() == "--config is empty (name a config file, or omit --config)"


def test_without_a_home_directory_there_is_no_default_config_or_history(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_history(HERE, Config(path=home)) == home / ".local" / "state" / "balance" / "history.db"
    monkeypatch.setenv("XDG_STATE_HOME", "/elsewhere")
    assert find_history(HERE, Config(path=home)) == Path("/elsewhere/balance/history.db")
    monkeypatch.delenv("XDG_STATE_HOME")

    def nobody(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert find_history(HERE, Config(path=home)) is None
    assert find_history(HERE, Config(path=home, history=History(path=Path("/h.db")))) == Path("/h.db")
    with pytest.raises(Misconfigured) as caught:
        find_config(HERE)
    assert caught.value.describe() == (
        "no config: there is no home directory to keep it in (use --config PATH, or set HOME)"
    )
    monkeypatch.setattr(platformdirs, "user_state_path", Path("~").joinpath)  # as older platformdirs say it
    assert find_history(HERE, Config(path=home)) is None


def test_only_a_config_named_explicitly_must_exist(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(HERE) == Config(path=find_config(HERE))
    hint = "(`balance profile add NAME` creates one)"
    assert stops(str(home / "one.toml")) == f"there is no config at {home}/one.toml {hint}"
    monkeypatch.setenv("BALANCE_CONFIG", "sk-1a2b3c4d5e6f7g8h9i")
    assert stops() == f"there is no config at [key] {hint}"


def test_the_first_problem_is_reported_and_the_others_are_counted(home: Path) -> None:
    file = written(home / "c", f"{MAIN}mim = 5\n")
    every = "(`balance config check` lists every problem)"
    wrong = f'{file}: line 3: "mim" in profiles.main is not a known key: did you mean "min"?'
    assert stops(file) == f"{wrong} {every}"
    written(home / "c", f"{MAIN}mim = 5\nmin = []\n")
    assert stops(file) == f"{wrong}, and 1 more {every}"
    written(home / "c", f"{MAIN}mim = 5\nmin = []\nunit = 5\n")
    assert stops(file) == f"{wrong}, and 2 more {every}"
    written(home / "c", "[main\n")
    assert stops(file).startswith(f"{file}: invalid TOML: ")
    assert examine(HERE, file)[0] == Config(path=home / "c")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\ufeffa = 1\n", "line 1: the file starts with a byte order mark: save it as UTF-8 without one"),
        (f"a = 1\n{'.'.join('abcdefghi')} = 1\n", "line 2: this key has too many parts"),
        ("a = 1\na = 2\n", "invalid TOML: Cannot overwrite a value (at line 2, column 6)"),
        (f"a = {'9' * 5000}\n", "invalid TOML: a value is too long or too deeply nested"),
        (f"a = {'[' * 5000}\n", "invalid TOML: a value is too long or too deeply nested"),
    ],
    ids=["a byte order mark", "too many parts", "a duplicate key", "a long value", "deep nesting"],
)
def test_invalid_toml_is_reported(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        parse(text)


def test_a_config_with_a_literal_key_must_be_private(home: Path) -> None:
    text = f'[profiles.a]\nprovider = "apikley"\n{MAIN}key = "sk-literal-123456"\n'
    file = written(home / "c", text)
    assert len(load(HERE, file).profiles) == 2
    for mode in (0o640, 0o604, 0o620, 0o610, 0o601):
        written(home / "c", text, mode)
        assert stops(file).startswith(f"{file}: line 5: other users can read this key: chmod 600 {file} (`")
    written(home / "c", MAIN, 0o644)
    assert len(load(HERE, file).profiles) == 1
    written(home / "c", "profiles = 1\n", 0o644)
    assert "profiles must be a table" in stops(file)
    written(home / "c", "[profiles]\na = 'key'\n", 0o644)
    assert "a must be a table" in stops(file)


def test_a_config_writable_by_others_is_rejected(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(home / "c", MAIN, 0o602)
    assert stops(file).startswith(
        f"{file}: everyone can write to this file and change where keys are sent: chmod o-w {file} (`"
    )
    written(home / "c", MAIN, 0o675)
    owner = (home / "c").stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner)
    assert len(load(HERE, file).profiles) == 1
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    if owner != 0:
        assert stops(file).startswith(
            f"{file}: another user owns this file and could change where keys are sent: chown $(id -u) {file} (`"
        )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_config_is_rejected_unless_that_user_is_root(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(home / "c", MAIN)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert len(load(HERE, file).profiles) == 1
    for owner in (1, 12346):
        os.chown(file, owner, owner)
        assert stops(file).startswith(
            f"{file}: another user owns this file and could change where keys are sent: chown $(id -u) {file} (`"
        )
    os.chown(file, 12345, 12345)
    assert len(load(HERE, file).profiles) == 1


def profiles(home: Path, *names: str) -> Config:
    """Return a config with profiles of these names."""
    tables = "".join(f'[profiles.{name}]\nprovider = "apikley"\n' for name in names)
    return load(HERE, written(home / "c", f"[defaults]\nmin = 5\nmin_days = 7\n{tables}"))


def selected(config: Config, *names: str, **environ: str) -> list[str]:
    """Return the names of the selected profiles."""
    return [profile.name for profile in select_profiles(_with(environ), config, names)]


def test_named_profiles_are_selected_once_each_and_all_of_them_by_default(home: Path) -> None:
    config = profiles(home, "b", "a")
    assert selected(config) == ["b", "a"]
    assert selected(config, OPENAI_ADMIN_KEY="x") == ["b", "a"]
    assert selected(config, "a", "a") == ["a"]
    assert selected(config, "a", "b", "a") == ["a", "b"]
    assert selected(config, "openai", "a", "openai") == ["openai", "a"]
    assert select_profiles(_with({}), config, ["a"]) == [config.profiles[1]]


def test_a_provider_can_be_checked_without_a_profile(home: Path) -> None:
    config = profiles(home)
    assert select_profiles(_with({}), config, ["apertis"]) == [profile_from_environment(find("apertis"), config)]
    assert profile_from_environment(find("apertis"), config) == Profile(
        name="apertis",
        provider=find("apertis"),
        key=KeySource(kind="key_env", value=("APERTIS_API_KEY", "APERTIS_KEY")),
        minimums=(Minimum(Decimal(5), None),),
        min_days=Decimal(7),
    )
    assert selected(config, "groq") == ["groq"]
    assert selected(config, APERTIS_KEY="x", OPENAI_ADMIN_KEY="y", APIKLEY_API_KEY="") == ["apertis", "openai"]


def test_a_shared_variable_belongs_to_the_provider_that_lists_it_first(home: Path) -> None:
    config = profiles(home)
    assert selected(config, MOONSHOT_API_KEY="x") == ["moonshot"]
    assert selected(config, MOONSHOT_CN_API_KEY="x") == ["moonshot-cn"]
    assert selected(config, DEEPL_API_KEY="x") == ["deepl", "deepl-free"]
    environment = _with({"DEEPL_API_KEY": "x", "DEEPL_AUTH_KEY": "y"})
    found = {provider.id: variable for provider, variable in find_variables(environment)}
    assert found["deepl"] == "DEEPL_AUTH_KEY"
    assert found["deepl-free"] == "DEEPL_API_KEY"
    assert found["openai"] is None
    assert "new-api" not in found


def test_a_key_in_two_variables_needs_both_and_nothing_else(home: Path) -> None:
    config = profiles(home)
    one = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "x"}
    assert selected(config, **one, APERTIS_KEY="z") == ["apertis"]
    assert selected(config, **one, ALIBABA_CLOUD_ACCESS_KEY_SECRET="y") == ["alibaba-cloud"]
    assert selected(config, AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="y", APERTIS_KEY="z") == ["apertis"]


def refused(config: Config, *names: str) -> str:
    """Return the error if nothing can be checked."""
    with pytest.raises(Misconfigured) as caught:
        select_profiles(_with({}), config, names)
    return caught.value.describe()


def test_unknown_names_and_empty_configs_are_reported(home: Path) -> None:
    config = profiles(home, "work", "home")
    lists = "`balance providers` lists the providers"
    assert refused(config, "wrok") == (
        'there is no profile or provider "wrok": did you mean "work"? '
        f"(the config has work and home; {lists})"
    )  # fmt: skip
    assert 'did you mean "openai"?' in refused(config, "opnai")
    assert 'did you mean "groq"?' in refused(config, "grqo")
    assert refused(config, "x" * 70).startswith(f'there is no profile or provider "{"x" * 63}…" (the config')
    assert refused(config, "sk-1a2b3c4d5e6f7g8h9i").startswith('there is no profile or provider "[key]" (')
    assert refused(config, "new-api") == (
        "New API has no fixed address: add a profile that gives it "
        "(`balance profile add NAME --provider new-api --base-url https://…`)"
    )
    assert refused(config, "custom").endswith(
        "(`balance profile add NAME --provider custom --unit USD --set url=https://… --set remaining=…`)"
    )
    assert refused(config, "aws") == (
        "AWS Budgets needs account_id: add a profile that gives it "
        "(`balance profile add NAME --provider aws --set account_id=…`)"
    )
    empty = profiles(home)
    assert refused(empty, "xyzzy") == f'there is no profile or provider "xyzzy" ({home}/c has no profile; {lists})'
    assert refused(empty) == (
        f"nothing to check: no profile in {home}/c, and no provider's key in the environment "
        "(`balance init` creates profiles for keys on this machine, `balance demo` shows an example)"
    )


def test_keys_are_found_at_their_lines() -> None:
    text = (
        '# a comment\n[a."b c"]\nx = """\ny = 1\n""" # y = 1\n\'y\' = [ # z\n  1, "]",\n]\n'
        "z.\"\\u0041\" = 1\n[[list]]\nd = { e = 1,\n f = 2 }\n\n[a]\nlast = '''\n[a]'''\n"
    )
    keys = [("a", "b c"), ("a", "b c", "x"), ("a", "b c", "y"), ("a", "b c", "z"), ("a", "b c", "z", "A")]
    assert find_lines(text, keys) == dict(zip(keys, (2, 3, 6, 9, 9), strict=True))
    keys = [("a",), ("list",), ("list", "d", "f"), ("a", "last"), ("a", "none")]
    assert find_lines(text, keys) == dict(zip(keys, (2, 10, 11, 15), strict=False))
    text = "\nX1 = [[1],\n2]\ny = { z.z = 1 }\n"
    keys = [("X1",), ("y",), ("y", "z"), ("y", "z", "z")]
    assert find_lines(text, keys) == dict(zip(keys, (2, 4, 4, 4), strict=True))
    assert find_deep_key("\na.b.c.d.e.f.g.h.i = 1\n", 8) == 2
    assert find_deep_key("a.b.c.d.e.f.g.h = 1\n", 8) is None
    assert find_deep_key("x = 1\n[a.b.c.d.e.f.g.h.i]\n", 8) == 2
    assert find_deep_key("x = {a.b.c.d.e.f.g.h.i = 1}\n", 8) == 1
