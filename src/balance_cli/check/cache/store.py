"""Find and keep the readings of profiles, told apart by everything that decides the answer."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from balance_cli.check.cache import place
from balance_cli.check.cache.form import Kept, parse_kept, write_kept
from balance_cli.check.key import read_key
from balance_cli.check.verdicts import Run
from balance_cli.config.profile import Profile
from balance_cli.environment import Environment
from balance_cli.errors import Failure
from balance_cli.model import Reading

Tell = Callable[[str], None]
_SLOW: frozenset[str] = frozenset({"key_command", "key_keyring"})
"""Sources that run a program or ask the user: such a key is not read to find a reading."""


class Entry(NamedTuple):
    """The place of a profile's reading, and the hash of the key that it must be of; "" if the key is not read."""

    file: Path
    key: str


def open_cache(environment: Environment, tell: Tell, *, create: bool) -> "Cache | None":
    """Return the user's cache; ``None`` if it is unusable, or missing unless ``create``."""
    try:
        folder = environment.cache_folder()
        if folder is None:
            return None
        return Cache(folder, place.make_hash_key(folder) if create else place.read_hash_key(folder), tell)
    except FileNotFoundError:
        return None
    except OSError as error:
        tell(f"cache: cannot use {folder}: {error.strerror}")
        return None


class Cache:
    """The readings in a folder; ``tell`` gets debug lines, because no trouble with a cache changes a verdict."""

    def __init__(self, folder: Path, hash_key: bytes, tell: Tell) -> None:
        self._folder, self._hash_key, self._tell = folder, hash_key, tell

    def find_entry(self, profile: Profile, run: Run) -> Entry | None:
        """Return the place of a profile's reading; ``None`` if the profile cannot be asked with this key."""
        provider, source = profile.provider, profile.key
        parts = (
            provider.id, provider.package, profile.base_url or provider.base, sorted(profile.options.items()),
            profile.unit, profile.budget, source.kind, source.field, source.folder,
            () if source.kind == "key" else source.value,
        )  # fmt: skip
        name = f"{profile.name}-{self._hash(repr(parts))}.json"
        if provider.broken or provider.absent:
            return None
        try:
            return Entry(self._folder / name, "" if source.kind in _SLOW else self._hash_key_of(profile, run))
        except Failure:
            return None

    def _hash_key_of(self, profile: Profile, run: Run) -> str:
        """Return a hash of a profile's key, and of what else the request takes from the file of the key."""
        secret, beside = read_key(profile, run), dict[str, str]()
        if secret.holder is not None and profile.provider.beside:
            from balance_cli.keys.stored import find_beside

            beside = find_beside(secret, profile.provider.beside)
        return self._hash(repr((secret.reveal(), sorted(beside.items()))))

    def _hash(self, text: str) -> str:
        from hashlib import blake2b

        return blake2b(text.encode(), key=self._hash_key, digest_size=16).hexdigest()

    def find(self, entry: Entry, now: datetime, max_age: float) -> Kept | None:
        """Return the reading of an entry, ``None`` if there is none that is fresh."""
        try:
            kept = parse_kept(place.read(entry.file))
        except FileNotFoundError:
            return None
        except OSError as error:
            self._tell(f"cache: cannot read {entry.file}: {error.strerror}")
            return None
        except ValueError:
            self._tell(f"cache: {entry.file} is broken, or of another version")
            return None
        return kept if kept.key == entry.key and kept.is_fresh(now, max_age) else None

    def keep(self, entry: Entry, reading: Reading, read_at: datetime) -> None:
        """Keep a reading instead of the one before."""
        try:
            place.write(entry.file, write_kept(Kept(reading, read_at, entry.key)))
        except OSError as error:
            self._tell(f"cache: cannot write {entry.file}: {error.strerror}")

    def lock(self, entry: Entry) -> place.Lock | None:
        """Return the lock of an entry, ``None`` while another process has it; without locks, one that holds nothing."""
        try:
            return place.lock(entry.file.with_suffix(".lock"))
        except OSError as error:
            self._tell(f"cache: cannot lock {entry.file}: {error.strerror}")
            return place.Lock(None)
