"""`balance config edit`: a copy is edited and checked, and nothing that a user wrote is lost."""

import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from balance_cli.exits import Exit
from conftest import Balance, wait
from terminal import Terminal

OLD: Final = '# mine\n[profiles.main]\nprovider = "apertis"\n'
NEW: Final = f"{OLD}min = 5\n"
BAD: Final = f"{OLD}mim = 5\n"
PROBLEM: Final = 'line 4: "mim" in profiles.main is not a known key: did you mean "min"?'
QUESTION: Final = "Edit again, save anyway or discard? [e/s/D]: "


def editing(balance: Balance, *texts: str, script: str = "") -> None:
    """Set $VISUAL to an editor that replaces its file by these texts, one each time, and then runs a script."""
    folder = balance.home / "editor"
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / str(number)).write_text(text)
    editor = folder / "editor"
    editor.write_text(
        f"#!/bin/sh\nfile=$1\ncd {folder}\nnext=$(ls | grep -m1 '^[0-9]*$')\n"
        f'[ -z "$next" ] || mv "$next" "$file"\n{script}\n'
    )
    editor.chmod(0o755)
    balance.env.update({"VISUAL": str(editor), "EDITOR": "false"})


def kept(balance: Balance) -> list[str]:
    """Return the texts of the copies that are left."""
    return [copy.read_text() for copy in balance.config.parent.glob("edit-*/config.toml")]


def names(balance: Balance) -> list[str]:
    """Return the names of everything in the config's folder."""
    return sorted(file.name for file in balance.config.parent.iterdir())


def test_a_config_without_problems_is_saved(balance: Balance) -> None:
    balance.write(OLD, 0o640)
    editing(balance, NEW)
    ended = balance("config", "edit")
    assert (ended.code, ended.out, ended.err) == (Exit.OK, "", f"balance: saved {balance.config}\n")
    assert balance.config.read_text() == NEW
    assert stat.S_IMODE(balance.config.stat().st_mode) == 0o640
    assert names(balance) == ["config.toml"]


def test_a_new_config_is_created_for_its_owner_alone(balance: Balance) -> None:
    editing(balance, NEW)
    assert balance("config", "edit").code == Exit.OK
    assert balance.config.read_text() == NEW
    assert stat.S_IMODE(balance.config.stat().st_mode) == 0o600
    assert stat.S_IMODE(balance.config.parent.stat().st_mode) == 0o700
    assert names(balance) == ["config.toml"]


def test_the_copy_is_readable_by_its_owner_alone_and_has_the_name_of_the_config(balance: Balance) -> None:
    balance.write(OLD, 0o644)
    editing(balance, script='stat -c "%a %n" "$file" "$(dirname "$file")" > seen; cat "$file" >> seen')
    ended = balance("config", "edit")
    assert (ended.code, ended.err) == (Exit.OK, f"balance: {balance.config} was not changed\n")
    copy, folder, text = (balance.home / "editor" / "seen").read_text().split("\n", 2)
    assert copy.startswith("600 ")
    assert folder.startswith(f"700 {balance.config.parent}/edit-")
    assert copy.endswith("/config.toml")
    assert text == OLD
    assert names(balance) == ["config.toml"]


def test_the_editor_may_have_options_and_visual_comes_first(balance: Balance) -> None:
    balance.write(OLD)
    editing(balance)
    program = balance.env.pop("VISUAL")
    Path(program).write_text('#!/bin/sh\n[ "$1 $2" = "--wait a b" ] && echo "min = 5" >> "$3"\n')
    assert balance("config", "edit", env={"EDITOR": f"{program} --wait 'a b'"}).code == Exit.OK
    assert balance.config.read_text() == NEW
    assert balance("config", "edit", env={"VISUAL": "true", "EDITOR": "false"}).code == Exit.OK
    assert balance("config", "edit", env={"VISUAL": "", "EDITOR": "true"}).code == Exit.OK


