"""Faults 96 and 97: lists and flags of the wrong type, and a failure flag beside a balance, for every provider.

Every list and every flag of every recorded response is replaced in turn: the result is unknown or stays the same.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from balance_cli.exits import Exit
from balance_cli.verdict import Status
from conftest import Balance
from stub import Stub
from test_fuzz import answered, places
from test_providers import ANSWERED, NOT_KNOWN, amounts_of

NO_LISTS: Final[list[Any]] = [{}, "", {"a": 1}, "text", 0, 1, True, False]
NO_FLAGS: Final[list[Any]] = ["false", "true", "", "no", 0, 1, {}, []]
NOES: Final[list[dict[str, Any]]] = [
    {"success": "false"},
    {"success": 0},
    {"success": None},
    {"success": "no"},
    {"ok": "no"},
    {"ok": False},
    {"status": "error"},
    {"status": "FAILED"},
    {"error": "too late"},
    {"error": True},
    {"error": {"why": "too late"}},
    {"errors": ["too late"]},
    {"code": "422"},
    {"status": 500},
]
NAMES: Final = [f"{name}: {case['name']}" for name, case in ANSWERED]


def replaced(answers: list[Any], kind: type, values: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield what was replaced, and the responses with each value of a type replaced by each of ``values``."""
    for index, answer in enumerate(answers):
        for number, (holder, step) in enumerate(places(answer)):
            if isinstance(holder[step], kind):
                for value in values:
                    changed = copy.deepcopy(answers)
                    inside, at = list(places(changed[index]))[number]
                    inside[at] = value
                    yield f"{step} = {value!r}", changed


@pytest.mark.parametrize(("kind", "values"), [(list, NO_LISTS), (bool, NO_FLAGS)], ids=["lists", "flags"])
@pytest.mark.parametrize(("name", "case"), ANSWERED, ids=NAMES)
def test_96_a_wrong_type_is_unknown_or_changes_nothing(
    name: str, case: Mapping[str, Any], kind: type, values: list[Any]
) -> None:
    answers = [copy.deepcopy(exchange.get("answer")) for exchange in case["exchanges"]]
    whole = amounts_of(answered(name, case, answers))
    for what, changed in replaced(answers, kind, values):
        verdict = answered(name, case, changed)
        assert verdict.status in NOT_KNOWN or amounts_of(verdict) == whole, what


@pytest.mark.parametrize("no", NOES, ids=map(str, NOES))
@pytest.mark.parametrize(("name", "case"), ANSWERED, ids=NAMES)
def test_97_a_failure_flag_beside_a_balance_is_never_ok(name: str, case: Mapping[str, Any], no: dict[str, Any]) -> None:
    first = case["exchanges"][0]
    if not isinstance(first.get("answer"), dict) or "status" in first:
        pytest.skip("the first answer is no object")
    answers = [copy.deepcopy(exchange.get("answer")) for exchange in case["exchanges"]]
    answers[0] |= no
    assert answered(name, case, answers).status is not Status.OK


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ('{"success": true, "remain_balance": 10, "used_balance": 0, "unlimited_quota": "true"}', Exit.UNKNOWN),
        ('{"success": true, "remain_balance": 10, "used_balance": 0, "unlimited_quota": "false"}', Exit.UNKNOWN),
        ('{"success": true, "remain_balance": 10, "used_balance": 0, "unlimited_quota": null}', Exit.UNKNOWN),
        ('{"success": "false", "remain_balance": 10, "used_balance": 0}', Exit.UNKNOWN),
        ('{"success": 0, "remain_balance": 10, "used_balance": 0}', Exit.UNKNOWN),
        ('{"success": true, "remain_balance": 10, "used_balance": 0, "status": "error"}', Exit.UNKNOWN),
        ('{"success": true, "remain_balance": 10, "used_balance": 0, "status": "active"}', Exit.OK),
        ('{"success": true, "remain_balance": 10, "used_balance": 0, "error": "", "errors": []}', Exit.OK),
    ],
)
def test_96_and_97_wrong_types_and_failure_flags_in_the_installed_program(
    balance: Balance, answer: str, code: Exit
) -> None:
    no = {"status": 404, "text": ""}
    with Stub(exchanges=[{"request": "GET /v1/balance", "text": answer}], always=no) as stub:
        balance.profiles({"main": f'provider = "apimart"\nbase_url = "{stub.url}"'})
        assert balance("check", "--json", "--min", "5").code == code


@pytest.mark.parametrize("more", ["null", '"false"', '"true"', "0", "1", "{}", "[]"])
def test_96_has_more_must_be_true_or_false(balance: Balance, more: str) -> None:
    page = f'{{"data": [], "has_more": {more}, "next_page": null}}'
    with Stub(always={"text": page}) as stub:
        balance.profiles({"main": f'provider = "anthropic"\nbase_url = "{stub.url}"\nbudget = "5USD"'})
        balance.env["TEST_KEY"] = "sk-ant-admin01-0123456789"
        assert balance("check", "--json").code == Exit.UNKNOWN
