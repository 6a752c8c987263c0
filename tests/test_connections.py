"""How connection errors are described, and which connections are reused."""

import gc
import socket
import ssl
import threading
import time
import weakref
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import Mock

import httpx
import pytest
import trustme

from balance_cli.check.many import check_profiles
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.errors import Failure, Misconfigured, Unexpected, Unreachable
from balance_cli.http.api import Api
from balance_cli.http.broken import describe_bad_proxy, describe_error, describe_timeout
from balance_cli.http.client import make_client
from balance_cli.keys.secret import Secret
from balance_cli.keys.source import KeySource
from balance_cli.providers import find
from faults import Script, listening, raw, says, trickle
from surroundings import HERE

OK: Final = b'{"left": 5.10}'
PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")
MADE_UP: Final = find("apertis")._replace(id="made-up", name="Made Up")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without proxies."""
    for name in (*PROXIES, "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def caused(cause: BaseException, error: httpx.HTTPError | None = None) -> Failure:
    """Return the failure for an error with this cause."""
    error = error or httpx.ConnectError("x")
    error.__cause__ = cause
    return describe_error(error, "a.example", Deadline(60), HERE.variables)


def certificate(code: int, words: str) -> ssl.SSLCertVerificationError:
    """Return a certificate verification error."""
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_code, error.verify_message = code, words
    return error


def tls(reason: str | None) -> ssl.SSLError:
    """Return a TLS error."""
    error = ssl.SSLError(1, "x")
    error.reason = reason  # type: ignore[assignment]  # None if OpenSSL gives no reason
    return error


@pytest.mark.parametrize(
    ("cause", "said", "again"),
    [
        (
            certificate(9, "too early"),
            "the certificate of a.example is not currently valid: too early (check this machine's clock)",
            False,
        ),
        (
            certificate(10, "expired"),
            "the certificate of a.example is not currently valid: expired (check this machine's clock)",
            False,
        ),
        (
            certificate(18, "unknown"),
            "the certificate of a.example is not trusted: unknown (for a private CA, set SSL_CERT_FILE)",
            False,
        ),
        (
            tls("WRONG_VERSION_NUMBER"),
            "TLS with a.example failed: wrong version number (check that the port serves TLS)",
            False,
        ),
        (tls(None), "TLS with a.example failed: protocol error (check that the port serves TLS)", False),
        (socket.gaierror(), "cannot resolve a.example (check the network)", True),
        (ConnectionRefusedError(), "a.example refused the connection (check the network)", True),
        (OSError(), "the connection to a.example was lost (check the network)", True),
    ],
)
def test_a_connection_error_is_described_by_its_cause(cause: BaseException, said: str, again: bool) -> None:
    found = caused(cause)
    assert isinstance(found, Unreachable)
    assert (found.describe(), found.retryable) == (said, again)
    outer = OSError()
    outer.__context__ = cause
    assert caused(outer).describe() == said


@pytest.mark.parametrize(
    ("error", "said", "again"),
    [
        (httpx.ConnectTimeout("x"), "connecting to a.example timed out (check the network)", True),
        (httpx.ReadTimeout("x"), "no response from a.example within 60 s (try again, or raise --timeout)", False),
        (httpx.PoolTimeout("x"), "no response from a.example within 60 s (try again, or raise --timeout)", False),
        (
            httpx.RemoteProtocolError("illegal status line"),
            "the response from a.example is incomplete or not HTTP (check the host and port)",
            False,
        ),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            "the connection to a.example was lost (check the network)",
            True,
        ),
        (httpx.ReadError("x"), "the connection to a.example was lost (check the network)", True),
    ],
)
def test_a_connection_error_without_a_cause_is_described(error: httpx.HTTPError, said: str, again: bool) -> None:
    found = describe_error(error, "a.example", Deadline(60), HERE.variables)
    assert (found.describe(), found.retryable) == (said, again)
    assert isinstance(found, Unexpected if "incomplete" in said else Unreachable)


def test_every_error_after_the_deadline_is_a_timeout() -> None:
    over = Deadline(2.5)
    over.expire()
    words = "no response from a.example within 2.5 s (try again, or raise --timeout)"
    assert describe_timeout(over, "a.example").describe() == words
    assert not describe_timeout(over, "a.example").retryable
    for error in (httpx.ReadError("x"), httpx.RemoteProtocolError("x")):
        assert describe_error(error, "a.example", over, HERE.variables).describe() == words


def test_a_long_host_name_is_truncated() -> None:
    assert (
        describe_error(httpx.ReadError("x"), "a" * 99, Deadline(60), HERE.variables).message
        == f"the connection to {'a' * 59}… was lost"
    )


def test_a_proxy_error_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(reversed(PROXIES)):
        monkeypatch.setenv(name, f"http://user:pass@127.0.0.1:{number + 1}")
        hint = f"check the network and the proxy in {name}"
        for error in (httpx.ConnectTimeout("x"), httpx.ReadError("x")):
            assert describe_error(error, "a.example", Deadline(60), HERE.variables).hint == hint
        assert caused(socket.gaierror()).hint == caused(ConnectionRefusedError()).hint == hint
        refused = describe_error(httpx.ProxyError("x"), "a.example", Deadline(60), HERE.variables)
        assert refused.describe() == f"the proxy in {name} refused to connect to a.example (check {name})"
        assert not refused.retryable
    monkeypatch.setenv("HTTPS_PROXY", "")
    assert describe_error(httpx.ReadError("x"), "a.example", Deadline(60), HERE.variables).hint.endswith("https_proxy")


def test_an_invalid_proxy_url_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("gopher://127.0.0.1:9", "http://[::1", "127.0.0.1:port"):
        monkeypatch.setenv("ALL_PROXY", wrong)
        found = describe_bad_proxy(ValueError("x"), HERE.variables)
        assert found.describe() == "ALL_PROXY is not a valid proxy URL (correct or unset ALL_PROXY)"
        assert isinstance(found, Misconfigured)
    for right in ("127.0.0.1:9", "http://127.0.0.1:9", "socks5://127.0.0.1:9"):
        monkeypatch.setenv("HTTPS_PROXY", right)
        assert describe_bad_proxy(ValueError("x"), HERE.variables).message == "ALL_PROXY is not a valid proxy URL"


def test_a_socks_proxy_error_names_the_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    for address in ("socks5://127.0.0.1:9", "SOCKS5H://127.0.0.1:9"):
        monkeypatch.setenv("all_proxy", address)
        assert describe_bad_proxy(ImportError("x"), HERE.variables).describe() == (
            "all_proxy is a SOCKS proxy, which needs httpx[socks] (pip install 'httpx[socks]', or unset all_proxy)"
        )


def test_an_invalid_no_proxy_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    hint = "list hosts in {}, not IPv6 networks"
    found = describe_bad_proxy(ValueError("x"), HERE.variables)
    assert found.describe() == f"NO_PROXY is invalid ({hint.format('NO_PROXY')})"
    monkeypatch.setenv("no_proxy", "::1/128")
    found = describe_bad_proxy(ValueError("x"), HERE.variables)
    assert found.describe() == f"no_proxy is invalid ({hint.format('no_proxy')})"
    assert isinstance(found, Misconfigured)


def asking(made: httpx.Client, url: str, seconds: float = 30) -> Api:
    """Return an API object for a server."""
    return Api(
        environment=HERE,
        now=HERE.now(),
        provider=MADE_UP,
        secret=Secret("sk-made-up-qwerty"),
        client=made,
        deadline=Deadline(seconds),
        base_url=url,
    )


def connections(script: Script, questions: int = 3) -> int:
    """Return how many connections are used for this many consecutive requests."""
    with listening(script) as server, make_client(None, HERE.variables) as made:
        for _ in range(questions):
            asking(made, server.url).get("/x", missing_ok=True)
        return server.accepted


def test_a_connection_is_reused_after_a_clean_response() -> None:
    assert connections(says(OK)) == 1
    assert connections(says(OK, "201 Created")) == 1
    assert connections(raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")) == 1


def test_a_connection_is_not_reused_after_any_other_response() -> None:
    assert connections(says(OK, "404 Not Found")) == 3
    both = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    assert connections(raw(both)) == 3
    assert connections(raw(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}x")) == 3


def test_a_tls_connection_is_reused() -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server_side)
    with listening(says(OK), tls=server_side) as server, make_client(context, HERE.variables) as made:
        for _ in range(3):
            asking(made, server.tls).get("/x")
        assert server.accepted == 1


def test_a_tls_connection_is_closed_at_the_deadline() -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server_side)
    slow = trickle(b"HTTP/1.1 200 OK\r\nx: ", b" ", seconds=4)
    with listening(slow, tls=server_side) as server, make_client(context, HERE.variables) as made:
        began, one = time.monotonic(), asking(made, server.tls, seconds=10)
        threading.Timer(0.3, one.deadline.expire).start()
        with pytest.raises(Unreachable):
            one.get("/x")
        assert time.monotonic() - began < 4


def test_no_response_stays_in_memory_after_the_next_request() -> None:
    seen: list[weakref.ref[httpx.Response]] = []
    with listening(says(OK)) as server, make_client(None, HERE.variables) as made:
        made.event_hooks["response"].append(lambda response: seen.append(weakref.ref(response)))
        gc.disable()  # as in a check
        try:
            for _ in range(3):
                asking(made, server.url).get("/x")
            assert [response() for response in seen[:-1]] == [None, None]
        finally:
            gc.enable()


@pytest.mark.parametrize("script", [says(OK, "401 Unauthorized"), raw(b"")], ids=["rejected", "unreachable"])
def test_no_request_stays_in_memory_because_of_its_error(monkeypatch: pytest.MonkeyPatch, script: Script) -> None:
    monkeypatch.setenv("KEY", "sk-made-up-qwerty")
    with listening(script) as server:
        key = KeySource(kind="key_env", value=("KEY",))
        profile = Profile(name="main", provider=find("apertis"), key=key, base_url=server.url)
        error = check_profiles(HERE, [profile], Deadline(20)).verdicts[0].error
    assert error
    assert (error.__traceback__, error.__context__, error.__cause__) == (None, None, None)


def ahead(size: int) -> Mock:
    """Return a TLS connection with this much pending data."""
    found = Mock(spec=ssl.SSLSocket)
    found.pending.return_value = size
    return found


@pytest.mark.parametrize(("found", "used"), [(ahead(0), 1), (ahead(1), 3), (Mock(spec=ssl.SSLObject), 3), (None, 1)])
def test_a_tls_connection_with_pending_data_is_not_reused(found: Any, used: int) -> None:
    def note(response: httpx.Response) -> None:
        stream = response.extensions["network_stream"]
        response.extensions["network_stream"] = SimpleNamespace(
            get_extra_info={"ssl_object": found}.get, close=stream.close
        )

    with listening(says(OK)) as server, make_client(None, HERE.variables) as made:
        made.event_hooks = {**made.event_hooks, "response": [note, *made.event_hooks["response"]]}
        for _ in range(3):
            asking(made, server.url).get("/x")
        assert server.accepted == used
