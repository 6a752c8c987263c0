"""FAULTS.md: no row is missing, and each has an existing test."""

import re
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent
ROWS: Final = re.findall(
    r"^\| ([0-9]+) \| (.+) \| (.+) \| (.+) \|$", (TESTS / "FAULTS.md").read_text("utf-8"), re.MULTILINE
)


def names_in(file: str) -> list[str]:
    """Return the names of the tests in a file."""
    return re.findall(r"^def (test_\w+)\(", (TESTS / file).read_text("utf-8"), re.MULTILINE)


def rows_of(name: str) -> set[int]:
    """Return the rows that a test name begins with: ``test_14_to_16_…``, ``test_55_and_66_…``."""
    found: set[int] = set()
    for words in re.findall(r"^test_((?:(?:[0-9]+|to|and)_)*)", name):
        for first, last in re.findall(r"([0-9]+)(?:_to_([0-9]+))?", words):
            found |= {*range(int(first), int(last or first) + 1)}
    return found


def test_no_row_is_missing() -> None:
    assert [int(number) for number, *_ in ROWS] == [*range(1, 121)]


@pytest.mark.parametrize(("number", "places"), [(int(row[0]), row[3]) for row in ROWS])
def test_every_row_has_an_existing_test(number: int, places: str) -> None:
    for place in re.findall(r"`([^`]+)`", places):
        file, _, name = place.partition("::")
        names = names_in(file)
        assert name in names if name else any(number in rows_of(one) for one in names), place


def test_no_tested_row_is_marked_as_untested() -> None:
    tested = {row for file in TESTS.glob("test_*.py") for name in names_in(file.name) for row in rows_of(name)}
    assert [number for number, *_, places in ROWS if places == "none yet" and int(number) in tested] == []


def test_test_names_may_begin_with_several_rows() -> None:
    assert rows_of("test_14_to_16_only_the_flag") == {14, 15, 16}
    assert rows_of("test_59_and_60_names") == {59, 60}
    assert rows_of("test_39_a_bomb_of_300_to_400") == {39}
    assert rows_of("test_95_97_and_99_to_101_x") == {95, 97, 99, 100, 101}
    assert rows_of("test_the_version_is_answered") == set()
