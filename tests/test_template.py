"""--format: a line per profile in the user's own words."""

import pytest

from balance_cli.exits import Exit
from balance_cli.render._template import FIELDS
from conftest import Balance
from stub import Stub

ANSWER = {"text": '{"is_subscriber": false, "payg": {"remaining_usd": 3.257, "used_usd": 1, "total_usd": 10, '
          '"is_unlimited": false}}'}  # fmt: skip


@pytest.fixture
def two(balance: Balance) -> Balance:
    """One profile that can be read, and one that has no key."""
    balance.profiles({"main": 'provider = "apertis"', "gone": 'provider = "apertis"\nmin = 1'})
    return balance


def formatted(balance: Balance, template: str, *more: str) -> str:
    """Return what a template prints for both profiles, one of which is rejected."""
    gone = {"request": "GET /v1/dashboard/billing/credits", "status": 401, "text": "{}"}
    with Stub(always=ANSWER) as stub, Stub(always=gone) as other:
        balance.profiles(
            {
                "main": f'provider = "apertis"\nbase_url = "{stub.url}"',
                "gone": f'provider = "apertis"\nbase_url = "{other.url}"',
            }
        )
        return balance("check", "--format", template, *more).out


@pytest.mark.parametrize(
    ("template", "lines"),
    [
        ("{profile}: {remaining} {unit}", ["main: 3.257 USD", "gone: - -"]),
        ("{amount}", ["3.25 USD", "-"]),
        ("{percent}% of {limit}, {used} used", ["32% of 10, 1 used", "-% of -, - used"]),
        ("{provider} {status} {balance}", ["apertis ok payg", "apertis unknown -"]),
        (r"{profile}\t{{{remaining}}}\\n", ["main\t{3.257}\\n", "gone\t{-}\\n"]),
        (r"a\nb\x", ["a", r"b\x", "a", r"b\x"]),
        ("größe 余额", ["größe 余额", "größe 余额"]),
    ],
)
def test_a_template_prints_a_line_per_profile(balance: Balance, template: str, lines: list[str]) -> None:
    assert formatted(balance, template).splitlines() == lines


def test_every_field_has_a_value_that_is_never_empty(balance: Balance) -> None:
    for line in formatted(balance, "|".join(f"{{{name}}}" for name in FIELDS)).splitlines():
        assert len(line.split("|")) == len(FIELDS)
        assert all(line.split("|"))
    listed = balance("check", "--format", "help").out
    assert [line.split()[0] for line in listed.splitlines()] == [f"{{{name}}}" for name in FIELDS]


def test_a_template_changes_no_exit_code_and_hides_no_reason(balance: Balance) -> None:
    with Stub(always=ANSWER) as stub:
        balance.profiles({"main": f'provider = "apertis"\nbase_url = "{stub.url}"'})
        ended = balance("check", "--min", "5", "--format", "{remaining} {min} {why}")
        assert (ended.code, ended.out) == (Exit.LOW, "3.257 5 payg has 3.25 USD, below the minimum of 5.00\n")
        file = balance.home / "out"
        ended = balance("check", "-q", "--format", "{remaining}", "--output-file", str(file))
        assert (ended.code, ended.out, file.read_text()) == (Exit.OK, "", "3.257\n")


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("{remainig}", 'has no field {remainig}: did you mean "remaining"?'),
        ("{0}", "has no field {0}"),
        ("{profile.__class__}", "has no field {profile.__class__}"),
        ("{profile[0]}", 'has no field {profile[0]}: did you mean "profile"?'),
        ("{}", "must name fields only: {field}"),
        ("{remaining:.2f}", "must name fields only: {field}"),
        ("{remaining!r}", "must name fields only: {field}"),
        ("{remaining", "has an unmatched brace: write {field}, or {{ and }} for braces"),
        ("remaining}", "has an unmatched brace: write {field}, or {{ and }} for braces"),
    ],
)
def test_a_wrong_template_is_refused_before_any_request(two: Balance, template: str, wrong: str) -> None:
    ended = two("check", "--format", template)
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert ended.err == f"balance: --format {wrong} (see `balance check --help`)\n"


@pytest.mark.parametrize("other", [["--json"], ["-o", "csv"]])
def test_a_template_replaces_any_other_format(two: Balance, other: list[str]) -> None:
    ended = two("check", "--format", "{profile}", *other)
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert "--format cannot be combined with -o or --json" in ended.err
