"""The completion scripts, run in their shells."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from balance_cli.providers import ids
from conftest import RECIPES, Balance, need
from terminal import Terminal

COMPLETIONS: Final = Path(__file__).parent.parent / "completions"
FORMATS: Final = ["csv", "github", "json", "markdown", "nagios", "plain", "prometheus", "table", "waybar"]
CONFIG: Final = """
[profiles.main]
provider = "apertis"
[ profiles . "with.dots" ]
provider = 'apikley'
[profiles.'$(touch pwned)']
provider = "x"
[profiles."`id`"]
[profiles.a.b]
[profiles."-rf *"]
not toml at all ][
"""


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest) -> str:
    """Every shell with a completion script that is installed; CI has all of them."""
    name: str = request.param
    need(name)
    return name


def offered(balance: Balance, shell: str, line: str) -> list[str]:
    """Return the completions of a line; assert that stderr is empty."""
    words = line.split(" ")
    quoted = " ".join(word or "''" for word in words)
    scripts = {
        "bash": f"set -u; . {COMPLETIONS}/balance.bash; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; "
        'IFS=/; _balance; printf "%s\\n" "${COMPREPLY[@]-}"',
        "fish": f"source {COMPLETIONS}/balance.fish; complete -C '{line}'",
        "zsh": f"words=({quoted}); CURRENT={len(words)}; PREFIX={words[-1]}\n"
        "_describe() { print -l -- ${${(P)@[-1]}/:/$'\\t'} }; _files() { print files }; compdef() { : }\n"
        f". {COMPLETIONS}/_balance; _balance",
    }
    command = [shell, *{"zsh": ["-f"], "fish": ["--no-config"], "bash": ["--norc"]}[shell], "-c", scripts[shell]]
    done = subprocess.run(
        command, capture_output=True, env=balance.environment(), cwd=balance.home, text=True, check=False
    )
    assert done.stderr == ""
    assert not (balance.home / "pwned").exists()
    return sorted(
        {found.partition("\t")[0] for found in done.stdout.splitlines() if found.startswith(words[-1])} - {""}
    )


def test_commands_and_options_are_completed(balance: Balance, shell: str) -> None:
    assert offered(balance, shell, "balance ch") == ["check"]
    assert offered(balance, shell, "balance profile ") == ["add", "list", "remove", "show"]
    assert offered(balance, shell, "balance --color never config ") == ["check", "edit", "path", "show"]
    assert offered(balance, shell, "balance check --t") == ["--timeout"]
    assert "--key-stdin" in offered(balance, shell, "balance profile add main --key")


def test_values_are_completed(balance: Balance, shell: str) -> None:
    assert offered(balance, shell, "balance check -o ") == FORMATS
    assert offered(balance, shell, "balance history -o ") == ["csv", "json", "table"]
    assert offered(balance, shell, "balance completion ") == ["bash", "fish", "powershell", "zsh"]
    assert offered(balance, shell, "balance check --color a") == ["always", "auto"]
    named = [name for name in ids() if name.startswith("api")]
    assert offered(balance, shell, "balance profile add x --provider api") == named
    assert offered(balance, shell, "balance providers ") == list(ids())


def test_profiles_of_a_broken_config_are_completed_safely(balance: Balance, shell: str) -> None:
    balance.write(CONFIG)
    assert offered(balance, shell, "balance profile remove ") == ["main", "with.dots"]
    for command in ("check", "open"):
        assert offered(balance, shell, f"balance {command} ") == ["main", "with.dots"]
    other = balance.home / "other.toml"
    other.write_text("[profiles.elsewhere]\nprovider = 'apertis'\n")
    assert offered(balance, shell, "balance --config ~/other.toml check else") == ["elsewhere"]
    assert offered(balance, shell, f"balance check --config {other} else") == ["elsewhere"]


def test_without_a_config_providers_are_completed(balance: Balance, shell: str) -> None:
    assert offered(balance, shell, "balance check ") == list(ids())
    balance.config.parent.mkdir(parents=True)
    os.mkfifo(balance.config)
    assert offered(balance, shell, "balance check ") == list(ids())


@pytest.mark.parametrize(
    ("line", "described"),
    [
        ("balance check --color al", "always\tcolor everywhere"),
        ("balance check -o nag", "nagios\tOne line for Nagios, Icinga and compatible tools ("),
        ("balance history -o cs", "csv\tone row per sample"),
        ("balance completion fi", "fish\tfish"),
        ("balance check openr", "openrouter\tOpenRouter"),
        ("balance providers zen", "zenmux\tZenMux"),
        ("balance check --time", "--timeout\tTime limit"),
    ],
)
def test_fish_describes_every_value(balance: Balance, line: str, described: str) -> None:
    need("fish")
    program = f"source {COMPLETIONS}/balance.fish; complete -C '{line}'"
    command = ["fish", "--no-config", "-c", program]
    done = subprocess.run(command, capture_output=True, env=balance.environment(), text=True, check=True)
    assert done.stdout.startswith(described)


@pytest.mark.parametrize("name", ["fish", "zsh"])
def test_a_profile_is_described_by_its_provider(balance: Balance, name: str) -> None:
    need(name)
    balance.write(CONFIG)
    program = {
        "fish": f"source {COMPLETIONS}/balance.fish; __balance_profiles",
        "zsh": f"compdef() {{ }}; . {COMPLETIONS}/_balance; _balance_profiles ''",
    }[name]
    done = subprocess.run([name, "-c", program], capture_output=True, env=balance.environment(), text=True, check=True)
    assert done.stdout == "main\tapertis\nwith.dots\tapikley\n"


INTERACTIVE: Final = {
    "bash": (["bash", "--noprofile", "--rcfile"], ". /usr/share/bash-completion/bash_completion\nPS1='> '\n"),
    "zsh": (["zsh"], "fpath+=~/.zfunc\nautoload -U compinit\ncompinit -u\nsetopt no_always_last_prompt\nPS1='> '\n"),
    "fish": (["fish"], "function fish_prompt; echo '> '; end\nset -g fish_greeting\n"),
}
"""How a user starts each shell, and the contents of the startup file."""


@pytest.fixture
def prompt(balance: Balance, shell: str) -> Iterator[Terminal]:
    """A shell on a terminal, with completions installed as the README describes."""
    balance.write(CONFIG)
    bin_ = balance.home / ".local" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "balance").symlink_to(balance.program)
    balance.env.update({"PATH": f"{bin_}:{os.environ['PATH']}", "SHELL": f"/bin/{shell}"})
    subprocess.run(["sh", "-euc", RECIPES[shell]], env=balance.environment(), check=True)
    words, text = INTERACTIVE[shell]
    places = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}
    place = balance.home / places[shell]
    place.write_text(text)
    with Terminal([*words, *([str(place)] if shell == "bash" else [])], balance.environment()) as terminal:
        terminal.until("> ")
        yield terminal
    assert not (balance.home / "pwned").exists()


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("balance comp", "letion"),
        ("balance check --time", "out"),
        ("balance check -o prom", "etheus"),
        ("balance providers openr", "outer"),
        ("balance profile remove with", ".dots"),
        ("balance check mai", "n"),
        ("balance completion po", "wershell"),
    ],
)
def test_pressing_tab_on_a_terminal_completes(prompt: Terminal, typed: str, becomes: str) -> None:
    prompt.type(typed)
    before = len(prompt.until(typed.rsplit(maxsplit=1)[-1]))
    prompt.type("\t")
    end = time.monotonic() + 60
    while becomes not in _bare(prompt.text[before:]):
        assert time.monotonic() < end, prompt.text
        prompt.read(0.2)


def test_pressing_tab_twice_on_a_terminal_lists_profiles_and_providers(prompt: Terminal, shell: str) -> None:
    prompt.type("balance profile remove \t\t")
    text = prompt.until("with.dots")
    assert "main" in text
    assert "-rf" not in text
    if shell != "bash":  # bash shows no descriptions
        assert "apertis" in prompt.until("apikley")


def _bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|[\r\n\x07]", "", text)
