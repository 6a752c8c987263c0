"""Faults in the bytes and contents of responses, and in data sent after them; the rows are those of FAULTS.md."""

import gzip
import json
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
import trustme

from balance_cli.render import formats
from balance_cli.times import end_of_period
from checked import (
    CUSTOM,
    DOLLARS,
    OK,
    UNKNOWN,
    Place,
    checked,
    framed,
    json_of,
    looks,
    project,
    server_context,
)
from conftest import KEY, Balance
from faults import Listening, Script, accepting, head, listening, says

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")

FORMS: Final = [form for form, _ in formats()]
Reply = Callable[[socket.socket, str], None]
NUMBERS: Final = range(100, 124)
"""The amounts sent to the profiles: more than the 16 connections per origin, so that some share a connection."""


def chunked(body: str, *headers: str) -> bytes:
    """Return a response in one chunk."""
    lines = ["HTTP/1.1 200 OK", "transfer-encoding: chunked", *headers]
    return ("\r\n".join(lines) + f"\r\n\r\n{len(body):x}\r\n{body}\r\n0\r\n\r\n").encode()


def owning(amount: str) -> str:
    """Return the body for a profile with this many credits."""
    return json.dumps({"code": 200, "msg": "success", "data": int(amount)})


@contextmanager
def telling(reply: Reply) -> Iterator[Listening]:
    """Respond to each key with the number at its end."""

    def serve(stream: socket.socket, found: Listening) -> None:
        while (asked := head(stream)) is not None:
            found.heard.append(asked)
            reply(stream, asked.partition(KEY.encode())[2].partition(b"\r")[0].decode())

    with accepting(serve) as found:
        yield found


def sends(*parts: Callable[[str], bytes], pause: float = 0) -> Reply:
    """Send parts one after the other, with a pause between them."""

    def reply(stream: socket.socket, number: str) -> None:
        for part in parts:
            stream.sendall(part(number))
            time.sleep(pause)

    return reply


def trouble_then(answer: Callable[[str], bytes]) -> Reply:
    """Send each key an error first, followed by a good response with another amount; later its own response."""
    seen: set[str] = set()

    def reply(stream: socket.socket, number: str) -> None:
        first = number not in seen
        seen.add(number)
        stream.sendall(framed("", "503 Trouble") + framed(owning("999")) if first else answer(number))

    return reply


def own(number: str) -> bytes:
    return framed(owning(number))


BEHIND: Final[dict[str, Reply]] = {
    "a response sent twice": sends(lambda number: own(number) * 2),
    "three more responses": sends(lambda number: own(number) * 4),
    "twice, sent separately": sends(own, own),
    "twice, a moment apart": sends(own, own, pause=0.002),
    "a line after its length": sends(lambda number: own(number) + b"\r\n"),
    "garbage after its length": sends(lambda number: own(number) + b"garbage" * 600),
    "garbage a moment later": sends(own, lambda _: b"garbage", pause=0.002),
    "chunks, then a response": sends(lambda number: chunked(owning(number)) + own("999")),
    "chunks, then a response a moment later": sends(lambda number: chunked(owning(number)), own, pause=0.002),
    "chunks and a length": sends(lambda number: chunked(owning(number), "content-length: 5") + own("999")),
    "no content, with content": sends(lambda number: own(number) + framed(owning("999"), "204 No Content")),
    "a response after connection: close": sends(
        lambda number: framed(owning(number), "200 OK", "connection: close") + own("999"), own
    ),
    "early hints before and after": sends(
        lambda number: b"HTTP/1.1 103 Early Hints\r\n\r\n" + own(number) + b"HTTP/1.1 103 Early Hints\r\n\r\n"
    ),
    "a success after an error": trouble_then(own),
}


