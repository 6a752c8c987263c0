"""Sums of hours and days in the history: equal to the samples they replace, whatever happens to these."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from random import Random
from typing import Final

import pytest

from balance_cli.encode import dumps
from balance_cli.foresight.pace import WINDOW
from balance_cli.history.imports import Log
from balance_cli.history.intake import import_samples
from balance_cli.history.model import HistoryError, Sample, Series
from balance_cli.history.read import load_periods
from balance_cli.history.store import catch_up, record
from balance_cli.times import rfc3339
from balance_cli.trends.trend import Trend, summarize
from conftest import Balance

NOW: Final = 1_795_262_400 + 1234
DAY: Final = 86_400
SERIES: Final = Series("main", "apimart", "key", "USD")
KEEP: Final = 100 * 365 * DAY


def make_samples(seed: int, days: int, every: int) -> list[Sample]:
    """Return samples of random use with top-ups, resets of used, amounts that are not known, and gaps."""
    random, samples = Random(seed), []  # noqa: S311 - no secret
    remaining, used, known = Decimal(100), Decimal(0), random.random() < 0.5
    for at in range(NOW - days * DAY, NOW, every):
        burned = Decimal(random.choice([0, 0, 1, 7])) / 1000
        remaining, used = remaining - burned, used + burned
        if random.random() < 0.01:
            remaining += random.choice([5, 50])
        if random.random() < 0.005:
            used = Decimal(0)
        if random.random() < 0.9:
            samples.append(Sample(at, remaining, used if known else None, None, unlimited=False))
        elif random.random() < 0.1:
            samples.append(Sample(at, None, used, None, unlimited=False))
    return samples


def read(path: Path, days: int) -> Trend:
    """Return the trend of a period up to now."""
    periods = load_periods(path, NOW - days * DAY, NOW, None, window=WINDOW, detailed=False, talk=pytest.fail)
    since, until = (datetime.fromtimestamp(at, UTC) for at in (NOW - days * DAY, NOW))
    [trend] = summarize(periods, since, until, WINDOW).trends
    return trend._replace(shape=())


def read_samples(path: Path, days: int) -> Trend:
    """Return the trend of a period in a copy of the history that has no sums."""
    copy = path.with_name("copy.db")
    copy.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.execute("VACUUM INTO ?", (str(copy),))
    with sqlite3.connect(copy) as database:
        database.executescript("UPDATE stale SET at = 0; DELETE FROM sums")
    return read(copy, days)


def count_sums(path: Path) -> int:
    """Return how many sums there are."""
    with sqlite3.connect(path) as database:
        return int(database.execute("SELECT count(*) FROM sums").fetchone()[0])


def remove_sums(path: Path) -> None:
    """Make a history as older versions of the program leave it."""
    with sqlite3.connect(path) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.executescript("DROP TABLE sums; DROP TABLE stale; DROP TABLE damaged")


def add(path: Path, samples: Sequence[Sample]) -> None:
    """Import samples."""
    text = "".join(f"{dumps(make_document(sample))}\n" for sample in samples)
    import_samples(path, Log(StringIO(text), "a log"))


def make_document(sample: Sample) -> dict[str, object]:
    """Return the document of a check that read this sample."""
    profile, provider, name, unit = SERIES
    balance = {"name": name, "unit": unit, **sample._asdict()}
    profiles = [{"profile": profile, "provider": provider, "balances": [balance]}]
    at = rfc3339(datetime.fromtimestamp(sample.at, UTC))
    return {"schema_version": 1, "checked_at": at, "profiles": profiles}


def assert_equal(path: Path) -> None:
    """Compare sums with samples, for periods of all lengths."""
    assert count_sums(path) > 0
    for days in (1, 3, 20, 59, 61, 90, 200):
        found, exact = read(path, days), read_samples(path, days)
        assert found._replace(outlook=exact.outlook) == exact
        for one, other in zip(found.outlook[:2], exact.outlook[:2], strict=True):
            assert (one is None) == (other is None)
            assert one is None or float(one) == pytest.approx(float(other or 0), rel=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_equal_to_their_samples(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "history.db"
    add(path, make_samples(seed, 100, 1111 + 600 * seed))
    assert_equal(path)


def test_sums_follow_every_recorded_sample(tmp_path: Path) -> None:
    path, samples = tmp_path / "history.db", make_samples(5, 70, 9000)
    for sample in samples:
        record(path, [(SERIES, sample)], KEEP)
    assert count_sums(path) > 0.9 * len({sample.at // 3600 for sample in samples})
    assert_equal(path)


def test_sums_are_made_again_for_logs_imported_later(tmp_path: Path) -> None:
    path, samples = tmp_path / "history.db", make_samples(6, 90, 1800)
    third = len(samples) // 3
    for part in (samples[2 * third :], samples[:third], samples[third : 2 * third]):
        add(path, part)
        assert_equal(path)


def test_sums_are_made_again_for_changed_and_deleted_samples(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    add(path, make_samples(7, 90, 1800))
    for change in (
        "UPDATE samples SET remaining = '7' WHERE at BETWEEN ? AND ?",
        "DELETE FROM samples WHERE at BETWEEN ? AND ?",
    ):
        with sqlite3.connect(path) as database:
            database.execute(change, (NOW - 30 * DAY, NOW - 25 * DAY))
        assert_equal(path)
        catch_up(path)
        assert_equal(path)


def test_pruned_samples_do_not_count_and_their_sums_are_deleted(tmp_path: Path) -> None:
    path, samples = tmp_path / "history.db", make_samples(8, 90, 1800)
    add(path, samples[:-10])
    before = count_sums(path)
    for sample in samples[-10:]:
        record(path, [(SERIES, sample)], 20 * DAY)
    assert count_sums(path) < before / 3
    assert_equal(path)


def test_a_history_without_sums_gets_them_from_the_first_record_on(tmp_path: Path) -> None:
    path, samples = tmp_path / "history.db", make_samples(9, 90, 1800)
    add(path, samples[:-1])
    remove_sums(path)
    without = read(path, 80)
    record(path, [(SERIES, samples[-1])], KEEP)
    assert_equal(path)
    assert read(path, 80).samples == without.samples + 1


def test_the_history_of_an_older_version_is_summed_once(tmp_path: Path) -> None:
    path, samples = tmp_path / "history.db", make_samples(11, 90, 1800)
    add(path, samples)
    before = count_sums(path)
    remove_sums(path)
    catch_up(path)
    assert count_sums(path) == before
    assert_equal(path)


def test_a_history_that_cannot_be_summed_is_shown_from_its_samples(balance: Balance) -> None:
    path = balance.home / "history.db"
    add(path, make_samples(12, 60, 1800))
    remove_sums(path)
    balance.write(f'[history]\npath = "{path}"\n')
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        shown = balance("history", "--since", "36500d", "--json")
        with pytest.raises(HistoryError):
            catch_up(path, patience=0.1)
    [locked] = json.loads(shown.out)["balances"]
    [summed] = json.loads(balance("history", "--since", "36500d", "--json").out)["balances"]
    assert count_sums(path) > 0
    for name in ("samples", "first_at", "last_at", "first", "last", "burned", "topped_up"):
        assert locked[name] == summed[name], name


def test_a_sample_from_the_future_is_not_read_and_spoils_no_sums(tmp_path: Path) -> None:
    path, samples = tmp_path / "history.db", make_samples(10, 70, 1800)
    add(path, samples[:-300])
    record(path, [(SERIES, Sample(NOW + 900 * DAY, Decimal(1), None, None, unlimited=False))], KEEP)
    for sample in samples[-300:]:
        record(path, [(SERIES, sample)], KEEP)
    assert read(path, 60).last[0] == samples[-1].at
    assert_equal(path)
