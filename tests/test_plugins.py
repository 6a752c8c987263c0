"""Plug-ins: the README's example is built, installed and used; a broken one does not affect other providers."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from balance_cli.exits import Exit
from conftest import KEY, README, Balance
from stub import Stub

PACKAGE: Final[dict[str, str]] = dict(
    re.findall(r"<!-- plug-in: (\S+) -->\n```[a-z]+\n(.*?)```\n", README, re.DOTALL),
)
PLAIN: Final = PACKAGE["balance_acme.py"]
CREDIT: Final = {"answer": {"cents": 1234}}
APIKLEY: Final = {"answer": {"code": 200, "msg": "success", "data": 100}}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's package installed in it."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name, text in PACKAGE.items():
        (source / name).write_text(text, "utf-8")
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet"]
    command = [sys.executable, "-m", "pip", "install", *offline, "--target", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def acme(balance: Balance, built: Path) -> Iterator[Stub]:
    """The provider Acme, its plug-in, and a profile for it."""
    balance.env["PYTHONPATH"] = str(built)
    with Stub(always=CREDIT) as stub:
        balance.profiles({"main": f'provider = "acme"\nbase_url = "{stub.url}"'})
        yield stub


@pytest.fixture
def packages(balance: Balance, tmp_path: Path) -> Path:
    """A folder of packages on the program's path."""
    folder = tmp_path / "packages"
    folder.mkdir()
    balance.env["PYTHONPATH"] = str(folder)
    return folder


def install(folder: Path, package: str, code: str, *, entry: str = "acme", function: str = "acme") -> None:
    """Install a package with one module, as pip would."""
    module, about = package.replace("-", "_"), folder / f"{package.replace('-', '_')}-1.0.dist-info"
    (folder / f"{module}.py").write_text(code, "utf-8")
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[balance_cli.providers]\n{entry} = {module}:{function}\n")


def test_the_readmes_plug_in_works_like_any_provider(balance: Balance, acme: Stub) -> None:
    ended = balance("check", "--json")
    assert ended.code == Exit.OK, ended.out
    [profile] = json.loads(ended.out)["profiles"]
    assert (profile["provider"], profile["remaining"], profile["unit"]) == ("acme", 12.34, "USD")
    assert [asked.line for asked in acme.asked] == ["GET /v1/balance"]
    assert acme.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert balance("check", "--min", "13").code == Exit.LOW


def test_a_key_of_the_wrong_kind_is_not_sent_to_a_plug_in(balance: Balance, acme: Stub) -> None:
    ended = balance("check", env={"TEST_KEY": "acme-admin-0123456789"})
    assert ended.code == Exit.MISCONFIGURED
    assert "is an admin key; it was not sent" in ended.out
    assert acme.asked == []


@pytest.mark.usefixtures("acme")
def test_every_command_supports_plug_ins(balance: Balance) -> None:
    assert "1 profile, no problems" in balance("config", "check").out
    lines = balance("providers").out.splitlines()
    assert lines[0].split() == ["ID", "PROVIDER", "UNITS", "KEY", "PACKAGE"]
    assert ["acme", "Acme", "USD", "$ACME_API_KEY", "balance-acme", "1.0"] in [line.split() for line in lines]
    labels = {label["id"]: label["package"] for label in json.loads(balance("providers", "--json").out)}
    assert (labels["acme"], labels["apikley"]) == ("balance-acme 1.0", None)
    assert re.search(r"^package  balance-acme 1\.0$", balance("providers", "acme").out, re.MULTILINE)
    assert re.search(r"\bacme africastalking\b", balance("completion", "bash").out)
    for command in ("check", "providers"):
        assert 'did you mean "acme"?' in balance(command, "acmee").err
    added = balance("profile", "add", "more", "--provider", "acme", "--key-env", "TEST_KEY", "--no-check")
    assert added.code == Exit.OK, added.err
    assert "more" in balance("profile", "list").out
    assert "$ACME_API_KEY" in balance("check", "acme").out


def test_without_plug_ins_no_packages_are_listed(balance: Balance) -> None:
    assert "PACKAGE" not in balance("providers").out


