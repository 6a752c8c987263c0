"""`balance config edit`: edit a copy of the config, check it, and only then save it."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from balance_cli import files
from balance_cli.commands.config import list_problems
from balance_cli.config import edit
from balance_cli.config import load as configs
from balance_cli.config.profile import Problem
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.terminal import prompt
from balance_cli.terminal.editor import run_editor

_ANSWERS: Final = {"": "d", "e": "e", "edit": "e", "s": "s", "save": "s", "d": "d", "discard": "d"}


def edit_config(environment: Environment, option: str | None) -> int:
    """Let the user edit the config; save it if it has no problem, or if the user wants that anyway."""
    file = configs.find_config(environment, option)
    before = _read(file) or ""
    with _make_copy(environment, file, before) as copy:
        after = _edit(environment, file, copy, before)
        if after is None or after == before:
            environment.talk(f"balance: {file} was not changed")
            return Exit.MISCONFIGURED if after is None else Exit.OK
        _save(file, before, after)
    environment.talk(f"balance: saved {file}")
    return Exit.OK


def _read(file: Path) -> str | None:
    try:
        return files.read(file)[0]
    except FileNotFoundError:
        return None


@contextmanager
def _make_copy(environment: Environment, file: Path, text: str) -> Iterator[Path]:
    """Make a copy in a folder that only the user can read, and remove it at the end.

    If the copy was changed but could not be saved, keep it and say where it is.
    """
    try:
        files.folder(file.absolute().parent)
        folder = Path(tempfile.mkdtemp(prefix="edit-", dir=file.absolute().parent))
        copy = folder / file.name
        files.create(copy, text)
    except OSError as error:
        raise Misconfigured(f"cannot make a copy of {file}: {error.strerror}", hint="fix that and try again") from None
    try:
        yield copy
    except BaseException:
        if _is_changed(copy, text):
            environment.talk(f"balance: your version is in {copy}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _is_changed(copy: Path, text: str) -> bool:
    """Return whether the folder of a copy has anything that the user may miss, like an editor's own files."""
    try:
        return any(file != copy for file in copy.parent.iterdir()) or _read(copy) not in {text, None}
    except Misconfigured:  # it is no longer readable as a config
        return True


def _edit(environment: Environment, file: Path, copy: Path, before: str) -> str | None:
    """Let the user edit the copy until it has no problem; return its text, or ``None`` to discard it."""
    while True:
        run_editor(environment, copy)
        after = _read(copy)
        if after is None:
            raise Misconfigured("the editor removed the file", hint=f"{file} was not changed")
        problems = [] if after == before else _find_problems(environment, file, after)
        if not problems:
            return after
        environment.talk("".join(list_problems(file, problems)), end="")
        answer = _ask(environment) if is_terminal(environment.stdin) else "d"
        if answer != "e":
            return after if answer == "s" else None


def _find_problems(environment: Environment, file: Path, text: str) -> Sequence[Problem]:
    """Return the problems that the config would have with this text."""
    status = file.stat() if file.exists() else None
    return configs.examine_text(environment, file, text, status, compare=True)[1]


def _ask(environment: Environment) -> str:
    def parse(answer: str) -> str:
        if answer.lower() not in _ANSWERS:
            raise ValueError("answer e, s or d")
        return _ANSWERS[answer.lower()]

    try:
        return prompt.ask(environment, "Edit again, save anyway or discard? [e/s/D]", parse)
    except EOFError:
        raise Misconfigured("nothing was saved", hint="run it again and answer the question") from None


def _save(file: Path, before: str, after: str) -> None:
    """Save the new text, unless the config was changed by another program since it was copied."""

    def replace(now: str) -> str:
        if now not in {before, after}:
            raise Misconfigured(f"another program has changed {file} meanwhile", hint="merge the two versions")
        return after

    edit.rewrite(file, replace)
