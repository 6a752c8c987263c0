"""`balance check` as a user runs it: the installed program, a loopback server, exit codes and JSON output."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import jsonschema
import pytest

from balance_cli.exits import Exit
from balance_cli.render import formats
from balance_cli.render._schema import schema
from conftest import KEY, SLACK, Balance, Ended
from stub import Stub

PAYG: Final = {
    "request": "GET /v1/dashboard/billing/credits",
    "text": '{"object": "billing_credits", "is_subscriber": false, "payg": {"remaining_usd": 12.50, "used_usd": 7.50, '
    '"total_usd": 20.00, "is_unlimited": false, "monthly_limit_usd": 50.00, "monthly_used_usd": 7.50, '
    '"monthly_reset_day": 1}}',
}
SUBSCRIBER: Final = {
    "request": "GET /v1/dashboard/billing/credits",
    "text": '{"object": "billing_credits", "is_subscriber": true, "payg": {"remaining_usd": 0.95, "used_usd": 0.05, '
    '"total_usd": 1.00, "is_unlimited": false}, "subscription": {"plan_type": "pro", "status": "active", '
    '"cycle_quota_limit": 1000, "cycle_quota_used": 350, "cycle_quota_remaining": 650, '
    '"cycle_start": "2026-03-16T10:02:35Z", "cycle_end": "2026-04-16T10:02:35Z", "payg_fallback_enabled": true, '
    '"payg_spent_usd": 2.50, "payg_limit_usd": 10.00}}',
}
IMAGES: Final = {
    "request": "GET /v1/credits?by_api_key=true",
    "answer": {"remaining_credits": "25.5000", "credit_usage": "4.5000", "total_deposits": "30.0000"},
}
KEY_BALANCE: Final = {
    "request": "GET /v1/balance",
    "answer": {
        "success": True,
        "remain_balance": Decimal("10.5"),
        "used_balance": Decimal("2.3"),
        "unlimited_quota": False,
    },
}
CREDITS: Final = {"request": "GET /api/v1/chat/credit", "answer": {"code": 200, "msg": "success", "data": 100}}
NOT_FOUND: Final = {"status": 404, "text": "no such page"}


def document(ended: Ended) -> dict[str, Any]:
    """Return the JSON document of a run; assert that it follows the schema and has the exit code of the process."""
    found: dict[str, Any] = json.loads(ended.out, parse_float=Decimal)
    jsonschema.validate(json.loads(ended.out), schema(), format_checker=jsonschema.FormatChecker())
    assert found["exit_code"] == ended.code
    return found


def apimart(remaining: str, **more: Any) -> dict[str, Any]:
    """Return the response for a key with this amount, written as given."""
    flags = "".join(f', "{name}": {json.dumps(value)}' for name, value in more.items())
    text = f'{{"success": true, "remain_balance": {remaining}, "used_balance": 0{flags}}}'
    return {"request": "GET /v1/balance", "text": text}


def check_one(balance: Balance, answer: Mapping[str, Any], *arguments: str, rest: str = "") -> Ended:
    """Check one APIMart profile that gets this response."""
    with Stub(exchanges=[{"request": "GET /v1/balance", **answer}], always=NOT_FOUND) as stub:
        balance.profiles({"main": f'provider = "apimart"\nbase_url = "{stub.url}"\n{rest}'})
        return balance("check", *arguments)


def test_documented_responses_give_the_documented_balances(balance: Balance) -> None:
    with (
        Stub(exchanges=[PAYG, IMAGES, KEY_BALANCE, CREDITS], always=NOT_FOUND) as one,
        Stub(exchanges=[SUBSCRIBER]) as two,
    ):
        balance.profiles(
            {
                "payg": f'provider = "apertis"\nbase_url = "{one.url}"',
                "subscriber": f'provider = "apertis"\nbase_url = "{two.url}"',
                "key": f'provider = "apimart"\nbase_url = "{one.url}"',
                "credits": f'provider = "apikley"\nbase_url = "{one.url}"',
                "images": f'provider = "imagerouter"\nbase_url = "{one.url}"',
            }
        )
        ended = balance("check", "--json")
    found = document(ended)
    assert ended.code == Exit.OK
    assert [(p["profile"], p["remaining"], p["unit"], p["plan"]) for p in found["profiles"]] == [
        ("payg", Decimal("12.5"), "USD", None),
        ("subscriber", 650, "quota", "pro"),
        ("key", Decimal("10.5"), "USD", None),
        ("credits", 100, "credits", None),
        ("images", Decimal("25.5"), "USD", None),
    ]
    assert found["profiles"][1]["balances"][0]["limit"] == 1000
    assert '"remaining": 25.5,' in ended.out


@pytest.mark.parametrize(
    ("least", "code"),
    [("12.51", Exit.LOW), ("12.5", Exit.OK), ("12.50USD", Exit.OK), ("62.5%", Exit.OK), ("63%", Exit.LOW)],
)
def test_a_balance_equal_to_the_minimum_is_ok_and_one_below_is_low(balance: Balance, least: str, code: Exit) -> None:
    with Stub(exchanges=[PAYG]) as stub:
        balance.profiles({"main": f'provider = "apertis"\nbase_url = "{stub.url}"'})
        ended = balance("check", "--json", "--min", least)
    assert ended.code == code
    assert document(ended)["profiles"][0]["balances"][0]["low"] is (code is Exit.LOW)


@pytest.mark.parametrize(
    ("answer", "arguments", "code"),
    [
        (apimart("-1", unlimited_quota=True), ["--min", "1000000"], Exit.OK),
        (apimart("99", unlimited_quota=True), ["--min", "100"], Exit.OK),
        (apimart("-1", unlimited_quota=False), ["--min", "0"], Exit.LOW),
        (apimart("-1"), ["--min", "0"], Exit.LOW),
        (apimart("-3.2"), ["--min", "-4"], Exit.OK),
        (apimart("4.9999999999999999999"), ["--min", "5"], Exit.LOW),
        (apimart("5.00"), ["--min", "5"], Exit.OK),
        (apimart("0.5e1"), ["--min", "5"], Exit.OK),
        (apimart("1.25E+2"), ["--min", "125"], Exit.OK),
        (apimart('"12.5"'), ["--min", "12.5"], Exit.OK),
        (apimart("NaN"), ["--min", "5"], Exit.UNKNOWN),
        (apimart("Infinity"), ["--min", "5"], Exit.UNKNOWN),
        (apimart("1e400"), ["--min", "5"], Exit.UNKNOWN),
        (apimart("1e999999"), ["--min", "5"], Exit.UNKNOWN),
        (apimart("9" * 5000), ["--min", "5"], Exit.UNKNOWN),
        (apimart(f"0.{'3' * 200}"), ["--min", "0"], Exit.UNKNOWN),
        (apimart("null"), ["--min", "0"], Exit.UNKNOWN),
        (apimart("true"), ["--min", "0"], Exit.UNKNOWN),
        (apimart('"NaN"'), ["--min", "0"], Exit.UNKNOWN),
        (apimart('"1_000"'), ["--min", "0"], Exit.UNKNOWN),
        (apimart('"1,234.56"'), ["--min", "0"], Exit.UNKNOWN),
        (apimart("1e16"), ["--min", "0"], Exit.UNKNOWN),
        (apimart("{}"), [], Exit.UNKNOWN),
        (apimart("10", remain_balance=20), [], Exit.UNKNOWN),
        ({"text": '{"code": 401, "message": "no"}'}, [], Exit.UNKNOWN),
        ({"text": '{"success": true, "remain_balance": 10'}, [], Exit.UNKNOWN),
        ({"text": "[" * 100_000}, [], Exit.UNKNOWN),
        ({"text": ""}, [], Exit.UNKNOWN),
        (apimart("10"), ["--min", "5credits"], Exit.MISCONFIGURED),
        (apimart("10"), ["--min", "10%"], Exit.MISCONFIGURED),
        (apimart("10"), ["--min", "5credits", "--min", "5USD"], Exit.OK),
        (apimart("10"), ["--min", "5credits", "--min", "50usd"], Exit.LOW),
    ],
)  # fmt: skip
def test_each_response_gives_its_exit_code(
    balance: Balance, answer: dict[str, Any], arguments: list[str], code: Exit
) -> None:
    ended = check_one(balance, answer, "--json", *arguments)
    assert ended.code == code
    assert document(ended)["profiles"][0]["status"] == Exit(code).name.lower()


@pytest.mark.parametrize(
    ("amount", "arguments", "code", "low"),
    [
        ("0", [], Exit.LOW, True),
        ("0.00", [], Exit.LOW, True),
        ("-3.25", [], Exit.LOW, True),
        ("0", ["--min", "0"], Exit.OK, False),
        ("-3.25", ["--min=-20USD"], Exit.OK, False),
        ("0.000001", [], Exit.OK, None),
        ("0", ["--min", "5credits", "--min", "0"], Exit.OK, False),
    ],
)
def test_an_empty_balance_is_low_even_without_a_minimum(
    balance: Balance, amount: str, arguments: list[str], code: Exit, low: bool | None
) -> None:
    ended = check_one(balance, apimart(amount), "--json", *arguments)
    profile = document(ended)["profiles"][0]
    assert (ended.code, profile["balances"][0]["low"]) == (code, low)
    if code is Exit.LOW:
        assert profile["balances"][0]["min"] is None
        assert profile["why"] == f"key has nothing left: {'-3.25' if amount == '-3.25' else '0.00'} USD"
        table = check_one(balance, apimart(amount), "--color", "always", *arguments)
        assert "\x1b[1;31m✗ low" in table.out
        quiet = check_one(balance, apimart(amount), "-q", *arguments)
        assert (quiet.code, quiet.err) == (
            Exit.LOW,
            f"balance: main: low: {profile['why']} (top up at https://apimart.ai)\n",
        )
    else:
        assert profile["why"] is None


@pytest.mark.parametrize("rest", ['min = "0"', 'min = "-5USD"', "min = 0"])
def test_a_minimum_of_zero_or_less_allows_an_empty_balance(balance: Balance, rest: str) -> None:
    assert check_one(balance, apimart("0"), rest=rest).code == Exit.OK


def test_an_empty_balance_is_low_even_if_another_is_not(balance: Balance) -> None:
    account = {"request": "GET /v1/user/balance", "answer": {"success": True, "remain_balance": 0, "used_balance": 1}}
    with Stub(exchanges=[apimart("10"), account], always=NOT_FOUND) as stub:
        balance.profiles({"main": f'provider = "apimart"\nbase_url = "{stub.url}"'})
        assert balance("check").code == Exit.LOW


@pytest.mark.parametrize(
    "no",
    [
        {"status": 402, "text": ""},
        {"status": 403, "answer": {"error": {"message": "Insufficient balance"}}},
        {"status": 200, "answer": {"success": False, "message": "insufficient quota"}},
    ],
)
def test_used_up_without_an_amount_is_low_for_any_request(balance: Balance, no: dict[str, Any]) -> None:
    for request in ("GET /v1/balance", "GET /v1/user/balance"):
        good = [exchange for exchange in [apimart("10")] if exchange["request"] != request]
        with Stub(exchanges=[*good, {"request": request, **no}], always=NOT_FOUND) as stub:
            balance.profiles({"main": f'provider = "apimart"\nbase_url = "{stub.url}"'})
            ended = balance("check", "--json", "--min", "0")
        profile = document(ended)["profiles"][0]
        assert (ended.code, profile["status"], profile["error"]["kind"]) == (Exit.LOW, "low", "used_up")
        assert profile["why"] == f"{profile['error']['message']} ({profile['error']['hint']})"


@pytest.mark.parametrize(
    ("arguments", "code", "low"),
    [
        ([], Exit.OK, None),
        (["--min=-20"], Exit.LOW, True),
        (["--min=-20USD"], Exit.LOW, True),
        (["--min=-30"], Exit.OK, False),
    ],
)
def test_a_postpaid_account_may_be_negative_unless_a_minimum_forbids_it(
    balance: Balance, arguments: list[str], code: Exit, low: bool | None
) -> None:
    owed = {"request": "GET /v2/customers/my/balance", "answer": {"month_to_date_balance": "23.44"}}
    with Stub(exchanges=[owed]) as stub:
        balance.profiles({"main": f'provider = "digitalocean"\nbase_url = "{stub.url}"'})
        ended = balance("check", "--json", *arguments)
    account = document(ended)["profiles"][0]["balances"][0]
    assert (ended.code, account["remaining"], account["gates"], account["low"]) == (code, Decimal("-23.44"), False, low)


@pytest.mark.parametrize("form", [form for form, _ in formats()])
def test_every_format_accepts_a_unit_from_the_response(balance: Balance, form: str) -> None:
    credit = {"data": {"available_credit": "400.00", "currency": "EUR"}}
    with Stub(exchanges=[{"request": "GET /v2/balance", "answer": credit}]) as stub:
        balance.profiles({"main": f'provider = "telnyx"\nbase_url = "{stub.url}"'})
        ended = balance("check", "-o", form)
    assert (ended.code, ended.err) == (Exit.OK, "")
    assert ended.out


def test_the_links_of_a_profile_are_its_providers_pages(balance: Balance) -> None:
    links = document(check_one(balance, apimart("10"), "--json"))["profiles"][0]["links"]
    assert links["docs"].startswith("https://")
    assert links["top_up"] is None or links["top_up"].startswith("https://")


def test_the_table_never_contradicts_the_verdict(balance: Balance) -> None:
    ended = check_one(balance, apimart("4.9999999999999999999"), "--min", "5")
    assert ended.code == Exit.LOW
    assert "4.99" in ended.out
    assert " 5.00  USD" not in ended.out


def test_a_missing_unit_is_reported_with_the_available_ones(balance: Balance) -> None:
    ended = check_one(balance, apimart("10"), "--min", "5EUR", "--json")
    assert "USD" in document(ended)["profiles"][0]["error"]["message"]


def test_the_profiles_unit_fills_in_a_missing_one(balance: Balance) -> None:
    assert check_one(balance, apimart("10"), "--min", "5CNY", rest='unit = "CNY"').code == Exit.OK
    assert check_one(balance, apimart("10"), "--min", "5USD", rest='unit = "CNY"').code == Exit.MISCONFIGURED


def test_every_minimum_of_a_profile_must_be_comparable(balance: Balance) -> None:
    assert check_one(balance, apimart("10"), rest='min = ["5USD", "5credits"]').code == Exit.MISCONFIGURED
    assert check_one(balance, apimart("1"), rest='min = ["5USD", "5credits"]').code == Exit.LOW
    assert check_one(balance, apimart("1"), "--min", "0.5", rest='min = "5USD"').code == Exit.OK


def test_a_budget_minus_the_amount_used_is_the_remaining_amount(balance: Balance) -> None:
    answer = {"text": '{"success": true, "remain_balance": 50, "used_balance": 96.5}'}
    ended = check_one(balance, answer, "--json", "--min", "5", rest='budget = "100USD"')
    assert ended.code == Exit.LOW
    assert document(ended)["profiles"][0]["remaining"] == Decimal("3.5")
    assert check_one(balance, answer, rest='budget = "100EUR"').code == Exit.MISCONFIGURED


@pytest.fixture
def mixed(balance: Balance) -> Any:
    """A config with one profile for each verdict."""
    exchanges = [
        {
            "request": IMAGES["request"],
            "text": '{"remaining_credits": "1", "credit_usage": "9", "total_deposits": "10"}',
        },
        *[{"request": "GET /api/v1/chat/credit", "answer": {"code": 401, "msg": "no", "data": None}}] * 9,
    ]
    with Stub(exchanges=[*exchanges, *[PAYG] * 9], always=NOT_FOUND) as stub:
        tables = {
            "good": f'provider = "apertis"\nbase_url = "{stub.url}"',
            "low": f'provider = "imagerouter"\nbase_url = "{stub.url}"',
            "bad": f'provider = "apikley"\nbase_url = "{stub.url}"',
        }
        balance.profiles(tables)
        balance.write(
            balance.config.read_text()
            + f'[profiles.wrong]\nprovider = "apertis"\nkey_env = "NO_SUCH"\nbase_url = "{stub.url}"\n'
        )
        yield balance


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["good"], Exit.OK),
        (["bad", "good"], Exit.UNKNOWN),
        (["good", "bad", "wrong"], Exit.MISCONFIGURED),
        (["wrong", "bad", "good"], Exit.MISCONFIGURED),
        (["low", "wrong", "bad", "good"], Exit.LOW),
        (["good", "bad", "wrong", "low"], Exit.LOW),
        ([], Exit.LOW),
    ],
)
def test_the_most_severe_verdict_wins_and_all_are_shown(mixed: Balance, names: list[str], code: Exit) -> None:
    ended = mixed("check", "--json", "--min", "5", *names)
    assert ended.code == code
    shown = [profile["profile"] for profile in document(ended)["profiles"]]
    assert shown == (names or ["good", "low", "bad", "wrong"])


def test_a_profile_named_twice_is_checked_once(balance: Balance) -> None:
    with Stub(exchanges=[CREDITS]) as stub:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{stub.url}"'})
        ended = balance("check", "--json", "main", "main")
    assert ended.code == Exit.OK
    assert [profile["profile"] for profile in document(ended)["profiles"]] == ["main"]
    assert len(stub.asked) == 1


def test_quiet_reports_only_profiles_that_are_not_ok(mixed: Balance) -> None:
    assert mixed("check", "-q", "good", "--min", "5") == Ended(code=0, out="", err="")
    ended = mixed("check", "-q", "--min", "5")
    assert ended.code == Exit.LOW
    assert ended.out == ""
    assert [line.split(": ")[1:3] for line in ended.err.splitlines()] == [
        ["low", "low"], ["bad", "unknown"], ["wrong", "misconfigured"],
    ]  # fmt: skip


@pytest.mark.parametrize("form", [form for form, _ in formats() if form != "table"])
def test_quiet_suppresses_the_table_but_no_other_format(balance: Balance, form: str) -> None:
    with Stub(always=CREDITS) as stub:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{stub.url}"'})
        for least in ("1", "1000"):
            loud, quiet = (balance("check", *words, "-o", form, "--min", least) for words in ([], ["-q"]))
            assert (quiet.code, bool(quiet.out)) == (loud.code, True)
            assert quiet.out.count("\n") == loud.out.count("\n")
            assert quiet.err.startswith("balance: main: low: ") is (least == "1000")


def test_a_rejected_key_is_described_by_its_source_and_kind(mixed: Balance) -> None:
    error = document(mixed("check", "bad", "--json"))["profiles"][0]["error"]
    assert error["kind"] == "rejected"
    assert "$TEST_KEY" in error["hint"]
    assert "API key" in error["hint"]


def test_without_profiles_keys_in_the_environment_are_checked(balance: Balance) -> None:
    ended = balance("check", "--json")
    assert ended.code == Exit.MISCONFIGURED
    assert document(ended)["profiles"] == []
    assert document(ended)["error"]["kind"] == "misconfigured"
    proxy = {"HTTPS_PROXY": "http://127.0.0.1:9", "APIMART_API_KEY": KEY, "APERTIS_KEY": KEY}
    ended = balance("check", "--json", "--timeout", "3", env=proxy)
    assert ended.code == Exit.UNKNOWN
    assert [profile["profile"] for profile in document(ended)["profiles"]] == ["apertis", "apimart"]
    assert "apertis and apimart" in ended.err
    assert document(balance("check", "apikley", "--json"))["profiles"][0]["error"]["kind"] == "misconfigured"


@pytest.mark.parametrize(
    "arguments",
    [["--min", ""], ["--min", "nan"], ["--min", "inf"], ["--min", "1e400"], ["--min", "1_000"], ["--min", "5,0"],
     ["--min", "٥"], ["--min", "5 5"], ["--min", "9" * 41], ["--timeout", "0"], ["--timeout", "nan"],
     ["--timeout", "soon"], ["-o", "xml"], ["--color", "pink"], ["--json", "-o", "table"], ["--mim", "5"]],
)  # fmt: skip
def test_invalid_options_leave_stdout_empty(balance: Balance, arguments: list[str]) -> None:
    ended = balance("check", "--json", *arguments)
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert ended.err.startswith("balance: ")
    assert ended.err.count("\n") == 1


def test_an_unknown_name_stops_the_run_before_any_request(balance: Balance) -> None:
    with Stub(always=NOT_FOUND) as stub:
        balance.profiles({"main": f'provider = "apertis"\nbase_url = "{stub.url}"'})
        ended = balance("check", "main", "mian", "--json")
    assert ended.code == Exit.MISCONFIGURED
    assert 'did you mean "main"' in document(ended)["error"]["message"]
    assert stub.asked == []


def test_requests_are_retried_until_the_provider_recovers(balance: Balance) -> None:
    down = {"request": "GET /api/v1/chat/credit", "status": 503, "text": ""}
    with Stub(exchanges=[down, down, CREDITS]) as stub:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{stub.url}"'})
        ended = balance("check", "--json")
    assert ended.code == Exit.OK
    assert document(ended)["profiles"][0]["attempts"] == 3


def test_an_unresponsive_provider_is_unknown_at_the_timeout(balance: Balance) -> None:
    with Stub(always=NOT_FOUND, delay=30) as stub:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{stub.url}"'})
        ended = balance("check", "--json", "--timeout", "1")
    assert ended.code == Exit.UNKNOWN
    (profile,) = document(ended)["profiles"]
    assert profile["error"]["kind"] == "unreachable"
    assert profile["elapsed_ms"] < 2000
    assert ended.seconds < SLACK


def test_debug_output_lists_requests_and_shows_no_key(balance: Balance) -> None:
    with Stub(exchanges=[IMAGES]) as stub:
        balance.profiles({"main": f'provider = "imagerouter"\nbase_url = "{stub.url}"'})
        ended = balance("check", "--debug")
    assert f"GET {stub.url}/v1/credits: 200" in ended.err
    assert "by_api_key" not in ended.err
