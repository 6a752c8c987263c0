"""What the code prints into the repository: README.md's blocks and the completion scripts are what it prints today."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from balance_cli.exits import MEANINGS
from balance_cli.provider import find, ids
from balance_cli.shells import script, shells
from conftest import Balance

ROOT: Final = Path(__file__).parent.parent
SCRIPTS: Final = {"bash": "balance.bash", "fish": "balance.fish", "powershell": "balance.ps1", "zsh": "_balance"}


def demo(balance: Balance) -> str:
    table, _, _ = balance("demo").out.partition("\n\n")
    return fenced(f"$ balance check --min 5\n{table}\n$ echo $?\n3")


def codes(_: Balance) -> str:
    return "\n".join(["| code | meaning |", "|---|---|", *(f"| {int(c)} | {text} |" for c, text in MEANINGS.items())])


def check_help(balance: Balance) -> str:
    return fenced(balance("check", "--help", env={"COLUMNS": "80"}).out.rstrip())


def providers(_: Balance) -> str:
    units = {name: ", ".join(dict.fromkeys(find(name).balances.values())) for name in ids()}
    rows = (f"| [{p.name}]({p.docs}) | `{p.id}` | `{p.env[0]}` | {p.key} | {units[p.id]} |" for p in map(find, ids()))
    return "\n".join(["| provider | id | usual variable | key | units |", "|---|---|---|---|---|", *rows])


def fenced(text: str) -> str:
    return f"```\n{text}\n```"


BLOCKS: Final[dict[str, Callable[[Balance], str]]] = {
    "demo": demo,
    "exit codes": codes,
    "check help": check_help,
    "providers": providers,
}


@pytest.mark.parametrize("name", BLOCKS)
def test_the_readme_has_what_the_code_prints(name: str, balance: Balance, regen: bool) -> None:  # noqa: FBT001 - a fixture
    file = ROOT / "README.md"
    text = file.read_text("utf-8")
    start = f"<!-- printed: {name} -->\n"
    before, _, rest = text.partition(start)
    old, _, after = rest.partition("<!-- end -->")
    new = f"{BLOCKS[name](balance)}\n"
    if regen:
        file.write_text(f"{before}{start}{new}<!-- end -->{after}", "utf-8")
    else:
        assert old == new


def test_the_readme_has_no_block_that_nobody_prints() -> None:
    assert set(re.findall(r"<!-- printed: (.*) -->", (ROOT / "README.md").read_text("utf-8"))) == set(BLOCKS)


@pytest.mark.parametrize("shell", shells())
def test_the_completion_scripts_are_what_the_code_prints(shell: str, regen: bool) -> None:  # noqa: FBT001 - a fixture
    file = ROOT / "completions" / SCRIPTS[shell]
    if regen:
        file.write_text(script(shell), "utf-8")
    else:
        assert file.read_text("utf-8") == script(shell)
