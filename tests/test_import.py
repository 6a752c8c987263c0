"""Importing logs from a user's view: each sample once, in the order of the file, exactly, and all or nothing."""

import signal
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import pytest

from balance_cli.exits import Exit
from conftest import Balance
from test_history import NOW, balance_of, document, imported, place

HOUR: Final = timedelta(hours=1)


def stored(balance: Balance) -> list[tuple[Any, ...]]:
    """Return all samples in the order of recording, with the hours that have passed since; unlimited comes last."""
    with sqlite3.connect(place(balance)) as database:
        query = (
            'SELECT ? - at, profile, name, remaining, used, "limit", unlimited FROM samples JOIN series ON id = series'
        )
        found = database.execute(f"{query} ORDER BY samples.rowid", (int(NOW.timestamp()),))
        return [(seconds // 3600, *words) for seconds, *words in found]


def remaining(balance: Balance) -> list[tuple[int, str]]:
    """Return the hours that have passed since each sample, and its remaining amount."""
    return [(row[0], row[3]) for row in stored(balance)]


def looks(*pairs: tuple[int, str]) -> Sequence[str]:
    """Return documents with the hours that have passed since, and the remaining amount."""
    return [document(NOW - hours * HOUR, balance_of(text)) for hours, text in pairs]


def test_a_sample_that_a_file_has_twice_is_counted_once(balance: Balance) -> None:
    lines = looks((3, "7"), (2, "6"), (3, "7"), (3, "7.0"), (1, "5"), (1, "4"))
    assert "4 of 6" in imported(balance, lines).err
    assert remaining(balance) == [(3, "7"), (2, "6"), (1, "5"), (1, "4")]


def test_a_document_that_a_file_has_twice_in_a_row_is_counted_once(balance: Balance) -> None:
    assert "2 of 3" in imported(balance, looks((3, "7"), (1, "5"), (1, "5"))).err
    assert remaining(balance) == [(3, "7"), (1, "5")]


def test_a_balance_that_a_document_has_twice_is_counted_once(balance: Balance) -> None:
    same, other = balance_of("7", used=None), balance_of("8")
    assert "2 of 3" in imported(balance, [document(NOW, same, other, same)]).err
    assert remaining(balance) == [(0, "7"), (0, "8")]


def test_samples_are_recorded_in_the_order_of_the_file(balance: Balance) -> None:
    first = looks((2, "6"), (5, "9"), (2, "8"), (4, "7"))
    assert "4 of 4" in imported(balance, first).err
    assert "2 of 6" in imported(balance, looks((3, "1"), (2, "6"), (4, "7"), (2, "8"), (1, "2"), (5, "9"))).err
    assert remaining(balance) == [(2, "6"), (5, "9"), (2, "8"), (4, "7"), (3, "1"), (1, "2")]


@pytest.mark.parametrize("known", [3, 2, 1])
def test_one_known_sample_is_not_added_again(balance: Balance, known: int) -> None:
    imported(balance, looks((known, "7")))
    assert "2 of 3" in imported(balance, looks((3, "7"), (2, "7"), (1, "7"))).err
    assert sorted(remaining(balance)) == [(1, "7"), (2, "7"), (3, "7")]


def test_samples_around_the_known_ones_are_new(balance: Balance) -> None:
    imported(balance, looks((3, "7")))
    assert "2 of 2" in imported(balance, looks((5, "7"), (4, "7"))).err
    assert "2 of 2" in imported(balance, looks((2, "7"), (1, "7"))).err


def test_a_sample_is_known_only_if_all_its_amounts_are_the_same(balance: Balance) -> None:
    amounts: list[dict[str, Any]] = [
        {"used": None, "limit": None},
        {"used": 0, "limit": None},
        {"used": None, "limit": 0},
        {"used": 0, "limit": 0},
        {"used": 0, "limit": 0, "unlimited": True},
    ]
    lines = [document(NOW, balance_of(text, **more)) for text in ("null", "0") for more in amounts]
    for number in range(1, 11):
        assert f"1 of {number}" in imported(balance, lines[:number]).err
    assert "0 of 20" in imported(balance, [*lines, *lines]).err
    assert [row[3:] for row in stored(balance)] == [
        (text, *row)
        for text in (None, "0")
        for row in [(None, None, 0), ("0", None, 0), (None, "0", 0), ("0", "0", 0), ("0", "0", 1)]
    ]


def test_each_series_is_recorded_as_itself(balance: Balance) -> None:
    names = ("main", "other")
    imported(balance, [document(NOW, balance_of("1", name="z"), profile="other")])
    pools = [balance_of(f"{number}", name=f"pool {number}") for number in range(70)]
    lines = [document(NOW - ago * HOUR, *pools, profile=name) for ago in (1, 0) for name in names]
    assert "280 of 280" in imported(balance, lines).err
    assert [row[:4] for row in stored(balance)[1:]] == [
        (ago, name, f"pool {number}", f"{number}") for name in names for number in range(70) for ago in (1, 0)
    ]


@pytest.mark.parametrize(
    ("text", "exact"),
    [("7", "7"), ("-7", "-7"), ("7.10", "7.1"), ("70.00", "70"), ("-0.0", "0"), ("-0", "0"), ("0.0000000", "0"),
     ("1e2", "100"), ("1.0E1", "10"), ("2.50e-7", "0.00000025"), ("1e-40", f"0.{'0' * 39}1"), ("1e40", f"1{'0' * 40}"),
     ("9" * 40, "9" * 40), (f"-{'9' * 40}", f"-{'9' * 40}"), (f"0.{'3' * 38}", f"0.{'3' * 38}"),
     (f"-0.{'3' * 39}", f"-0.{'3' * 39}"), ('"7.10"', "7.1"), ("null", None)],
)  # fmt: skip
def test_every_way_to_write_an_amount_is_imported_exactly(balance: Balance, text: str, exact: str | None) -> None:
    imported(balance, [document(NOW, balance_of("#")).replace("#", text)])
    assert [row[3] for row in stored(balance)] == [exact]


@pytest.mark.parametrize(
    "text",
    ["1e41", "1e-41", "9" * 41, f"-{'9' * 41}", f"0.{'3' * 41}", "1" * 5000, "1e999999999999999999999", "Infinity",
     "-Infinity", '"NaN"', '" 7"', '"1_0"', '""', "false", "[]", "{}", "[" * 900 + "]" * 900],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_what_is_no_amount_is_refused(balance: Balance, text: str) -> None:
    wrong = document(NOW, balance_of("#")).replace("#", text)
    ended = imported(balance, [*looks((1, "7")), wrong], code=Exit.MISCONFIGURED)
    assert "earlier.ndjson: line 2: " in ended.err
    assert stored(balance) == []


@pytest.mark.parametrize(("before", "after"), [("", " x}"), ("", "{}"), ("\ufeff", ""), ("\xa0", ""), ("", "\x0b")])
def test_a_line_with_more_than_its_document_is_refused(balance: Balance, before: str, after: str) -> None:
    [line] = looks((1, "7"))
    ended = imported(balance, [line, f"{before}{line}{after}"], code=Exit.MISCONFIGURED)
    assert "earlier.ndjson: line 2: not a document of `balance check --json`: it is not JSON" in ended.err
    imported(balance, [f" \t{line}\t "])
    assert remaining(balance) == [(1, "7")]


def test_an_import_leaves_no_temporary_file(balance: Balance) -> None:
    folder = balance.home / "temporary"
    folder.mkdir()
    file, env = balance.home / "log", {"TMPDIR": str(folder)}
    for text, code in (("", Exit.OK), ("{}\n", Exit.MISCONFIGURED)):
        file.write_text(f"{looks((1, '7'))[0]}\n{text}", "utf-8")
        assert balance("history", "import", str(file), env=env).code == code
        assert list(folder.iterdir()) == []
    command = [balance.program, "history", "import", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=balance.environment(env)) as importing:
        while not list(folder.iterdir()):
            assert importing.poll() is None
            time.sleep(0.01)
        importing.send_signal(signal.SIGTERM)
        assert importing.wait(20) == 128 + signal.SIGTERM
    assert list(folder.iterdir()) == []
