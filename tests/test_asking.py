"""The requests of an adapter, their authentication, and the handling of each response, in this process."""

import gzip
import json
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.utils import format_datetime
from typing import Any, Final

import httpx
import pytest
import trustme

from balance_cli import __version__
from balance_cli.address import locate
from balance_cli.answer import coded
from balance_cli.deadline import Deadline
from balance_cli.errors import Absent, Failure, Misconfigured, Rejected, Throttled, Unexpected, Unreachable, UsedUp
from balance_cli.http.api import Api
from balance_cli.http.client import _has_proxy, make_client
from balance_cli.http.unsigned import Unsigned
from balance_cli.keys.secret import Secret
from balance_cli.providers import find
from faults import listening, trickle
from faults import says as says_on_wire
from surroundings import HERE

MOST_BYTES: Final = 1 << 20
KEY: Final = "sk-made-up-qwertyuiop"
MADE_UP: Final = find("apertis")._replace(id="made-up", name="Made Up", base="https://api.made.up", key="account key")
OK: Final = b'{"left": 5.10}'
ZIPPED: Final = gzip.compress(OK, mtime=0)  # part of test ids, which must be the same in every worker


class Answers(httpx.BaseTransport):
    """A provider in this process: its responses in turn, and the requests it received."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers, self.asked = list(answers), list[httpx.Request]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the next response, or raise it."""
        request.read()
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else says()
        if isinstance(answer, Exception):
            raise answer
        return answer


def says(body: bytes | list[bytes] = OK, status: int = 200, /, **headers: str) -> httpx.Response:
    """Return a response whose body has not been read yet."""
    parts = [body] if isinstance(body, bytes) else body
    named = {name.replace("_", "-").encode(): value.encode("latin-1") for name, value in headers.items()}
    return httpx.Response(status, headers=named, stream=Parts(parts))