def owned(balance: Balance, url: str) -> dict[str, Any]:
    """Check profiles that each have their own key and number; return the amounts read for them."""
    rest = f'provider = "apikley"\nbase_url = "{url}"'
    balance.write("\n".join(f'[profiles.p{n}]\n{rest}\nkey = "{KEY}{n}"' for n in NUMBERS))
    try:
        ended = balance("check", "--json", "--timeout", "20")
    finally:
        balance.config.unlink()
    return {p["profile"]: p["remaining"] for p in json.loads(ended.out)["profiles"]}


@pytest.mark.parametrize("reply", BEHIND.values(), ids=BEHIND)
def test_95_data_after_a_response_never_answers_the_next_request(balance: Balance, reply: Reply) -> None:
    with telling(reply) as server:
        assert owned(balance, server.url) == {f"p{n}": n for n in NUMBERS}


@pytest.mark.parametrize("reply", [sends(lambda number: own(number) * 2), sends(own, own)], ids=["at once", "apart"])
def test_95_data_after_a_response_never_answers_the_next_request_over_tls(
    balance: Balance, trusted: trustme.CA, reply: Reply
) -> None:
    context = server_context(trusted, "localhost")

    def serve(stream: socket.socket, _: Listening) -> None:
        with context.wrap_socket(stream, server_side=True) as wrapped:
            while (asked := head(wrapped)) is not None:
                reply(wrapped, asked.partition(KEY.encode())[2].partition(b"\r")[0].decode())

    with accepting(serve) as server:
        assert owned(balance, server.tls) == {f"p{n}": n for n in NUMBERS}


def test_95_a_page_sent_twice_is_counted_once(balance: Balance) -> None:
    def page(cost: int, following: str | None) -> bytes:
        bucket = {"results": [{"amount": {"value": cost, "currency": "usd"}}]}
        return framed(json.dumps({"data": [bucket], "has_more": following is not None, "next_page": following}))

    def serve(stream: socket.socket, _: Listening) -> None:
        while (asked := head(stream)) is not None:
            if b"spend_limit" in asked:
                stream.sendall(framed("{}", "404 Not Found") * 2)
            else:
                stream.sendall((page(1, None) if b"page=" in asked else page(2, "second")) * 2)

    balance.env["TEST_KEY"] = "sk-admin-for-pages"
    with accepting(serve) as server:
        balance.write(f'[profiles.main]\nprovider = "openai"\nkey_env = "TEST_KEY"\nbase_url = "{server.url}"\n')
        ended = balance("check", "--json", "--timeout", "20")
    assert json.loads(ended.out)["profiles"][0]["balances"][0]["used"] == 3


def test_95_a_connection_is_reused_after_clean_responses(balance: Balance) -> None:
    for reply in (sends(own), sends(lambda number: chunked(owning(number)))):
        with telling(reply) as server:
            assert len(owned(balance, server.url)) == len(server.heard) == len(NUMBERS)
            assert server.accepted <= 16


def zipped(body: str, behind: bytes, status: str = "200 OK") -> Script:
    """Respond with a compressed body, followed by other data."""
    return says(gzip.compress(body.encode()) + behind, status, "content-encoding: gzip")


ODD_BODIES: Final[dict[str, Script]] = {
    "garbage after gzip": zipped(owning("9"), b"garbage"),
    "a line after gzip": zipped(owning("9"), b"\r\n"),
    "zeros after gzip": zipped(owning("9"), b"\0" * 9),
    "a second member": zipped(owning("9"), gzip.compress(b" ")),
    "a second response": zipped(owning("9"), gzip.compress(owning("9").encode())),
    "garbage after deflate": says(zlib.compress(owning("9").encode()) + b"x", "200 OK", "content-encoding: deflate"),
    "partial content": says(owning("9"), "206 Partial Content"),
    "partial content with a range": says(owning("9"), "206 Partial Content", "content-range: bytes 0-41/9000"),
}


@pytest.mark.parametrize("script", ODD_BODIES.values(), ids=ODD_BODIES)
def test_98_trailing_data_and_partial_content_are_unknown(balance: Balance, script: Script) -> None:
    with listening(script) as server:
        ended, profile = checked(balance, server.url)
    assert (ended.code, profile["error"]["kind"]) == (UNKNOWN, "unexpected")


