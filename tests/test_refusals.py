"""Every way in which a response reports an error, and which kind of failure it is."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import pytest

from balance_cli.answer import Refusal, coded, find_message, make_failure, make_refusal, open_envelope, unless
from balance_cli.errors import Absent, Failure, Rejected, Throttled, Unexpected, Unreachable, UsedUp
from balance_cli.strict import parse_json

NO_CODES: Final[Mapping[int, int]] = MappingProxyType({})


def refusal(answer: Any, codes: Mapping[int, int] = NO_CODES) -> Failure | None:
    """Return the failure for the body of a 200 response, or ``None`` if it is not an error."""
    try:
        open_envelope(answer, lambda payload: payload, codes=codes, says="")
    except Failure as found:
        return found
    return None


@pytest.mark.parametrize(
    ("status", "kind", "again"),
    [
        (400, Unexpected, False), (401, Rejected, False), (402, UsedUp, False), (403, Rejected, False),
        (404, Absent, False), (408, Unreachable, True), (418, Unexpected, False), (429, Throttled, True),
        (455, Unreachable, False), (499, Unexpected, False), (500, Unreachable, True), (501, Unreachable, False),
        (502, Unreachable, True), (503, Unreachable, True), (504, Unreachable, True), (599, Unreachable, False),
    ],
)  # fmt: skip
def test_each_status_gives_its_kind_of_failure(status: int, kind: type[Failure], again: bool) -> None:
    for found in (make_failure(status), make_failure(status, wait=1.5), make_failure(status, http_status=200)):
        assert (type(found), found.retryable) == (kind, again)
    assert (make_failure(status).http_status, make_failure(status, http_status=200).http_status) == (status, 200)
    assert (make_failure(status).wait, make_failure(status, wait=1.5).wait) == (None, 1.5)
    used = kind is UsedUp
    assert make_failure(status).message == (f"used up (HTTP {status})" if used else f"HTTP {status}")
    inside = f"HTTP 200 with code {status}: so be it"
    assert make_failure(status, {"message": "so be it"}, http_status=200).message == (
        f"used up ({inside})" if used else inside
    )


def test_a_providers_own_codes_are_mapped() -> None:
    codes = {429: 402, 477: 401}
    assert type(make_failure(477, codes=codes)) is Rejected
    assert type(make_failure(429, codes=codes)) is Throttled
    assert type(make_failure(429, codes=codes, http_status=200)) is UsedUp
    assert make_failure(429, codes=codes).retryable
    assert not make_failure(429, codes=codes, http_status=200).retryable


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Insufficient Balance", UsedUp), ("insufficient_quota", UsedUp), ("insufficient account balance", UsedUp),
        ("used up", UsedUp), ("quota exhausted", UsedUp), ("budget has exceeded", UsedUp), ("余额不足", UsedUp),
        ("no credits", UsedUp), ("Invalid API key", Rejected), ("UNAUTHORIZED", Rejected), ("bad token", Rejected),
        ("无权", Rejected), ("not allowed", Rejected), ("what?", Unexpected), ("monkeys", Unexpected),
    ],
)  # fmt: skip
def test_an_ambiguous_status_is_decided_by_its_message(words: str, kind: type[Failure]) -> None:
    assert type(make_failure(400, {"message": words})) is kind
    assert type(make_failure(401, {"message": words})) is (UsedUp if kind is UsedUp else Rejected)
    assert type(make_failure(404, {"message": words})) is Absent
    for answer in ({"code": words}, {"type": words}, {"status": words}, {"error": {"type": words, "message": "x"}}):
        assert type(make_failure(400, answer)) is kind
    assert type(make_refusal({"message": words})) is kind
    assert type(make_refusal({"error": {"code": words, "message": "x"}})) is kind


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        ({}, Unexpected, "the provider returned an error without a message"),
        ("no", Unexpected, "the provider returned an error: no"),
        ([], Unexpected, "the provider returned an error without a message"),
        (["a", "b"], Unexpected, "the provider returned an error: a"),
        (None, Unexpected, "the provider returned an error without a message"),
        ({"code": Decimal(1001), "msg": "bad"}, Unexpected, "the provider returned an error (1001): bad"),
        ({"code": Decimal(1001)}, Unexpected, "the provider returned an error (1001) without a message"),
        ({"code": Decimal(1234567)}, Unexpected, "the provider returned an error (1234567) without a message"),
        ({"code": Decimal(12345678)}, Unexpected, "the provider returned an error without a message"),
        ({"code": "x1"}, Unexpected, "the provider returned an error: x1"),
        ({"message": "used up", "code": Decimal(7)}, UsedUp, "used up (the provider returned an error (7): used up)"),
        ({"message": "Too Many requests"}, Throttled, "the provider returned an error: Too Many requests"),
        (
            {"message": "too many requests for this key"},
            Throttled,
            "the provider returned an error: too many requests for this key",
        ),
        ({"code": Decimal(401), "message": "x"}, Rejected, "HTTP 200 with code 401: x"),
        ({"code": "503"}, Unreachable, "HTTP 200 with code 503: 503"),
        ({"status": Decimal(404)}, Absent, "HTTP 200 with code 404"),
        ({"status_code": Decimal(429)}, Throttled, "HTTP 200 with code 429"),
        ({"statusCode": Decimal(402)}, UsedUp, "used up (HTTP 200 with code 402)"),
        ({"error": {"code": Decimal(401), "message": "x"}}, Rejected, "HTTP 200 with code 401: x"),
        ({"errors": [{"message": "x"}, {"message": "y"}]}, Unexpected, "the provider returned an error: x"),
        ({"code": Decimal(200), "error": {"message": "x"}}, Unexpected, "the provider returned an error (200): x"),
        ({"code": Decimal(4000)}, Unexpected, "the provider returned an error (4000) without a message"),
    ],
)
def test_an_error_body_gives_its_kind_and_message(answer: Any, kind: type[Failure], message: str) -> None:
    found = make_refusal(answer)
    assert (type(found), found.message, found.http_status) == (kind, message, 200)


def test_a_providers_own_codes_are_mapped_in_a_body() -> None:
    assert type(make_refusal({"code": Decimal(477)}, {477: 401})) is Rejected
    assert type(make_refusal({"code": Decimal(477)})) is Unexpected
    assert type(refusal({"code": Decimal(477)}, {477: 401})) is Rejected


@pytest.mark.parametrize(
    "answer",
    [
        {"success": False}, {"success": None}, {"success": "true"}, {"ok": False}, {"status": False},
        {"status": "error"}, {"status": " Failed "}, {"status": "DENIED"}, {"error": "x"}, {"errors": ["x"]},
        {"error": None, "errors": "x"}, {"code": Decimal(500)}, {"code": "401"}, {"status": Decimal(404)},
        {"status_code": Decimal(429)}, {"statusCode": Decimal(499)}, {"error": {"message": "x"}, "left": Decimal(5)},
    ],
)  # fmt: skip
def test_a_body_with_a_failure_flag_is_an_error(answer: dict[str, Any]) -> None:
    assert refusal(answer) is not None


@pytest.mark.parametrize(
    "answer",
    [
        {}, [], "error", None, {"success": True}, {"ok": True}, {"status": True}, {"status": "active"},
        {"status": None}, {"error": None}, {"error": False}, {"error": Decimal(0)}, {"error": ""}, {"errors": []},
        {"errors": {}}, {"code": Decimal(0)}, {"code": Decimal(200)}, {"code": Decimal(399)}, {"code": Decimal(600)},
        {"code": "4010"}, {"code": "１４"}, {"a": {"error": "x"}},
    ],
)  # fmt: skip
def test_a_body_without_a_failure_flag_is_not_an_error(answer: Any) -> None:
    assert refusal(answer) is None


def test_an_envelope_is_opened_only_if_its_code_matches() -> None:
    assert coded(200)({"code": Decimal(200), "data": 5}) == 5
    assert coded(0, "result")({"code": Decimal(0), "result": 6}) == 6
    with pytest.raises(Rejected) as caught:
        open_envelope({"code": Decimal(401), "msg": "x", "data": 5}, coded(200), codes={}, says="")
    with pytest.raises(Refusal):
        coded(200)({"code": Decimal(401), "msg": "x", "data": 5})
    assert caught.value.message == "HTTP 200 with code 401: x"
    with pytest.raises(KeyError):
        coded(200)({"data": 5})


@pytest.mark.parametrize(
    ("envelope", "says", "answer", "kind", "message"),
    [
        (
            coded(0, "", field="errorId"),
            "",
            {"errorId": Decimal(1), "errorCode": "ERROR_KEY_DOES_NOT_EXIST", "errorDescription": "No such account"},
            Rejected,
            "No such account",
        ),
        (coded(0, field="RetCode"), "", {"RetCode": Decimal(171), "Message": "Signature Error"}, Rejected, "Signature"),
        (
            unless("Response.Error", "Response"),
            "",
            {"Response": {"Error": {"Code": "AuthFailure.SecretIdNotFound", "Message": "not found"}}},
            Rejected,
            "not found",
        ),
        (coded(ok=True, field="Success"), "", {"Success": False, "Code": "Forbidden.RAM"}, Rejected, "Forbidden"),
        (coded("1", field="status"), "result", {"status": "0", "message": "NOTOK", "result": "Invalid API Key"},
         Rejected, "Invalid API Key"),
        (coded("1", "result", field="status"), "result", {"status": "0", "result": "Max rate limit reached"},
         Throttled, "Max rate limit"),
    ],
)  # fmt: skip
def test_a_vendors_own_marker_of_an_error_is_a_label(
    envelope: Any, says: str, answer: Any, kind: type[Failure], message: str
) -> None:
    with pytest.raises(Failure) as caught:
        open_envelope(answer, envelope, codes={}, says=says)
    assert (type(caught.value), caught.value.http_status) == (kind, 200)
    assert message in caught.value.message


def test_the_payload_of_a_response_without_an_error_is_opened() -> None:
    assert unless("Meta.Error", "Result")({"Meta": {}, "Result": 5}) == 5
    assert unless("Meta.Error", "Result")({"Meta": {"Error": None}, "Result": 5}) == 5
    with pytest.raises(KeyError):
        unless("Meta.Error", "Result")({"Result": 5})
    assert coded(0, "", field="errorId")({"errorId": Decimal(0), "balance": 5})["balance"] == 5


@pytest.mark.parametrize(
    ("answer", "says", "kind", "message"),
    [
        ({"__type": "AccessDeniedException", "Message": "User is not allowed"}, "", Rejected, "User is not allowed"),
        ({"__type": "ThrottlingException", "Message": "Rate exceeded"}, "", Throttled, "Rate exceeded"),
        ({"error_code": "APIGW.0301", "error_msg": "wrong authentication"}, "", Rejected, "wrong authentication"),
        ({"a": {"b": {"text": "Invalid login", "messageId": "UNAUTHORIZED"}}}, "a.b.text", Unexpected, "Invalid login"),
        ({"a": {"Error": {"Code": "InvalidAccessKey", "Message": "no"}}}, "a.Error", Rejected, "no"),
    ],
)
def test_an_error_is_found_under_a_vendors_own_names(answer: Any, says: str, kind: type[Failure], message: str) -> None:
    found = make_failure(400, answer, says=says)
    assert (type(found), found.message) == (kind, f"HTTP 400: {message}")


def test_the_message_is_found_in_an_error_body() -> None:
    for name in ("error", "errors", "message", "msg", "detail", "err_msg", "type", "code"):
        assert (
            find_message({name: "x"}) == find_message({"error": {name: "x"}}) == find_message([{name: "x"}, "y"]) == "x"
        )
    assert find_message({"message": "m", "error": "e", "code": "c"}) == "e"
    assert find_message({"message": "", "error": {}, "code": "c"}) == "c"
    assert find_message({"other": "x"}) == find_message([]) == find_message(None) == find_message(Decimal(5)) == ""
    assert find_message("a\nb") == "a b"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b" \n", "the response is empty"),
        (b"\xff", "the response is not UTF-8"),
        (b"<p>", "the response is not JSON but text/html"),
        (b'{"a": NaN}', "the response contains NaN, which is not a number"),
        (b"-Infinity", "the response contains -Infinity, which is not a number"),
        (b'{"a": 1, "a": 2}', "the response has a duplicate field"),
        (b"[" * 100_000, "the response is nested too deeply"),
    ],
)
def test_invalid_json_is_described(body: bytes, message: str) -> None:
    with pytest.raises(Unexpected) as caught:
        parse_json(body, "text/html")
    assert caught.value.message == message


def test_numbers_of_up_to_40_characters_are_exact() -> None:
    found = parse_json(
        b'\xef\xbb\xbf{"a": 0.10, "b": 1' + b"0" * 39 + b', "c": 1' + b"0" * 40 + b', "d": 1e99999999999999999999}', ""
    )
    assert (str(found["a"]), found["b"]) == ("0.10", Decimal(10) ** 39)
    assert (found["c"], found["d"]) == ("1" + "0" * 40, "1e99999999999999999999")
    assert isinstance(found["a"], Decimal)
    assert parse_json(b"[1]", "") == [Decimal(1)]
    with pytest.raises(Unexpected) as caught:
        parse_json(b"<", "z" * 99)
    assert caught.value.message == f"the response is not JSON but {'z' * 59}…"
