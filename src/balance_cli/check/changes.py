"""The last verdict of each profile, kept from one run to the next, and which verdicts have changed since."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from balance_cli import files
from balance_cli.verdict import Status, Verdict

Clock = Callable[[], datetime]


class Look(NamedTuple):
    """The last look at a profile: its verdict, and when it was noted.

    With ``doubtful`` that look ended in an ``unknown`` which the next one may mend; ``status`` is the verdict before.
    """

    status: Status
    at: datetime
    doubtful: bool = False

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Return a look as it is kept; raise an error of ``BROKEN`` if it is not one."""
        at = datetime.fromisoformat(value["at"]).astimezone(UTC)
        return cls(Status(value["status"]), at, value["doubtful"] is True)

    def to_json(self) -> dict[str, Any]:
        """Return the look as it is kept."""
        return {"status": self.status, "at": self.at.isoformat(), "doubtful": self.doubtful}

    def follow(self, status: Status, began: datetime, now: datetime) -> "Look":
        """Return the look after this one; a run that began before this look was noted is no later look."""
        if began < self.at <= now:
            return self
        if status is Status.UNKNOWN and self.status is not Status.UNKNOWN and not self.doubtful:
            return Look(self.status, now, doubtful=True)
        return Look(status, now)


BROKEN: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What reading a broken file raises."""


class Memory:
    """The last looks of this process."""

    def __init__(self) -> None:
        self._looks: Mapping[str, Look] = {}

    def take(self, verdicts: Iterable[Verdict], began: datetime, clock: Clock) -> frozenset[str]:
        """Note the verdicts of a run that began then; return the names of the profiles with another verdict."""
        before = self._looks
        self._looks = {**before, **_follow(before, verdicts, began, clock())}
        return _compare(before, self._looks)


class StateFile:
    """The last looks of all runs with a config: a JSON file, by config and profile."""

    def __init__(self, file: Path, config: Path) -> None:
        self._file, self._config = file, str(config.absolute())

    def take(self, verdicts: Iterable[Verdict], began: datetime, clock: Clock) -> frozenset[str]:
        """Note the verdicts of a run that began then; return the names of the profiles with another verdict.

        Of several runs at once only one gets a name. Raise OSError if the file cannot be read or written.
        """
        with files.lock(self._file):
            everything = self._read()
            before = _parse_looks(everything.get(self._config))
            after = {**before, **_follow(before, verdicts, began, clock())}
            everything[self._config] = {name: look.to_json() for name, look in after.items()}
            files.write(self._file, json.dumps(everything, indent=1) + "\n")
        return _compare(before, after)

    def _read(self) -> dict[str, Any]:
        """Return what the file holds; nothing if it is missing, broken or too large."""
        try:
            body, _ = files.read_start(self._file, files.MOST_BYTES)
            return dict(json.loads(body))
        except (FileNotFoundError, *BROKEN):
            return {}


def _parse_looks(value: Any) -> dict[str, Look]:
    try:
        return {name: Look.from_json(look) for name, look in value.items()}
    except BROKEN:
        return {}


def _follow(before: Mapping[str, Look], verdicts: Iterable[Verdict], began: datetime, now: datetime) -> dict[str, Look]:
    """Return the latest look at each of these profiles."""
    return {
        verdict.profile: look.follow(verdict.status, began, now)
        if (look := before.get(verdict.profile))
        else Look(verdict.status, now)
        for verdict in verdicts
    }


def _compare(before: Mapping[str, Look], after: Mapping[str, Look]) -> frozenset[str]:
    """Return the profiles with another verdict; the first one of all counts unless it is ok."""
    return frozenset(
        name
        for name, look in after.items()
        if look.status is not (before[name].status if name in before else Status.OK)
    )
