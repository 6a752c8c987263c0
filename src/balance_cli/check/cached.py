"""Check profiles with readings that other runs have kept; of many runs at once, one asks and the others wait for it."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Self

from balance_cli.check.cache.place import Lock
from balance_cli.check.cache.store import Cache, Entry, open_cache
from balance_cli.check.many import check_profiles
from balance_cli.check.verdicts import Run, judge_reading, make_late_verdict
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.minimum import Minimum
from balance_cli.model import Reading
from balance_cli.verdict import Report, Verdict

_PAUSE: Final = 0.05
"""Seconds between two looks at what another run keeps."""


def check_with_cache(
    environment: Environment,
    profiles: Sequence[Profile],
    deadline: Deadline,
    max_ages: Mapping[str, float],
    *,
    minimums: Sequence[Minimum] = (),
    warnings: Sequence[Minimum] = (),
    debug: Callable[[str], None] | None = None,
    progress: Callable[[Collection[str]], None] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Report:
    """Check every profile like ``check_profiles``, but take a reading that is not older than its ``max_ages`` seconds.

    With an age of 0, ask. What is read is kept if the profile has an age, or if there is a reading of it already.
    """

    def ask(wanted: Sequence[Profile], keep: Callable[[Profile, Verdict], None] | None = None) -> Report:
        return check_profiles(
            environment,
            wanted,
            deadline,
            minimums=minimums,
            warnings=warnings,
            debug=debug,
            progress=progress,
            meanwhile=meanwhile,
            keep=keep,
        )

    cache = open_cache(environment, debug or (lambda _: None), create=any(max_ages.values()))
    if cache is None:
        return ask(profiles)
    now, began = environment.now(), time.monotonic()
    run = Run(environment=environment, deadline=deadline, now=now, minimums=minimums, warnings=warnings, debug=debug)
    with _Looks(cache, run, max_ages) as looks:
        waiting = list(profiles)
        while waiting:
            ours = [profile for profile in waiting if looks.must_ask(profile)]
            asked = {verdict.profile: verdict for verdict in ask(ours, looks.take).verdicts} if ours else {}
            looks.verdicts.update(asked)
            waiting = [profile for profile in waiting if profile.name not in looks.verdicts]
            if waiting and not deadline.left():
                looks.verdicts.update({profile.name: make_late_verdict(profile, deadline) for profile in waiting})
                break
            if waiting and not ours:
                time.sleep(_PAUSE)
    verdicts = tuple(looks.verdicts[profile.name] for profile in profiles)
    return Report(checked_at=now, verdicts=verdicts, elapsed_ms=round((time.monotonic() - began) * 1000))


def refresh(environment: Environment, profiles: Sequence[Profile], report: Report) -> None:
    """Replace the readings that other runs have kept of these profiles; keep no other.

    A key in a file may have changed since it was read, so such a reading stays as it is.
    """
    cache = open_cache(environment, lambda _: None, create=False)
    run = Run(environment=environment, deadline=Deadline(0), now=report.checked_at)
    for profile, verdict in zip(profiles, report.verdicts, strict=True):
        in_file = profile.key.kind == "key_file" or profile.key.files
        entry = cache.find_entry(profile, run) if cache and not in_file else None
        if cache and entry and verdict.read_at and verdict.attempts and entry.file.exists():
            cache.keep(entry, Reading(tuple(row.balance for row in verdict.balances), verdict.plan), verdict.read_at)


def find_kept(environment: Environment, profiles: Sequence[Profile], max_age: float) -> dict[str, Verdict]:
    """Return verdicts on readings that other runs have kept, by profile; never ask a provider, and never wait."""
    cache, now = open_cache(environment, lambda _: None, create=False), environment.now()
    run = Run(environment=environment, deadline=Deadline(0), now=now)
    found: dict[str, Verdict] = {}
    for profile in profiles if cache else ():
        entry = cache and cache.find_entry(profile, run)
        kept = cache.find(entry, now, max_age) if cache and entry else None
        if kept:
            found[profile.name] = judge_reading(profile, run, kept.reading)._replace(read_at=kept.read_at, cached=True)
    return found


class _Looks:
    """The looks of a run at the cache; ``verdicts`` are those found there, by profile."""

    def __init__(self, cache: Cache, run: Run, max_ages: Mapping[str, float]) -> None:
        self._cache, self._run, self._max_ages = cache, run, max_ages
        self._entries: dict[str, Entry | None] = {}
        self._locks: dict[str, Lock] = {}
        self.verdicts: dict[str, Verdict] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._locks):
            self._release(name)

    def _release(self, name: str) -> None:
        if lock := self._locks.pop(name, None):
            lock.release()

    def must_ask(self, profile: Profile) -> bool:
        """Return whether this run must ask; not if there is a fresh reading, or while another run asks."""
        name = profile.name
        if name not in self._entries:
            self._entries[name] = self._cache.find_entry(profile, self._run)
        entry = self._entries[name]
        if entry is None or not self._max_ages[name]:
            return True
        if self._find(profile, entry):
            return False
        lock = self._cache.lock(entry)
        if lock is None:
            return False
        self._locks[name] = lock
        if found := self._find(profile, entry):  # the run that had the lock has just kept it
            self._release(name)
        return not found

    def _find(self, profile: Profile, entry: Entry) -> bool:
        """Judge the profile's fresh reading; return whether there is one."""
        kept = self._cache.find(entry, self._run.environment.now(), self._max_ages[profile.name])
        if kept:
            verdict = judge_reading(profile, self._run, kept.reading)
            self.verdicts[profile.name] = verdict._replace(read_at=kept.read_at, cached=True)
        return kept is not None

    def take(self, profile: Profile, verdict: Verdict) -> None:
        """Keep what was read, unless that needed no request, or the key has changed in the meantime."""
        entry = self._entries[profile.name]
        if entry and verdict.read_at and verdict.attempts and (self._max_ages[profile.name] or entry.file.exists()):
            reading = Reading(tuple(row.balance for row in verdict.balances), verdict.plan)
            if self._cache.find_entry(profile, self._run) == entry:
                self._cache.keep(entry, reading, verdict.read_at)
        self._release(profile.name)