class Parts(httpx.SyncByteStream):
    """A body sent in parts."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts, self.closed = parts, False

    def __iter__(self) -> Iterator[bytes]:
        yield from self.parts

    def close(self) -> None:
        """Record that the response was closed."""
        self.closed = True


def api(answers: Answers, *, key: str = KEY, seconds: float = 60, labels: Any = None, **more: Any) -> Api:
    """Return the API object for an adapter of the made-up provider."""
    made = MADE_UP._replace(**(labels or {}))
    asking = httpx.Client(transport=answers)
    return Api(
        provider=made,
        secret=Secret(key),
        client=asking,
        deadline=Deadline(seconds),
        **{"environment": HERE, "now": HERE.now(), **more},
    )


def asked(
    *args: Any, method: str = "get", key: str = KEY, labels: Any = None, base_url: str | None = None, **how: Any
) -> httpx.Request:
    """Return the HTTP request that a call sends."""
    answers = Answers()
    getattr(api(answers, key=key, labels=labels, base_url=base_url), method)(*args, **how)
    [request] = answers.asked
    return request


def failed(*answers: httpx.Response | Exception, seconds: float = 60, labels: Any = None, **more: Any) -> Failure:
    """Return the failure of a request."""
    with pytest.raises(Failure) as caught:
        api(Answers(*answers), seconds=seconds, labels=labels, **more).get("/x")
    return caught.value


def throttled(**headers: str) -> Failure:
    """Return the failure of a request that gets a 429 response every time, however short the pauses are."""
    return failed(*[says(b"", 429, **headers) for _ in range(3)], seconds=0.001)


def test_a_request_is_authenticated_and_sent_to_the_provider() -> None:
    request = asked("/v1/balance")
    assert (request.method, str(request.url)) == ("GET", "https://api.made.up/v1/balance")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.content == b""
    request = asked("/v1/balance", method="post", json={"a": [1]}, headers={"X-Team": "b"}, params={"c": "d e"})
    assert (request.method, str(request.url)) == ("POST", "https://api.made.up/v1/balance?c=d+e")
    assert (request.headers["x-team"], json.loads(request.content)) == ("b", {"a": [1]})
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert str(asked("/v1/balance?a=1", params={"b": "2"}).url) == "https://api.made.up/v1/balance?a=1&b=2"


def test_each_provider_has_its_own_authentication_scheme() -> None:
    assert asked("/x", labels={"auth": "X-Api-Key: {key}"}).headers["x-api-key"] == KEY
    assert asked("/x", labels={"auth": "Authorization: Basic {basic}"}, key="user:pass").headers["authorization"] == (
        "Basic dXNlcjpwYXNz"
    )
    request = asked("/x?a=1", labels={"auth": "?token={key}"}, params={"b": "2"})
    assert str(request.url) == f"https://api.made.up/x?a=1&b=2&token={KEY}"
    assert "authorization" not in request.headers
    request = asked("/x", auth="X-Other: Key {key}")
    assert request.headers["x-other"] == f"Key {KEY}"
    assert "authorization" not in request.headers
    assert KEY not in str(asked("/x", auth="").headers) + str(asked("/x", auth="").url)


def test_a_key_may_be_in_a_body_a_form_or_a_path() -> None:
    request = asked("/x", method="post", labels={"auth": '{"clientKey": "{key}"}'}, json={"a": 1})
    assert json.loads(request.content) == {"clientKey": KEY, "a": 1}
    assert request.headers["content-type"] == "application/json"
    halves = {"auth": "&id={user}&token={secret}&scope=all"}
    request = asked("/x", method="post", form={"b": "2"}, labels=halves, key="us er:pass:word&a")
    assert request.content == b"b=2&id=us+er&token=pass%3Aword%26a&scope=all"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert str(asked("/x/{key}/y", labels={"auth": ""}, key="a/b").url) == "https://api.made.up/x/a%2Fb/y"
    assert str(asked("/x", labels={"auth": "?user={user}&key={secret}"}, key="a:b&c").url).endswith("?user=a&key=b%26c")
    assert asked("/x", labels={"auth": "X-Key: {secret}"}, key="a:b:{key}").headers["x-key"] == "b:{key}"
    assert asked("/x", labels={"auth": "Authorization: Basic {basic_user}"}, key="user").headers["authorization"] == (
        "Basic dXNlcjo="
    )


def test_a_request_is_signed_as_it_is_sent_and_anew_for_every_try() -> None:
    seen: list[Unsigned] = []

    def sign(request: Unsigned, secret: Secret) -> dict[str, str]:
        seen.append(request)
        secret.add(f"signature-{len(seen)}")
        return {"x-signature": f"{secret.reveal()} {len(seen)}"}

    answers = Answers(says(b"", 503), says(b'{"error": "the signature-2 is wrong"}', 400), says())
    asking = api(answers, labels={"auth": "", "sign": sign}, base_url="http://127.0.0.1:8080")
    with pytest.raises(Failure) as caught:
        asking.post("/x?b=1", json={"a": 1}, params={"c": "d"})
    assert caught.value.message == "HTTP 400: the [key] is wrong"
    assert answers.asked[-1].headers["x-signature"] == f"{KEY} 2"
    assert [(one.method, one.url, one.headers["host"], one.body) for one in seen] == [
        ("POST", "http://127.0.0.1:8080/x?b=1&c=d", "127.0.0.1:8080", b'{"a":1}')
    ] * 2
    assert seen[0].now < seen[1].now
    asking.get("/x", auth="X-Other: {key}")
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("base", "path", "moved", "url"),
    [
        ("https://a.example", "/v1/x", False, "https://a.example/v1/x"),
        ("https://a.example/", "/v1/x", False, "https://a.example/v1/x"),
        ("https://a.example/v1", "/v1/x", True, "https://a.example/v1/x"),
        ("https://a.example/v1/", "/x", True, "https://a.example/x"),
        ("https://a.example/api/v1", "/api/v1/x", True, "https://a.example/api/v1/x"),
        ("https://a.example/api", "/api/x", True, "https://a.example/api/x"),
        ("https://a.example/api", "/apix", True, "https://a.example/api/apix"),
        ("https://a.example/sub", "/v1/x", True, "https://a.example/sub/v1/x"),
        ("https://a.example", "https://b.example/y/z", False, "https://b.example/y/z"),
        ("https://a.example/X", "/x", True, "https://a.example/X/x"),
        ("https://relay.example", "https://b.example/y/z", True, "https://relay.example/y/z"),
        ("https://relay.example", "https://b.example/y?z=c://d/e", True, "https://relay.example/y?z=c://d/e"),
    ],
)
def test_the_url_combines_base_and_path(base: str, path: str, moved: bool, url: str) -> None:
    assert locate(base, path, moved=moved) == url


def test_base_url_replaces_every_host() -> None:
    assert str(asked("/x", base_url="http://127.0.0.1:8080/v1").url) == "http://127.0.0.1:8080/x"
    assert str(asked("https://b.example/y", base_url="https://relay.example").url) == "https://relay.example/y"
    assert str(asked("https://b.example/y").url) == "https://b.example/y"


def test_a_response_is_parsed_exactly_and_its_envelope_opened() -> None:
    found = api(Answers()).get("/x")
    assert str(found["left"]) == "5.10"
    assert api(Answers(), labels={"envelope": lambda answer: answer["left"]}).get("/x") == found["left"]
    parts = Parts([b'{"le', b'ft"', b": 1}"])
    assert api(Answers(httpx.Response(200, stream=parts))).get("/x") == {"left": 1}
    assert parts.closed


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", ZIPPED), ("x-gzip", ZIPPED), ("GZIP", ZIPPED),
        ("deflate", zlib.compress(OK)), ("identity", OK), ("", OK),
    ],
)  # fmt: skip
def test_unrequested_compression_is_decoded(coding: str, body: bytes) -> None:
    assert str(api(Answers(says(body, content_encoding=coding))).get("/x")["left"]) == "5.10"
    parts = [body[n : n + 1] for n in range(len(body))]
    assert str(api(Answers(says(parts, content_encoding=coding))).get("/x")["left"]) == "5.10"


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        (OK, {"content_encoding": "br"}, "the response is encoded as br, which was not requested"),
        (OK, {"content_encoding": "z" * 30}, f"the response is encoded as {'z' * 19}…, which was not requested"),
        (OK, {"content_encoding": "gzip"}, "the compressed response is corrupt"),
        (ZIPPED[:-9], {"content_encoding": "gzip"}, "the response is truncated"),
        (b" " * (MOST_BYTES + 1), {}, "the response is too large"),
        ([b" " * MOST_BYTES, b" "], {}, "the response is too large"),
        (gzip.compress(b" " * (MOST_BYTES + 1)), {"content_encoding": "gzip"}, "the response is too large"),
        (b"", {}, "the response is empty"),
        (b"", {"content_encoding": "gzip"}, "the response is empty"),
        (b"<p>", {"content_type": "text/html"}, "the response is not JSON but text/html"),
        (b"<p>", {}, "the response is not JSON and has no content type"),
        (b'{"error": "out of order"}', {}, "the provider returned an error: out of order"),
    ],
)
def test_a_malformed_response_is_unexpected(body: bytes | list[bytes], headers: dict[str, str], said: str) -> None:
    found = failed(says(body, **headers))
    assert found.message == said
    assert found.kind == "unexpected"


def test_a_response_of_exactly_the_maximum_size_is_accepted() -> None:
    body = b'{"left": 5}' + b" " * (MOST_BYTES - 11)
    assert len(body) == MOST_BYTES == 1024 * 1024
    assert api(Answers(says(body))).get("/x") == {"left": 5}
    assert api(Answers(says(gzip.compress(body), content_encoding="gzip"))).get("/x") == {"left": 5}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    answers = Answers(says(b"", status, location="https://b.example:8443/x?key=1"))
    with pytest.raises(Unexpected) as caught:
        api(answers).get("/x")
    moved = f"HTTP {status}: redirected to b.example:8443; the key was not sent there"
    assert caught.value.describe() == f"{moved} (check that this is the right provider for the key)"
    assert caught.value.http_status == status
    assert len(answers.asked) == 1
    relay = failed(says(b"", status, location="/y"), base_url="https://relay.example")
    assert relay.describe() == f"HTTP {status}: redirected; the key was not sent there (check base_url)"
    assert failed(says(b"", status)).message == f"HTTP {status}: redirected; the key was not sent there"
    far = failed(says(b"", status, location=f"https://{'b' * 70}.example"))
    assert f"redirected to {'b' * 59}…;" in far.message


def test_an_error_status_is_reported_with_its_message() -> None:
    found = failed(says(b'{"message": "no such key"}', 401))
    assert (found.message, found.http_status, found.kind) == ("HTTP 401: no such key", 401, "rejected")
    assert failed(says(b"<p>no", 401)).message == "HTTP 401"
    assert isinstance(failed(says(b"", 404)), Absent)
    own = failed(says(b'{"message": "no such key"}', 418), labels={"codes": {418: 401}})
    assert isinstance(own, Rejected)
    inside = failed(says(b'{"code": 477, "message": "x"}'), labels={"codes": {477: 401}})
    assert isinstance(inside, Rejected)


@pytest.mark.parametrize(
    ("status", "answer", "kind", "message"),
    [
        (200, {"ok": False, "why": "revoked key"}, Rejected, "the provider returned an error: revoked key"),
        (200, {"ok": False, "why": "no credits"}, UsedUp, "used up (the provider returned an error: no credits)"),
        (200, {"error": {"why": "too many calls"}}, Throttled, "the provider returned an error: too many calls"),
        (200, {"code": 7, "why": "no such key"}, Rejected, "the provider returned an error (7): no such key"),
        (200, {"code": 430, "why": "come back later"}, Throttled, "HTTP 200 with code 430: come back later"),
        (400, {"why": "this key was revoked", "type": "x"}, Rejected, "HTTP 400: this key was revoked"),
    ],
)  # fmt: skip
def test_a_provider_may_report_errors_in_a_field_of_its_own(
    status: int, answer: dict[str, Any], kind: type[Failure], message: str
) -> None:
    labels = {"says": "why", "codes": {430: 429}, "envelope": coded(0)}
    answers = [says(json.dumps(answer).encode(), status) for _ in range(3)]  # as many as it may ask for
    failure = failed(*answers, labels=labels, seconds=0.1)
    assert (type(failure), failure.message) == (kind, message)


def test_a_null_response_to_an_optional_request_is_unexpected() -> None:
    assert api(Answers(says(b"null"))).get("/x") is None
    for how in ({"optional": True}, {"missing_ok": True}):
        with pytest.raises(Unexpected) as caught:
            api(Answers(says(b"null"))).get("/x", **how)
        assert caught.value.message == "the response is null"
        assert api(Answers()).get("/x", **how) is not None


@pytest.mark.parametrize(
    ("given", "wait"),
    [
        ("30", 30), (" 30 ", 30), ("0", 0), ("1234567890", 123456789), ("", None), ("soon", None), ("²", None),
        ("-5", None), ("1.5", None), ("Fri, 32 Dec 2100 23:59:59 GMT", None), ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
    ],
)  # fmt: skip
def test_retry_after_is_parsed_as_seconds(given: str, wait: float | None) -> None:
    found = throttled(retry_after=given)
    assert found.wait == wait
    assert isinstance(found, Throttled)
    assert throttled().wait is None


def test_retry_after_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=1000), usegmt=True)
    found = throttled(retry_after=later)
    assert found.wait is not None
    assert 900 < found.wait <= 1000


def test_pages_are_requested_until_the_last_one() -> None:
    def page(following: Any, more: Any = True) -> httpx.Response:  # noqa: FBT002 - a field of the response
        return says(json.dumps({"has_more": more, "next_page": following}).encode())

    answers = Answers(page("b"), page("c"), page(None, more=False))
    pages = api(answers).pages("/x", {"limit": "9"}, headers={"X-Team": "t"})
    assert [found["next_page"] for found in pages] == ["b", "c", None]
    assert [request.url.query for request in answers.asked] == [b"limit=9", b"limit=9&page=b", b"limit=9&page=c"]
    assert {request.headers["x-team"] for request in answers.asked} == {"t"}
    for first, said in (
        (page(None), "the response has more pages but does not name the next one"),
        (page("b", more="true"), "the response does not say whether there are more pages"),
    ):
        with pytest.raises(Unexpected) as caught:
            list(api(Answers(first)).pages("/x", {}))
        assert caught.value.message == said
    with pytest.raises(Unexpected):
        list(api(Answers(page("b"), page("b"))).pages("/x", {}))


def test_a_key_in_two_parts_is_split_at_its_colon() -> None:
    assert api(Answers(), key="user:pass:word").user == "user"
    with pytest.raises(Misconfigured) as caught:
        _ = api(Answers()).user
    assert caught.value.describe() == "the key is not of the form account key (join both halves with a colon)"
    assert api(Answers()).has_key("sk-")
    assert not api(Answers()).has_key("pk-")


def test_no_adapter_sends_a_key_over_plain_http() -> None:
    answers = Answers()
    for asking, path in (
        (api(answers, labels={"base": "http://api.made.up"}), "/x"),
        (api(answers), "http://elsewhere.made.up/x"),
    ):
        with pytest.raises(Misconfigured, match="the address of the provider must begin with https://"):
            asking.get(path)
    assert answers.asked == []
    api(answers, labels={"base": "http://127.0.0.1:8000"}).get("/x")
    assert len(answers.asked) == 1


def test_connection_errors_are_reported() -> None:
    refused = httpx.ConnectError("x")
    refused.__cause__ = ConnectionRefusedError()
    answers = Answers(refused, refused, refused, refused)
    asking = api(answers)
    with pytest.raises(Unreachable) as caught:
        asking.get("/x")
    assert caught.value.message == "api.made.up refused the connection"
    assert asking.attempts == len(answers.asked) == 3
    assert "no response from api.made.up within 60 s" in failed(httpx.ReadTimeout("x")).message
    for wrong in (httpx.InvalidURL("x"), UnicodeError("x")):
        assert failed(wrong).describe() == "the address of the provider is not a valid URL (correct base_url)"


def test_attempts_is_the_maximum_over_all_requests() -> None:
    asking = api(Answers(says(b"", 503, retry_after="0"), says(), says()))
    asking.get("/x")
    asking.get("/y")
    assert asking.attempts == 2


def test_reading_stops_at_the_deadline() -> None:
    class Slow(Parts):
        def __iter__(self) -> Iterator[bytes]:
            yield b"{"
            time.sleep(0.3)
            yield b"}"

    slow = httpx.Response(200, stream=Slow([]))
    with pytest.raises(Unreachable) as caught:
        api(Answers(slow), seconds=0.2).get("/x")
    assert caught.value.describe() == "no response from api.made.up within 0.2 s (try again, or raise --timeout)"


def test_request_timeouts_never_exceed_the_time_left() -> None:
    def limits(seconds: float) -> Any:
        answers = Answers()
        api(answers, seconds=seconds).get("/x")
        return answers.asked[0].extensions["timeout"]

    long, short = limits(60), limits(2)
    assert long["connect"] == 5
    assert all(59 < long[name] <= 60 for name in ("read", "write", "pool"))
    assert all(1 < limit <= 2 for limit in short.values())


def test_debug_output_lists_requests_without_their_query() -> None:
    said: list[str] = []
    asking = api(Answers(says(b"", 503, retry_after="0"), says()), debug=said.append)
    asking.get("/x", params={"secret": "y"})
    assert [line.rpartition(", ")[0] or line for line in said] == [
        "GET https://api.made.up/x: 503, 0 bytes",
        "GET api.made.up: HTTP 503",
        "GET https://api.made.up/x: 200, 14 bytes",
    ]
    taken = said[-1].rpartition(", ")[2]
    assert taken.endswith(" s")
    assert 0 <= float(taken.removesuffix(" s")) < 10


def test_the_key_is_hidden_in_a_response_and_its_messages() -> None:
    found = api(Answers(says(json.dumps({"name": f"a {KEY} b"}).encode()))).get("/x")
    assert KEY not in found["name"]
    assert KEY not in failed(says(json.dumps({"message": f"bad {KEY}"}).encode(), 401)).message


def test_responses_are_limited_per_profile() -> None:
    many = b"[" + b"0," * 20_000 + b"0]"
    asking = api(Answers(says(many[:-5] + b"]"), says(b"[0,0,0]"), says(b"[0,0]")))
    assert len(asking.get("/x")) == 19_999
    asking.get("/y")
    with pytest.raises(Unexpected) as caught:
        asking.get("/z")
    assert caught.value.message == "the response has too many values"
    assert failed(says(many[:-3] + b",0,0]")).message == "the response has too many values"
    asking = api(Answers(*[says() for _ in range(101)]))
    for _ in range(100):
        asking.get("/x")
    with pytest.raises(Unexpected) as caught:
        asking.get("/x")
    assert caught.value.message == "reading the balance takes more than 100 requests"
    half = b'{"left": 5}' + b" " * (MOST_BYTES // 2)
    asking = api(Answers(says(half), says(half)))
    asking.get("/x")
    with pytest.raises(Unexpected) as caught:
        asking.get("/x")
    assert caught.value.message == "the response is too large"


def test_partial_responses_and_trailing_data_are_rejected() -> None:
    found = failed(says(OK, 206))
    assert found.message == "HTTP 206: a partial response, which was not requested"
    assert found.http_status == 206
    behind = failed(says(ZIPPED + b"x", content_encoding="gzip"))
    assert behind.message == "the response has extra data after its compressed part"


def test_an_error_status_outweighs_any_body() -> None:
    for body in (b"<p>", b"[" * 9000, b'{"error": 1e99999999999}', b" " * (MOST_BYTES + 1)):
        found = failed(says(body, 403))
        assert (found.kind, found.http_status) == ("rejected", 403)
    assert failed(says(b"x", 403, content_encoding="br")).kind == "rejected"
    assert failed(says(b"<p>", 418), labels={"codes": {418: 401}}).kind == "rejected"
    assert failed(says(b"", 302, location="https://[")).message == "HTTP 302: redirected; the key was not sent there"


def test_a_key_in_a_header_is_hidden() -> None:
    assert KEY not in failed(says(OK, content_encoding=KEY)).message
    assert KEY not in failed(says(b"<p>", content_type=KEY)).message
    assert KEY not in failed(says(b"", 302, location=f"https://{KEY}.example")).message


def loopback(made: httpx.Client, url: str, seconds: float = 30) -> Api:
    """Return an API object that sends requests to a real server with the program's client."""
    return Api(
        provider=MADE_UP,
        secret=Secret(KEY),
        client=made,
        environment=HERE,
        now=HERE.now(),
        deadline=Deadline(seconds),
        base_url=url,
    )


