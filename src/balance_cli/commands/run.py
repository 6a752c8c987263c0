"""`balance run`: start a job only if there is enough, and stop it when there is not."""

import errno
import gc
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from balance_cli.check.many import check_profiles
from balance_cli.commands.check import load_profiles, run_check
from balance_cli.commands.options import CheckOptions
from balance_cli.config.load import find_history
from balance_cli.config.profile import Config, Profile
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import JobExit
from balance_cli.history.model import HistoryError
from balance_cli.job.brake import Brake, Limits
from balance_cli.job.handle import Ended, Job
from balance_cli.job.keeper import Stop
from balance_cli.job.looks import Looks
from balance_cli.job.outcome import Outcome, describe, make_document, make_spent
from balance_cli.keys.pasted import hide_keys
from balance_cli.minimum import Minimum
from balance_cli.render._said import explain
from balance_cli.terminal.view import make_debug
from balance_cli.terminal.write import write_output
from balance_cli.text import clean
from balance_cli.times import Clock
from balance_cli.verdict import Report, Status, Verdict

_LAST: Final = 5.0
"""Maximum seconds of the last look: the job has ended, and somebody waits for its exit code."""
_REFUSALS: Final = {
    Status.LOW: JobExit.LOW,
    Status.UNKNOWN: JobExit.UNKNOWN,
    Status.MISCONFIGURED: JobExit.TROUBLE,
}


class RunOptions(NamedTuple):
    """The options of a run; ``report`` is a file, and times are in seconds."""

    names: Sequence[str]
    command: Sequence[str]
    minimums: Sequence[Minimum]
    limits: Limits
    stop: Stop
    settle: float | None
    report: str | None
    timeout: float | None
    config: str | None
    color: str
    debug: bool

    @property
    def program(self) -> str:
        """The name of the job's program, without its folder and arguments."""
        return hide_keys(clean(os.path.basename(self.command[0]), 64))  # noqa: PTH119 - may be any text


class _Plan(NamedTuple):
    """What a run has: its surroundings, options, config and profiles."""

    environment: Environment
    asked: RunOptions
    config: Config
    profiles: Sequence[Profile]

    @property
    def timeout(self) -> float:
        """The time limit of a look, in seconds."""
        return self.asked.timeout or self.config.timeout


def run(environment: Environment, asked: RunOptions) -> int:
    """Run the command with a brake; return its exit code, or minus the signal that killed it."""
    check = _make_check_options(asked)
    plan = _Plan(environment, asked, *load_profiles(environment, check))
    _check_folder(asked.report)
    with Job(asked.command, asked.stop) as job:  # before any thread starts
        began = time.monotonic()
        first = run_check(environment, check, plan.config, plan.profiles, Deadline(plan.timeout))
        if refused := _find_refusal(first, asked):
            return _refuse(plan, first, refused)
        brake = Brake(first, began, asked.limits)
        if error := job.start():
            environment.talk(f"balance: cannot run {asked.program}: {os.strerror(error)}")
            return JobExit.NOT_FOUND if error == errno.ENOENT else JobExit.NOT_EXECUTABLE
        return _Run(plan, job, brake).guard()


def _make_check_options(asked: RunOptions) -> CheckOptions:
    return CheckOptions(
        names=asked.names,
        minimums=asked.minimums,
        warnings=(),
        form="json",
        file=None,
        quiet=True,
        details=False,
        timeout=asked.timeout,
        config=asked.config,
        color=asked.color,
        debug=asked.debug,
        max_age=0,
    )


def _check_folder(report: str | None) -> None:
    """Raise Misconfigured if the report cannot be written: after the job it would be too late to say so."""
    if report is not None:
        file = Path(report)
        if file.is_dir() or not os.access(file.parent, os.W_OK):
            raise Misconfigured(f"cannot write {clean(report)}", hint="name a file in a folder that you can write to")


def _find_refusal(report: Report, asked: RunOptions) -> Status | None:
    """Return why the job must not start: the status of the report, or unknown if a profile shows no amount at all."""
    if report.status is not Status.OK:
        return report.status
    blind = [verdict for verdict in report.verdicts if not _shows_amount(verdict)]
    return Status.UNKNOWN if blind and not asked.limits.spend else None


def _shows_amount(verdict: Verdict) -> bool:
    return any(row.balance.unlimited or row.balance.remaining is not None for row in verdict.balances)


def _refuse(plan: _Plan, report: Report, status: Status) -> int:
    """Print why the job is not started; return the exit code."""
    program, talk = plan.asked.program, plan.environment.talk
    reasons = [
        f"{verdict.profile}: {explain(verdict, Clock(report.checked_at)) or 'no remaining amount is known'}"
        for verdict in report.verdicts
        if verdict.status is not Status.OK or not _shows_amount(verdict)
    ]
    for reason in reasons:
        talk(f"balance: {reason}")
    talk(f"balance: {program} was not started")
    code = _REFUSALS[status]
    _write_report(plan, Outcome(program, "not started", code, report.checked_at, 0.0, "; ".join(reasons), 1))
    return code