TIMES: Final = {
    "year 1": '"0001-01-01T00:00:00Z"',
    "before year 1 in UTC": '"0001-01-01T00:00:00+14:00"',
    "after 9999 in UTC": '"9999-12-31T23:59:59-14:00"',
    "year 10000": '"10000-01-01T00:00:00Z"',
    "a year with a sign": '"+12026-01-01T00:00:00Z"',
    "before 1970": '"1969-12-31T23:59:59Z"',
    "negative": "-1",
    "very negative": "-62135596800",
    "zero": "0",
    "beyond 9999, in milliseconds": "253402300800000",
    "far beyond 9999": "1e30",
    "beyond a Decimal": "1e99999999999999999999",
    "almost zero": "1e-999999",
    "the largest 64-bit integer": "9223372036854775807",
    "not a time": '"soon"',
    "true": "true",
    "an object": "{}",
    "a list": "[1]",
}
GOOD_TIMES: Final = {
    "9999-12-31T23:59:59Z": '"9999-12-31T23:59:59Z"',
    "2026-01-01T00:00:00Z": '"2025-12-31T14:00:00-10:00"',
    "2026-11-21T12:00:00Z": "1795262400",
    "2026-11-21T12:00:01Z": "1795262401000",
}


def test_114_an_invalid_time_does_not_discard_the_balance(balance: Balance) -> None:
    place = Place("custom", CUSTOM, json_of('{"left": 9, "plan": null, "at": @}'))
    forms = [*TIMES.values(), *GOOD_TIMES.values()]
    for form in FORMS:
        ended = looks(balance, place, KEY, forms, ("check", "--details", "-o", form))[0]
        assert ended.code == OK
        if form == "json":
            rows = [profile["balances"][0] for profile in json.loads(ended.out)["profiles"]]
            assert [row["remaining"] for row in rows] == [9] * len(forms)
            assert [row["resets_at"] for row in rows] == [None] * len(TIMES) + list(GOOD_TIMES)


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_114_a_period_ending_after_9999_has_no_end(period: str) -> None:
    assert end_of_period("9999-12-31T00:00:00Z", period) is None
    assert end_of_period("0001-01-01T00:00:00Z", period) is None


ODD_ERRORS: Final[dict[str, tuple[bytes | str, *tuple[str, ...]]]] = {
    "a number too large for a Decimal": ('{"error": "x", "n": 1e99999999999999999999}',),
    "a number too small for a Decimal": ('{"error": 1e-99999999999999999999}',),
    "a long number": ('{"error": ' + "9" * 5000 + "}",),
    "NaN": ('{"error": NaN}',),
    "nested errors": ('{"error":' * 300 + '"x"' + "}" * 300,),
    "deeply nested errors": ('{"error":' * 900 + '"x"' + "}" * 900,),
    "nested lists": ("[" * 100_000,),
    "a field twice": ('{"error": "a", "error": "b"}',),
    "not UTF-8": (b'{"error": "\xff"}',),
    "half a surrogate": ('{"error": "\\ud800"}',),
    "too large": (b" " * (2 << 20),),
    "too many values": ("[" + "1," * 100_000 + "1]",),
    "not gzip": ("{}", "content-encoding: gzip"),
    "garbage after gzip": (gzip.compress(b"{}") + b"x", "content-encoding: gzip"),
    "an unknown encoding": ("{}", "content-encoding: br"),
}


@pytest.mark.parametrize(
    ("status", "kind"),
    [("401 No", "rejected"), ("402 No", "used_up"), ("404 No", "unexpected"), ("429 No", "throttled"),
     ("500 No", "unreachable"), ("501 No", "unreachable")],
)  # fmt: skip
def test_115_an_error_status_outweighs_any_body(balance: Balance, status: str, kind: str) -> None:
    bodies = list(ODD_ERRORS.values())

    def answer(number: str, _: str) -> bytes:
        body, *headers = bodies[int(number)]
        payload = body.encode() if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(payload)}", *headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + payload

    numbers = [str(number) for number in range(len(bodies))]
    ended = looks(balance, Place("apikley", "", answer), KEY, numbers, ("check", "--json"))[0]
    errors = [profile["error"] for profile in json.loads(ended.out)["profiles"]]
    assert [(error["kind"], error["http_status"]) for error in errors] == [(kind, int(status[:3]))] * len(bodies)


