"""Generated files: the blocks in README.md, the completions and the manual page are current."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from balance_cli.commands.providers import list_units
from balance_cli.exits import JOB_MEANINGS, MEANINGS
from balance_cli.provider import GROUPS, UNPUBLISHED, Provider
from balance_cli.providers import find, ids
from balance_cli.providers._absent import ABSENT
from balance_cli.render import formats
from balance_cli.render._template import FIELDS
from balance_cli.shells import script, shells
from balance_cli.shells._man import EXAMPLES, render_man_page
from balance_cli.verdict import Status
from conftest import Balance, need
from terminal import Terminal

ROOT: Final = Path(__file__).parent.parent
SCRIPTS: Final = {"bash": "balance.bash", "fish": "balance.fish", "powershell": "balance.ps1", "zsh": "_balance"}


def demo(balance: Balance) -> str:
    with Terminal([balance.program, "demo", "--color", "never"], balance.environment(), columns=80) as terminal:
        terminal.end()
    table, _, _ = terminal.text.replace("\r\n", "\n").partition("\n\nThis is")
    table = re.sub(r"[0-9.]+ s$", "0.21 s", table)
    return fenced(f"$ balance check --min 5\n{table}\n$ echo $?\n3")


def codes(_: Balance) -> str:
    names = {status.exit: f"`{status}`" for status in Status}
    rows = (f"| {int(code)} | {names.get(code, '')} | {text} |" for code, text in MEANINGS.items())
    return "\n".join(["| code | status | meaning |", "|---|---|---|", *rows])


def run_codes(_: Balance) -> str:
    rows = (f"| {int(code)} | {text} |" for code, text in JOB_MEANINGS.items())
    return "\n".join(["| code | meaning |", "|---|---|", *rows])


def check_help(balance: Balance) -> str:
    return fenced(balance("check", "--help", env={"COLUMNS": "80"}).out.rstrip())


def output_formats(_: Balance) -> str:
    return "\n".join(["| format | |", "|---|---|", *(f"| `{form}` | {text} |" for form, text in formats())])


def fields(_: Balance) -> str:
    rows = (f"| `{{{name}}}` | {text} |" for name, text in FIELDS.items())
    return "\n".join(["| field | |", "|---|---|", *rows])


def providers(_: Balance) -> str:
    found = [find(name) for name in ids()]
    groups = {title: [p for p in found if p.group == group] for group, title in GROUPS.items()}
    tables = (_fold(f"{title} ({len(of)})", _rows(of)) for title, of in groups.items() if of)
    return "\n\n".join([*tables, f"¹ {UNPUBLISHED.capitalize()}."])


def no_endpoint(_: Balance) -> str:
    lines = "\n".join(f"* {title}: {instead}" for title, instead in ABSENT.values())
    return _fold(f"No endpoint ({len(ABSENT)})", lines)


def _fold(title: str, text: str) -> str:
    return f"<details>\n<summary>{title}</summary>\n\n{text}\n\n</details>"


def groups(_: Balance) -> str:
    return "\n".join(["| group | |", "|---|---|", *(f"| `{group}` | {title} |" for group, title in GROUPS.items())])


def _rows(found: list[Provider]) -> str:
    rows = (f"| {_name(p)} | `{p.id}` | {_key(p)} | {list_units(p)} |" for p in found)
    return "\n".join(["| provider | id | usual variable | key | units |", "|---|---|---|---|---|", *rows])


def _name(provider: Provider) -> str:
    """Name a provider and what it sells, with a link to its documentation."""
    sells = f" ({', '.join(provider.sells)})" if provider.sells else ""
    return f"[{provider.name}]({provider.docs}){sells}{'' if provider.published else ' ¹'}"


def _key(provider: Provider) -> str:
    """Name the usual variables in a way that can be wrapped, and the kind of key."""
    if not provider.key:
        return "| none needed"
    return f"{' + '.join(f'`{name}`' for name in provider.env[0].split('+'))} | {provider.key}"


def fenced(text: str) -> str:
    return f"```\n{text}\n```"


BLOCKS: Final[dict[str, Callable[[Balance], str]]] = {
    "demo": demo,
    "exit codes": codes,
    "check help": check_help,
    "formats": output_formats,
    "fields": fields,
    "run exit codes": run_codes,
    "providers": providers,
    "no endpoint": no_endpoint,
    "groups": groups,
}


def test_the_generated_blocks_of_the_readme_are_current(balance: Balance, regen: bool) -> None:
    file = ROOT / "README.md"
    old = new = file.read_text("utf-8")
    assert re.findall(r"<!-- printed: (.*) -->", old) == list(BLOCKS)
    for name, block in BLOCKS.items():
        before, start, rest = new.partition(f"<!-- printed: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        new = f"{before}{start}{block(balance)}\n{end}{after}"
    if regen:
        file.write_text(new, "utf-8")
    else:
        assert old == new


@pytest.mark.parametrize("shell", shells())
def test_the_completion_scripts_are_current(balance: Balance, shell: str, regen: bool) -> None:
    file = ROOT / "completions" / SCRIPTS[shell]
    if regen:
        file.write_text(script(shell), "utf-8")
    else:
        assert file.read_text("utf-8") == script(shell) == balance("completion", shell).out


def test_the_manual_page_is_current(regen: bool) -> None:
    file = ROOT / "src" / "man" / "balance.1"
    if regen:
        file.write_text(render_man_page(), "utf-8")
    else:
        assert file.read_text("utf-8") == render_man_page()


def test_the_readmes_configs_are_valid(balance: Balance) -> None:
    blocks = re.findall(r"(?<!-->\n)```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 3
    for block in blocks:
        balance.write(block)
        ended = balance("config", "check")
        assert "no problems" in ended.out, ended.out


def test_the_manual_page_renders_without_warnings() -> None:
    need("man")
    env = {**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}
    file = str(ROOT / "src" / "man" / "balance.1")
    done = subprocess.run(["man", "--warnings", "-l", file], capture_output=True, env=env, text=True, check=True)
    assert done.stderr == ""
    for words in ("balance check [OPTIONS] [NAME]...", "--min AMOUNT[UNIT]", "EXIT STATUS", "~/.config/balance"):
        assert words in done.stdout
    for _, line in EXAMPLES:
        assert line[:60] in done.stdout
    shown = "".join(done.stdout.split())
    for meaning in MEANINGS.values():
        assert "".join(meaning.split()) in shown.replace("\u2010", "")


@pytest.mark.parametrize("line", [line for _, line in EXAMPLES])
def test_every_example_of_the_manual_page_is_a_valid_command_line(balance: Balance, line: str) -> None:
    words = shlex.split(re.split(r" \| | && ", line)[0])
    ended = balance(*words[1:], "--help")
    assert ended.code == 0, ended.err
    assert f"Usage: {' '.join(words[:2])}" in ended.out
    for option in (word for word in words if word.startswith("-")):
        assert option in ended.out


def test_the_manual_page_and_completions_are_installed_where_shells_look() -> None:
    share = Path(sys.prefix) / "share"
    for place, source in {
        "man/man1/balance.1": "src/man/balance.1",
        "bash-completion/completions/balance": "completions/balance.bash",
        "fish/vendor_completions.d/balance.fish": "completions/balance.fish",
        "zsh/site-functions/_balance": "completions/_balance",
    }.items():
        assert (share / place).is_file()
        assert (share / place).read_text("utf-8").splitlines()[0] == (ROOT / source).read_text("utf-8").splitlines()[0]