def _record(plan: _Plan, outcome: Outcome) -> None:
    """Add the job to the history, if there is one."""
    history, path = plan.config.history, find_history(plan.environment, plan.config)
    if path is None or not (history.record or path.exists()):
        return
    try:
        from balance_cli.history.runs import record_run

        record_run(path, outcome, history.keep)
    except (HistoryError, ImportError) as error:  # some builds of Python have no sqlite3
        plan.environment.talk(f"balance: cannot record the job: {error}")


def _write_report(plan: _Plan, outcome: Outcome) -> None:
    if plan.asked.report is not None:
        from balance_cli.encode import dumps

        write_output(plan.environment, dumps(make_document(outcome)) + "\n", plan.asked.report)


class _Run:
    """A job that is running."""

    def __init__(self, plan: _Plan, job: Job, brake: Brake) -> None:
        self._plan, self._job, self._brake = plan, job, brake
        self._looks = Looks(self._check)
        self._reason = ""
        self._began, self._started_at = time.monotonic(), plan.environment.now()

    def _check(self, profiles: Sequence[Profile], deadline: Deadline) -> Report:
        environment, asked, *_ = self._plan
        debug = make_debug(environment, wanted=asked.debug)
        return check_profiles(environment, profiles, deadline, minimums=asked.minimums, debug=debug)

    def guard(self) -> int:
        """Wait for the job to end, looking at the balances meanwhile; return the exit code of the run."""
        while not (ended := self._job.wait(self._act(), self._looks.fileno())):
            self._take_look()
        seconds = time.monotonic() - self._began
        self._look_again()
        return self._report(ended, seconds)

    def _act(self) -> float | None:
        """Brake or look, if it is time to; return for how many seconds nothing is to be done."""
        now = time.monotonic()
        if self._reason:
            return None
        self._reason = self._brake.explain_brake(now)
        if self._reason:
            self._job.brake()
            return None
        if self._looks.began is None and now >= self._brake.look_at:
            wanted = self._brake.choose_profiles(now)
            self._looks.start(
                [profile for profile in self._plan.profiles if profile.name in wanted], self._plan.timeout
            )
        alarm = self._brake.find_alarm(now)
        return (alarm if self._looks.began is not None else min(alarm, self._brake.look_at)) - now

    def _take_look(self) -> None:
        began = self._looks.began
        if began is not None and self._looks.is_done():
            self._brake.add(self._looks.take(), began, time.monotonic())
            gc.collect()  # it is off, because it slows a look down, but this process may run for days

    def _look_again(self) -> None:
        """Read the balances once more for the report, unless a signal asks not to wait for that."""
        if self._looks.began is not None:
            self._looks.abandon()
            self._job.pause(_LAST, self._looks.fileno())
            self._looks.take()
        now = time.monotonic()
        if self._plan.asked.settle and self._job.pause(self._plan.asked.settle):
            self._brake.add(None, now, now)
            return
        self._looks.start(self._plan.profiles, min(self._plan.timeout, _LAST))
        self._job.pause(_LAST + 1, self._looks.fileno())
        self._brake.add(self._looks.take() if self._looks.is_done() else None, now, now)

    def _report(self, ended: Ended, seconds: float) -> int:
        """Say how the job went; return the exit code of the run."""
        outcome, talk = self._make_outcome(ended, seconds), self._plan.environment.talk
        if ended.status is None and not ended.braked:
            talk("balance: the process that ran the job was killed, and the job with it")
        talk(f"{_start_line(self._plan.environment, ended)}balance: {describe(outcome)}")
        _write_report(self._plan, outcome)
        _record(self._plan, outcome)
        return outcome.exit_code

    def _make_outcome(self, ended: Ended, seconds: float) -> Outcome:
        code = _find_code(ended)
        providers = {profile.name: profile.provider.id for profile in self._plan.profiles}
        return Outcome(
            program=self._plan.asked.program,
            result="braked" if ended.braked else "killed" if code < 0 else "ended",
            exit_code=code,
            started_at=self._started_at,
            seconds=seconds,
            reason=self._reason if ended.braked else "",
            looks=1 + self._looks.count,
            balances=[make_spent(key, providers[key[0]], course) for key, course in self._brake.courses.items()],
            remaining=ended.remaining,
        )


def _find_code(ended: Ended) -> int:
    if ended.status is None:
        return JobExit.BRAKED if ended.braked else JobExit.TROUBLE
    return os.waitstatus_to_exitcode(ended.status)


def _start_line(environment: Environment, ended: Ended) -> str:
    """Return a newline if a braked job may have left the cursor anywhere in a line of the terminal."""
    return "\n" if ended.braked and is_terminal(environment.stderr) else ""