@pytest.mark.usefixtures("acme")
def test_an_unused_plug_in_is_not_imported(balance: Balance) -> None:
    with Stub(always=APIKLEY) as stub:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{stub.url}"'})
        for command in (["check", "--json"], ["check", "main"], ["profile", "list"], ["config", "check"]):
            loaded = balance.modules(*command)
            assert not loaded & {"importlib.metadata", "balance_cli.providers._plugins", "balance_acme"}, command


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import no_such_module\n", "cannot be imported: ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(3)\n", "cannot be imported: SystemExit: 3"),
        ("def acme(\n", "cannot be imported: SyntaxError"),
        ("print = 1\n", "cannot be imported: AttributeError"),
        ("acme = 5\n", "acme is of type int, not a provider"),
        (
            PLAIN.replace("def acme(", "def apex(") + "\n\nacme = apex\n",
            'the entry point acme names the provider "apex"',
        ),
        (PLAIN.replace('"gateway"', '"shop"'), "the group of acme is not one of gateway, model"),
        (PLAIN.replace('("ACME_API_KEY",)', '"ACME_API_KEY"'), "the env of acme must be a tuple of variables"),
        (PLAIN.replace('{"credit": "USD"}', "{}"), "acme declares no balances"),
        (PLAIN.replace("https://api", "http://api"), "the base of acme must begin with https://"),
        *(
            (
                PLAIN.replace('group="', f'top_up={page!r},\n    group="'),
                "the top_up of acme must be a page that begins",
            )
            for page in ("http://acme.example/buy", "https://", "https://acme.example/a b", "https://acme.example/\n")
        ),
    ],
)
def test_a_broken_plug_in_does_not_affect_other_providers(
    balance: Balance, packages: Path, code: str, why: str
) -> None:
    install(packages, "balance-acme", code)
    with Stub(always=APIKLEY) as stub:
        address = f'base_url = "{stub.url}"'
        balance.profiles(
            {"bad": f'provider = "acme"\nteam = "x"\n{address}', "good": f'provider = "apikley"\n{address}'}
        )
        ended = balance("check", "--json")
        assert len(stub.asked) == 1
    assert ended.code == Exit.MISCONFIGURED
    bad, good = json.loads(ended.out)["profiles"]
    assert (bad["status"], good["status"]) == ("misconfigured", "ok")
    assert "balance-acme 1.0" in bad["error"]["message"]
    assert why in bad["error"]["message"]
    assert bad["error"]["hint"] == "update or uninstall balance-acme 1.0"
    assert why in balance("config", "check").out
    listing = balance("providers").out
    assert "\nPlug-ins that cannot be used\n  acme  " in listing
    assert why in listing
    assert why in balance("profile", "add", "x", "--provider", "acme", "--key-env", "K", "--no-check").err


def test_a_plug_in_that_fails_during_a_check_is_named(balance: Balance, packages: Path) -> None:
    install(packages, "balance-acme", PLAIN.replace("account = ", "account = undefined or "))
    with Stub(always=CREDIT) as stub:
        balance.profiles({"main": f'provider = "acme"\nbase_url = "{stub.url}"'})
        ended = balance("check")
    assert ended.code == Exit.UNKNOWN
    assert "bug in balance-acme 1.0: NameError (please report it)" in ended.out


def test_a_plug_in_that_fails_to_verify_a_profile_is_a_config_problem(balance: Balance, packages: Path) -> None:
    install(
        packages,
        "balance-acme",
        PLAIN.replace("    wrong_keys", "    verify=lambda table: [table['team']],\n    wrong_keys"),
    )
    balance.profiles({"main": 'provider = "acme"'})
    ended = balance("config", "check")
    assert ended.code == Exit.MISCONFIGURED
    assert "bug in the plug-in of acme: KeyError (please report it)" in ended.out


def test_a_plug_in_cannot_replace_a_built_in_provider(balance: Balance, packages: Path) -> None:
    install(packages, "balance-evil", "raise SystemExit\n", entry="apikley")
    with Stub(always=APIKLEY) as stub:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{stub.url}"'})
        assert balance("check").code == Exit.OK
    assert balance("providers").out.count("apikley") == 1
    assert "balance-evil" not in balance("providers").out


def test_two_plug_ins_with_the_same_id_get_no_key(balance: Balance, packages: Path) -> None:
    install(packages, "balance-acme", PLAIN)
    install(packages, "balance-other", PLAIN)
    with Stub(always=CREDIT) as stub:
        balance.profiles({"main": f'provider = "acme"\nbase_url = "{stub.url}"'})
        ended = balance("check")
        assert stub.asked == []
    assert ended.code == Exit.MISCONFIGURED
    assert "balance-acme 1.0 and balance-other 1.0 all have a provider acme: keep one of them" in ended.out


def test_a_plug_in_with_an_invalid_id_is_not_listed(balance: Balance, packages: Path) -> None:
    install(packages, "balance-acme", PLAIN, entry="acme$(id)")
    assert "$(id)" not in balance("providers").out + balance("completion", "bash").out
