"""Notice changed verdicts, from one run to the next, and run the user's command when there are any."""

import subprocess
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from balance_cli.check.changes import Memory, StateFile
from balance_cli.commands.options import CheckOptions
from balance_cli.config.profile import Config, Profile
from balance_cli.environment import Environment
from balance_cli.keys.children import start_shell
from balance_cli.render import View, load
from balance_cli.verdict import Report

PATIENCE: Final = 30.0
"""Maximum seconds of a command that is run on a change."""


class Changes:
    """The changed verdicts of a run: compared with those of earlier runs, or of this process only (--watch -q)."""

    def __init__(
        self, environment: Environment, asked: CheckOptions, config: Config, profiles: Iterable[Profile]
    ) -> None:
        self._environment, self._command = environment, asked.on_change
        self._profiles = [*config.profiles, *profiles]
        self._memory = Memory()
        self._file: StateFile | None = None
        if asked.changes or asked.on_change:
            if folder := environment.state_folder():
                self._file = StateFile(folder / "verdicts.json", config.path)
            else:
                self._lose_file("there is no home directory")

    def _lose_file(self, why: str) -> None:
        self._file = None
        self._environment.talk(f"balance: cannot keep the last verdicts: {why}")

    def note(self, report: Report) -> frozenset[str]:
        """Return the profiles whose verdict has changed; if the last ones are lost, this look is the first of all."""
        given = report.verdicts, report.checked_at, self._environment.now
        changed = self._memory.take(*given)
        if self._file:
            try:
                return self._file.take(*given)
            except OSError as error:
                self._lose_file(error.strerror or type(error).__name__)
        return changed

    def act(self, report: Report, changed: Collection[str], *, silent: bool = False) -> None:
        """Run the command if a verdict has changed; with ``silent``, discard its output."""
        if self._command is not None and changed:
            output = subprocess.DEVNULL if silent else _find_stderr(self._environment)
            run_command(self._environment, self._command, report, changed, self._profiles, output=output)


def _find_stderr(environment: Environment) -> int:
    """Return the handle of stderr, or one that discards everything."""
    try:
        return environment.stderr.fileno()  # type: ignore[union-attr]
    except (AttributeError, OSError, ValueError):
        return subprocess.DEVNULL


def run_command(
    environment: Environment,
    command: str,
    report: Report,
    changed: Collection[str],
    profiles: Iterable[Profile],
    *,
    output: int,
    patience: float = PATIENCE,
) -> None:
    """Run a command line with the JSON document on stdin, without the keys of the profiles; report its failure."""
    names = [verdict.profile for verdict in report.verdicts if verdict.profile in changed]
    about = {"BALANCE_STATUS": str(report.status), "BALANCE_PROFILES": " ".join(names)}
    variables = {**_drop_keys(environment, profiles), **about}
    document = load("json").render(report, View(localize=datetime.astimezone)).encode()
    trouble: list[str] = []

    def work() -> None:
        trouble.extend(_run_shell(command, document, output, variables, patience))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()  # a signal cannot interrupt it between starting the command and knowing its PID
    thread.join()
    for text in trouble:
        environment.talk(f"balance: {text}")


def _run_shell(
    command: str, document: bytes, output: int, variables: Mapping[str, str], patience: float
) -> Iterator[str]:
    """Run a command line to its end; yield what is wrong, if anything."""
    try:
        with tempfile.TemporaryFile() as stdin:  # unlike a pipe, it never waits for its reader
            stdin.write(document)
            stdin.seek(0)
            with start_shell(command, stdin=stdin, output=output, variables=variables) as process:
                code = process.wait(patience)
    except subprocess.TimeoutExpired:
        yield f"--on-change did not finish within {patience:g} s"
    except OSError as error:
        yield f"cannot run --on-change: {error.strerror}"
    else:
        if code:
            yield f"--on-change {f'exited with {code}' if code > 0 else 'was killed'}"


def _drop_keys(environment: Environment, profiles: Iterable[Profile]) -> dict[str, str]:
    """Return the variables without those that a key of the profiles may be in."""
    names: set[str] = set()
    for profile in profiles:
        sources = (*profile.provider.env, *(profile.key.value if profile.key.kind == "key_env" else ()))
        names.update(part for source in sources for part in source.split("+"))
    return {name: value for name, value in environment.variables.items() if name not in names}
