"""Completeness: every status, exit code, kind of failure and format is handled wherever it must be.

After adding one to its list, run this file: it names each place that does not handle it yet.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from balance_cli import errors
from balance_cli.amount import balance as amount
from balance_cli.errors import KINDS, Failure, Unexpected
from balance_cli.exits import JOB_MEANINGS, MEANINGS, Exit, JobExit
from balance_cli.render import View, formats, github, load, nagios, table
from balance_cli.render._schema import schema
from balance_cli.trends.formats import FORMATS as HISTORY_FORMATS
from balance_cli.verdict import STRENGTH, JudgedBalance, Report, Status, Verdict
from conftest import Balance

ROOT: Final = Path(__file__).parent.parent
README: Final = (ROOT / "README.md").read_text("utf-8")
MANUAL: Final = (ROOT / "src/man/balance.1").read_text("utf-8")
FORMATS: Final = [name for name, _ in formats()]
COMMANDS: Final = [
    ["check"], ["run"], ["history"], ["open"], ["providers"], ["demo"], ["init"], ["completion"], ["schema"],
    ["profile", "list"], ["profile", "show"], ["profile", "add"], ["profile", "remove"],
    ["config", "path"], ["config", "show"], ["config", "edit"], ["config", "check"], ["statusline"],
]  # fmt: skip


def report(status: Status) -> Report:
    """Return a report of one profile with this status."""
    row = JudgedBalance(balance=amount("main", "USD", remaining=4 if status is Status.LOW else 6))
    error = None if status in {Status.OK, Status.LOW} else Unexpected("it broke", hint="mend it")
    rows = (row._replace(minimum=row.balance.remaining, low=status is Status.LOW),) if error is None else ()
    verdict = Verdict(profile="agents", provider="apertis", status=status, balances=rows, error=error)
    return Report(checked_at=datetime.now(UTC), verdicts=(verdict,))


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_severity_an_exit_code_and_documentation(status: Status) -> None:
    assert status in STRENGTH
    assert status.exit in MEANINGS
    assert table.STYLES[status]
    assert f"`{status}`" in README
    assert status in schema()["properties"]["status"]["enum"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("status", Status)
def test_every_format_shows_every_status(status: Status, form: str) -> None:
    known = load(form)
    text = known.render(report(status), View())
    word = {"nagios": nagios.STATES[status].name, "github": github.LEVELS[status] or "1 of 1 ok"}.get(form, str(status))
    assert re.search(rf"\b{word}\b", text), text
    assert known.exit_code(report(status)) in ({*nagios.State} if form == "nagios" else {*Exit})


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_is_documented(code: Exit) -> None:
    meaning = MEANINGS.get(code) or next(text for text in MEANINGS.values() if f"({int(code)})" in text)
    assert meaning in README
    assert meaning in " ".join(MANUAL.split())


@pytest.mark.parametrize("words", [[], *COMMANDS], ids=" ".join)
def test_the_help_explains_the_exit_codes_where_there_is_a_verdict(balance: Balance, words: list[str]) -> None:
    told = " ".join(balance(*words, "--help").out.split())
    missing = [meaning for meaning in MEANINGS.values() if meaning not in told]
    if words != ["run"]:
        assert missing == ([] if words in ([], ["check"]) else [*MEANINGS.values()])


def test_the_exit_codes_of_run_are_explained_in_its_help_and_nowhere_else(balance: Balance) -> None:
    assert {*JobExit} == {*JOB_MEANINGS}
    assert not {*map(int, JobExit)} & {*map(int, Exit)}
    told = balance("run", "--help").out
    assert re.findall(r"^ +([0-9]+) ", told, re.MULTILINE) == [str(int(code)) for code in JOB_MEANINGS]
    for text in (" ".join(told.split()), " ".join(MANUAL.split())):
        assert [meaning for meaning in JOB_MEANINGS.values() if meaning not in text] == []
    assert str(int(JobExit.BRAKED)) not in balance("check", "--help").out


def test_the_list_of_commands_is_complete(balance: Balance) -> None:
    def below(*words: str) -> list[list[str]]:
        _, _, listed = balance(*words, "--help").out.partition("\nCommands:\n")
        names = re.findall(r"^  ([a-z]+)\b", listed.partition("\n\n")[0], re.MULTILINE)
        return [leaf for name in names for leaf in below(*words, name)] if names else [list(words)]

    assert sorted(below()) == sorted(COMMANDS)


@pytest.mark.parametrize("kind", [one for one in vars(errors).values() if isinstance(one, type) and one is not Failure])
def test_every_kind_of_failure_is_listed(kind: type) -> None:
    if issubclass(kind, Failure):
        assert kind.kind in KINDS
        assert kind.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_in_the_docs_and_the_completions(form: str) -> None:
    assert f"| `{form}` |" in README
    assert form in MANUAL
    for script in (ROOT / "completions").iterdir():
        assert re.search(rf"\b{form}\b", script.read_text("utf-8")), script.name


@pytest.mark.parametrize("form", HISTORY_FORMATS)
def test_every_history_format_is_in_its_help(balance: Balance, form: str) -> None:
    assert re.search(rf"\b{form}\b", balance("history", "--help").out)