def test_the_client_sends_its_user_agent_and_keeps_no_cookies() -> None:
    with listening(says_on_wire(OK, "200 OK", "set-cookie: a=b")) as server, make_client(None, HERE.variables) as made:
        asking = loopback(made, server.url)
        assert [asking.get("/x")["left"], asking.get("/y")["left"]] == [Decimal("5.10")] * 2
        heads = [message_from_bytes(head.partition(b"\r\n")[2]) for head in server.heard]
    assert len(made.cookies.jar) == 0
    for head in heads:
        assert head["user-agent"] == f"balance-cli/{__version__}"
        assert (head["accept"], head["accept-encoding"]) == ("application/json", "identity")
        assert "cookie" not in head


def test_a_response_sent_early_is_not_used_for_the_next_request() -> None:
    def ahead(stream: Any) -> None:
        says_on_wire(OK)(stream)
        says_on_wire(b'{"left": 9}')(stream)

    with listening(ahead) as server, make_client(None, HERE.variables) as made:
        asking = loopback(made, server.url)
        assert [asking.get(path)["left"] for path in ("/a", "/b", "/c")] == [Decimal("5.10")] * 3


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"], ids=["a head", "a body"])
def test_a_connection_is_closed_at_the_deadline(end: bytes) -> None:
    slow = trickle(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\nx: " + end, b" ", seconds=4)
    with listening(slow) as server, make_client(None, HERE.variables) as made:
        asking = loopback(made, server.url, seconds=10)
        began = time.monotonic()
        threading.Timer(0.3, asking.deadline.expire).start()
        with pytest.raises(Unreachable):
            asking.get("/x")
        assert time.monotonic() - began < 4
        assert asking.deadline.left() == 0


def test_proxies_are_used_for_remote_hosts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _has_proxy.cache_clear()
    assert not make_client(context, HERE.variables).trust_env
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    _has_proxy.cache_clear()
    assert make_client(context, HERE.variables).trust_env
    assert not make_client(None, HERE.variables).trust_env
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:9")
    with pytest.raises(Misconfigured) as caught:
        make_client(context, HERE.variables)
    assert caught.value.message == "HTTPS_PROXY is not a valid proxy URL"
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(Misconfigured) as caught:
        make_client(context, HERE.variables)
    assert caught.value.message == "HTTPS_PROXY is a SOCKS proxy, which needs httpx[socks]"
    _has_proxy.cache_clear()


def test_a_certificate_of_an_unknown_authority_is_rejected() -> None:
    authority = trustme.CA()
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server_side)
    trusting, strange = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(trusting)
    with listening(says_on_wire(OK), tls=server_side) as server:
        with make_client(trusting, HERE.variables) as made:
            assert loopback(made, server.tls).get("/x")["left"] == Decimal("5.10")
        for context in (strange, None):
            with make_client(context, HERE.variables) as made, pytest.raises(Unreachable) as caught:
                loopback(made, server.tls).get("/x")
            assert "is not trusted" in caught.value.message