def test_115_an_unused_number_out_of_range_is_ignored(balance: Balance) -> None:
    with listening(says('{"code": 200, "msg": "", "data": 9, "more": 1e99999999999999999999}')) as server:
        assert checked(balance, server.url)[0].code == OK
    with listening(says('{"code": 200, "msg": "", "data": 1e99999999999999999999}')) as server:
        assert checked(balance, server.url)[0].code == UNKNOWN


def test_37_and_115_a_deeply_nested_response_is_not_reported_as_a_bug(balance: Balance) -> None:
    deep = '{"a": ' * 700 + "1" + "}" * 700
    place = Place("custom", CUSTOM, lambda *_: framed(f'{{"left": 9, "plan": null, "at": null, "more": {deep}}}'))
    ended = looks(balance, place, KEY, [""], ("check", "--json"))[0]
    error = json.loads(ended.out)["profiles"][0]["error"]
    assert (ended.code, error["kind"]) == (UNKNOWN, "unexpected")
    assert "report" not in error["hint"]


def pages(bucket: str) -> Iterator[bytes]:
    """Yield the pages of an endless list."""
    for number in range(10**9):
        yield framed(f'{{"data": [{bucket}], "has_more": true, "next_page": "page{number}"}}')


@pytest.mark.parametrize("cents", [1, 10_000])
def test_108_endless_pages_are_abandoned(balance: Balance, cents: int) -> None:
    bucket = json.dumps({"results": [{"amount": {"value": 1, "currency": "usd"}}] * cents})
    page = pages(bucket)

    def serve(stream: socket.socket, found: Listening) -> None:
        while (asked := head(stream)) is not None:
            found.heard.append(asked)
            stream.sendall(framed("{}", "404 Not Found") if b"spend_limit" in asked else next(page))

    with accepting(serve) as server:
        balance.profiles({"main": f'provider = "openai"\nbase_url = "{server.url}"'})
        balance.env["TEST_KEY"] = "sk-admin-for-pages"
        ended = balance("check", "--json", "--timeout", "30")
    assert (ended.code, json.loads(ended.out)["profiles"][0]["error"]["kind"]) == (UNKNOWN, "unexpected")
    assert len(server.heard) <= 100


def test_108_thousands_of_requests_are_abandoned(balance: Balance) -> None:
    many = ", ".join(f'{{"project_id": "{n}", "name": "{n}"}}' for n in range(5000))
    place = Place("deepgram", "", lambda _, path: project(many, DOLLARS)("", path))
    assert looks(balance, place, KEY, [""], ("check", "--json"))[0].code == UNKNOWN


VALUES: Final = {
    "numbers": "1," * 500_000 + "1",
    "long numbers": ("1" * 39 + ",") * 25_000 + "1",
    "lists": "[]," * 340_000 + "1",
    "objects": '{"a":1},' * 128_000 + "1",
    "long numbers, not too many": ("1" * 39 + ",") * 19_900 + "1",
    "texts beyond Unicode's first plane": ",".join(['"😀' + "x" * 4000 + '"'] * 250),
}


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_108_sixteen_large_responses_at_once_use_little_memory(balance: Balance, values: str) -> None:
    with listening(says(f'{{"code": 200, "msg": "", "more": [{values}], "data": 9}}')) as server:
        balance.profiles({f"p{n}": f'provider = "apikley"\nbase_url = "{server.url}"' for n in range(16)})
        ended = balance("check", "--json", "--timeout", "30")
    assert ended.code == (OK if values.count(",") < 20_000 else UNKNOWN)
    assert ended.megabytes < 150
