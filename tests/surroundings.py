"""The environment and the deadline of a run, for tests that call a function directly."""

from datetime import datetime
from typing import Final

from balance_cli.deadline import Deadline
from balance_cli.environment import Environment

HERE: Final = Environment.from_process()
"""This process's environment; it sees the variables that a test sets."""


class At(Environment):
    """This process's environment, with a clock that stands still."""

    def __init__(self, time: str) -> None:
        super().__init__(HERE.variables, HERE.stdin, HERE.stdout, HERE.stderr)
        self._time = datetime.fromisoformat(time)

    def now(self) -> datetime:
        """Return the time at which the clock stands."""
        return self._time


class StillDeadline(Deadline):
    """A deadline that stays a nanosecond away: too near for a retry, and never over, however slow the machine."""

    def left(self, grace: float = 0) -> float:
        """Return the time that is always left."""
        return 1e-9 + grace
