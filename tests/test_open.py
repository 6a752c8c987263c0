"""`balance open`: the page to top up is opened in a real browser's place, or its address is printed."""

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from balance_cli.exits import Exit
from balance_cli.providers import find
from balance_cli.providers._absent import ABSENT
from conftest import Balance, need, wait
from terminal import Terminal

PAGE: Final = find("openrouter").top_up
ONE: Final = {"main": 'provider = "openrouter"'}


@pytest.fixture
def opened(balance: Balance, tmp_path: Path) -> Path:
    """The file in which a fake browser, set in $BROWSER, writes the addresses it is given."""
    pages = tmp_path / "pages"
    balance.env["BROWSER"] = str(fake(tmp_path / "browser", pages))
    return pages


def fake(program: Path, pages: Path) -> Path:
    """Write a program that adds its arguments to a file."""
    program.write_text(f'#!/bin/sh\necho "$@" >> {pages}\n')
    program.chmod(0o755)
    return program


def on_terminal(balance: Balance, *arguments: str, **env: str) -> tuple[int, str]:
    """Run it on a terminal; return the exit code and everything it wrote there."""
    with Terminal([balance.program, *arguments], balance.environment(env)) as terminal:
        code = terminal.end()
        return code, terminal.text.replace("\r\n", "\n")


@pytest.mark.parametrize("name", ["main", "openrouter"])
def test_a_page_is_opened_in_the_browser(balance: Balance, opened: Path, name: str) -> None:
    balance.profiles(ONE)
    assert on_terminal(balance, "open", name) == (Exit.OK, f"Opening {PAGE} in the browser\n")
    assert opened.read_text() == f"{PAGE}\n"


def test_without_a_name_the_only_profile_is_opened(balance: Balance, opened: Path) -> None:
    balance.profiles(ONE)
    assert on_terminal(balance, "open")[0] == Exit.OK
    assert opened.read_text() == f"{PAGE}\n"


@pytest.mark.parametrize(("tables", "names"), [({}, "has no profile"), ({**ONE, "two": ONE["main"]}, "main and two")])
def test_a_name_is_required_unless_there_is_only_one_profile(
    balance: Balance, opened: Path, tables: dict[str, str], names: str
) -> None:
    balance.profiles(tables)
    ended = balance("open")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert "name the profile or provider to open" in ended.err
    assert names in ended.err
    assert not opened.exists()


@pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_TTY"])
def test_over_ssh_the_address_is_printed(balance: Balance, opened: Path, variable: str) -> None:
    balance.profiles(ONE)
    assert on_terminal(balance, "open", **{variable: "10.0.0.1 50000 10.0.0.2 22"}) == (Exit.OK, f"{PAGE}\n")
    assert not opened.exists()


def test_in_a_pipe_the_address_is_printed(balance: Balance, opened: Path) -> None:
    balance.profiles(ONE)
    ended = balance("open", "main")
    assert (ended.code, ended.out, ended.err) == (Exit.OK, f"{PAGE}\n", "")
    assert not opened.exists()


def test_print_opens_nothing(balance: Balance, opened: Path) -> None:
    balance.profiles(ONE)
    assert on_terminal(balance, "open", "--print", "main") == (Exit.OK, f"{PAGE}\n")
    assert not opened.exists()


def test_without_a_display_the_address_is_printed(balance: Balance) -> None:
    balance.profiles(ONE)
    assert on_terminal(balance, "open") == (Exit.OK, f"{PAGE}\n")


@pytest.mark.parametrize("env", [{"DISPLAY": ":0"}, {"BROWSER": "/nonexistent/browser"}], ids=["display", "browser"])
def test_if_no_browser_is_found_the_address_is_printed(balance: Balance, tmp_path: Path, env: dict[str, str]) -> None:
    balance.profiles(ONE)
    code, text = on_terminal(balance, "open", PATH=str(programs(tmp_path, "setsid")), **env)
    assert (code, text) == (Exit.OK, f"Opening {PAGE} in the browser\n{PAGE}\n")


def test_the_default_browser_of_a_desktop_is_used(balance: Balance, tmp_path: Path) -> None:
    balance.profiles(ONE)
    folder, pages = programs(tmp_path, "setsid", "sh"), tmp_path / "pages"
    fake(folder / "xdg-open", pages)
    code, text = on_terminal(balance, "open", PATH=str(folder), WAYLAND_DISPLAY="wayland-0")
    assert (code, text) == (Exit.OK, f"Opening {PAGE} in the browser\n")
    wait(lambda: pages.exists() and pages.read_text() == f"{PAGE}\n")


def programs(folder: Path, *names: str) -> Path:
    """Return a folder with only these of the installed programs."""
    found = folder / "programs"
    found.mkdir()
    for name in names:
        need(name)
        (found / name).symlink_to(str(shutil.which(name)))
    return found


@pytest.mark.parametrize("base", ["https://relay.example.com:8443/api/v1", "http://127.0.0.1:4000"])
def test_the_page_of_a_self_hosted_gateway_is_its_own_site(balance: Balance, base: str) -> None:
    balance.profiles({"main": f'provider = "new-api"\nbase_url = "{base}"'})
    assert balance("open", "main").out == f"{base.removesuffix('/api/v1')}\n"


def test_a_vendors_page_stays_the_same_behind_a_proxy(balance: Balance) -> None:
    balance.profiles({"main": 'provider = "openrouter"\nbase_url = "https://proxy.example.com"'})
    assert balance("open", "main").out == f"{PAGE}\n"


@pytest.mark.parametrize(
    ("table", "hint"),
    [
        ('provider = "custom"\nurl = "https://a.example/b"\nremaining = "x"\nunit = "USD"', "site of its vendor"),
        ('provider = "groq"', ABSENT["groq"][1]),
    ],
)
def test_without_a_known_page_it_says_what_to_do(balance: Balance, opened: Path, table: str, hint: str) -> None:
    balance.profiles({"main": table})
    ended = balance("open", "main")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert ended.err.startswith("balance: no page to top up main is known (")
    assert hint in ended.err
    assert not opened.exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("openruoter", 'did you mean "openrouter"?'),
        ("new-api", "has no fixed address: add a profile that gives it"),
        ("", "there is no profile or provider"),
    ],
)
def test_an_unknown_name_is_an_error(balance: Balance, opened: Path, name: str, why: str) -> None:
    balance.profiles(ONE)
    ended = balance("open", name)
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert why in ended.err
    assert not opened.exists()


def test_the_page_comes_with_the_provider(balance: Balance) -> None:
    assert f"top up   {PAGE}\n" in balance("providers", "openrouter").out
    [label] = json.loads(balance("providers", "openrouter", "--json").out)
    assert label["top_up"] == PAGE
