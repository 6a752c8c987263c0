"""The environment of a run, for tests that call a function directly: this process's, or one with another clock."""

from datetime import datetime
from typing import Final

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
