"""Exit codes: one table for every command, printed in the help and the README."""

from enum import IntEnum
from typing import Final


class Exit(IntEnum):
    """An exit code; Python itself exits with 1 and 2, so no crash or typo can look like ``LOW``."""

    OK = 0
    CRASH = 1
    MISCONFIGURED = 2
    LOW = 3
    UNKNOWN = 4
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


NAGIOS_UNKNOWN: Final = 3
"""The exit code of a Nagios plugin that could not do its work: for Nagios, 1 and 2 are verdicts."""

MEANINGS: Final = {
    Exit.OK: "every selected profile answered, and nothing judged is below its minimum",
    Exit.CRASH: "a bug, a broken installation, or stdout could not be written",
    Exit.MISCONFIGURED: "wrong flags or config, no key, nothing to check, a minimum that cannot be compared",
    Exit.LOW: "an amount is below its minimum, or nothing is left",
    Exit.UNKNOWN: "at least one balance could not be established",
    Exit.INTERRUPTED: "interrupted (130), broken pipe (141), terminated (143)",
}
"""With several profiles the strongest wins: low before misconfigured before unknown before ok."""


class JobExit(IntEnum):
    """An exit code of `balance run` itself, as timeout(1) and env(1) use them; otherwise it ends like its job."""

    UNKNOWN = 122
    LOW = 123
    BRAKED = 124
    TROUBLE = 125
    NOT_EXECUTABLE = 126
    NOT_FOUND = 127


JOB_MEANINGS: Final = {
    JobExit.UNKNOWN: "not started: at least one balance could not be established",
    JobExit.LOW: "not started: an amount is below its minimum, or nothing is left",
    JobExit.BRAKED: "the job was stopped: an amount is too low, was spent, or could not be read any more",
    JobExit.TROUBLE: "wrong flags or config, or a failure of balance itself",
    JobExit.NOT_EXECUTABLE: "the command cannot be executed",
    JobExit.NOT_FOUND: "the command was not found",
}
"""Without any of these, `balance run` ends with the job's own code, or dies of the signal that killed the job."""