def test_without_a_variable_the_editor_is_vi(balance: Balance, tmp_path: Path) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "vi").write_text('#!/bin/sh\necho "min = 5" >> "$1"\n')
    (folder / "vi").chmod(0o755)
    balance.write(OLD)
    assert balance("config", "edit", env={"PATH": f"{folder}:/usr/bin:/bin"}).code == Exit.OK
    assert balance.config.read_text() == NEW


def test_a_config_with_problems_can_be_mended(balance: Balance) -> None:
    balance.write("[profiles")
    editing(balance, NEW)
    assert balance("config", "edit").code == Exit.OK
    assert balance.config.read_text() == NEW


def test_in_a_pipe_a_problem_is_reported_with_its_line_and_nothing_is_saved(balance: Balance) -> None:
    balance.write(OLD)
    editing(balance, BAD)
    ended = balance("config", "edit")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert ended.err == f"{balance.config}: {PROBLEM}\nbalance: {balance.config} was not changed\n"
    assert balance.config.read_text() == OLD
    assert names(balance) == ["config.toml"]


@pytest.mark.parametrize(
    ("answers", "code", "text"),
    [
        (["e\r"], Exit.OK, NEW),
        (["x\r", "edit\r"], Exit.OK, NEW),
        (["s\r"], Exit.OK, BAD),
        (["d\r"], Exit.MISCONFIGURED, OLD),
        (["\r"], Exit.MISCONFIGURED, OLD),
    ],
    ids=["edit again", "a wrong answer", "save anyway", "discard", "discard by default"],
)
def test_on_a_terminal_a_problem_is_followed_by_a_question(
    balance: Balance, answers: list[str], code: Exit, text: str
) -> None:
    balance.write(OLD)
    editing(balance, BAD, NEW)
    with Terminal([balance.program, "config", "edit"], balance.environment()) as terminal:
        for number, answer in enumerate(answers):
            terminal.until(["answer e, s or d\r\n", PROBLEM][number == 0])
            terminal.until(QUESTION)
            terminal.type(answer)
        assert terminal.end() == code
    assert balance.config.read_text() == text
    assert names(balance) == ["config.toml"]


@pytest.mark.parametrize(("keys", "code"), [("\x03", Exit.INTERRUPTED), ("\x04", Exit.MISCONFIGURED)])
def test_without_an_answer_the_edited_version_is_kept(balance: Balance, keys: str, code: Exit) -> None:
    balance.write(OLD)
    editing(balance, BAD)
    with Terminal([balance.program, "config", "edit"], balance.environment()) as terminal:
        terminal.until(QUESTION)
        assert terminal.leave(keys) == code
        assert "balance: your version is in " in terminal.text
    assert (balance.config.read_text(), kept(balance)) == (OLD, [BAD])


def test_a_change_by_another_program_is_not_overwritten(balance: Balance) -> None:
    balance.write(OLD)
    add = f"{balance.program} profile add two --provider apertis --no-check"
    editing(balance, NEW, script=add)
    ended = balance("config", "edit")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    [copy] = balance.config.parent.glob("edit-*/config.toml")
    *_, where, why = ended.err.splitlines()
    assert where == f"balance: your version is in {copy}"
    assert why == f"balance: another program has changed {balance.config} meanwhile (merge the two versions)"
    assert balance.config.read_text() == f'{OLD}\n[profiles.two]\nprovider = "apertis"\n'
    assert copy.read_text() == NEW


def test_a_config_that_was_removed_meanwhile_is_not_lost(balance: Balance) -> None:
    balance.write(OLD)
    editing(balance, NEW, script=f"rm {balance.config}")
    assert balance("config", "edit").code == Exit.MISCONFIGURED
    assert kept(balance) == [NEW]


def test_the_same_change_by_another_program_is_no_conflict(balance: Balance) -> None:
    balance.write(OLD)
    editing(balance, NEW, script=f'cat "$file" > {balance.config}')
    assert balance("config", "edit").code == Exit.OK
    assert balance.config.read_text() == NEW


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        ("/nonexistent/editor", "cannot run the editor /nonexistent/editor: No such file or directory (set VISUAL"),
        ("'vi", "the command of the editor has an unclosed quote (set VISUAL"),
        ("sh -c 'exit 3'", "the editor sh ended with code 3 (nothing was saved)"),
        ("rm", "the editor removed the file"),
    ],
)
def test_an_editor_that_fails_changes_nothing(balance: Balance, editor: str, words: str) -> None:
    balance.write(OLD)
    ended = balance("config", "edit", env={"VISUAL": editor})
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert words in ended.err
    assert balance.config.read_text() == OLD
    assert names(balance) == ["config.toml"]


def test_the_changes_of_an_editor_that_fails_are_kept(balance: Balance) -> None:
    balance.write(OLD)
    editing(balance, NEW, script="exit 1")
    assert balance("config", "edit").code == Exit.MISCONFIGURED
    assert (balance.config.read_text(), kept(balance)) == (OLD, [NEW])


def test_a_version_that_cannot_be_saved_is_kept(balance: Balance) -> None:
    balance.write(OLD)
    editing(balance, NEW)
    (balance.home / "editor" / "0").write_bytes(f"{NEW}# ".encode() + b"\xff")
    ended = balance("config", "edit")
    assert ended.code == Exit.MISCONFIGURED
    assert "line 5: not UTF-8" in ended.err
    assert balance.config.read_text() == OLD
    assert len(list(balance.config.parent.glob("edit-*/config.toml"))) == 1


def test_an_interrupt_is_for_the_editor(balance: Balance) -> None:
    balance.write(OLD)
    editing(balance, NEW, script="trap 'echo interrupted; exit 0' INT\necho ready\nwhile :; do sleep 0.1; done")
    with Terminal([balance.program, "config", "edit"], balance.environment()) as terminal:
        terminal.until("ready")
        terminal.type("\x03")
        terminal.until("interrupted")
        assert terminal.end() == Exit.OK
    assert balance.config.read_text() == NEW


def test_a_terminated_edit_ends_the_editor_and_keeps_its_changes(balance: Balance) -> None:
    balance.write(OLD)
    editing(balance, NEW, script="echo $$ > pid\nexec sleep 600")
    command = [balance.program, "config", "edit"]
    with subprocess.Popen(command, env=balance.environment(), stderr=subprocess.PIPE) as process:
        pid = balance.home / "editor" / "pid"
        wait(lambda: pid.exists() and pid.read_text())
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == Exit.TERMINATED
    assert b"balance: your version is in " in err
    assert (balance.config.read_text(), kept(balance)) == (OLD, [NEW])
    wait(lambda: not is_running(int(pid.read_text())))


def is_running(pid: int) -> bool:
    """Return whether a process runs; on Linux, a zombie does not."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_symlink_stays_a_symlink(balance: Balance, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(OLD)
    balance.config.parent.mkdir(parents=True)
    balance.config.symlink_to(real)
    editing(balance, NEW)
    assert balance("config", "edit").code == Exit.OK
    assert balance.config.is_symlink()
    assert real.read_text() == NEW


def test_a_key_that_others_could_read_is_a_problem(balance: Balance) -> None:
    balance.write(OLD, 0o644)
    editing(balance, f'{OLD}key = "hunter2-tail"\n')
    ended = balance("config", "edit")
    assert ended.code == Exit.MISCONFIGURED
    assert "line 4: other users can read this key: chmod 600" in ended.err
    assert "hunter2" not in ended.err
    assert balance.config.read_text() == OLD


def test_an_unwritable_folder_is_an_error(balance: Balance) -> None:
    ended = balance("config", "edit", "--config", "/proc/nowhere/config.toml", env={"VISUAL": sys.executable})
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert "cannot make a copy of /proc/nowhere/config.toml" in ended.err
