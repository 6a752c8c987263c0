"""The only module that speaks HTTP: signing, the deadline, retries, size limits, and what went wrong on the way."""

import os
import random
import socket
import ssl
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from balance_cli import __version__
from balance_cli.answer import failure, parse, refusal, said
from balance_cli.deadline import Deadline
from balance_cli.errors import Absent, Failure, Misconfigured, Rejected, Unexpected, Unreachable, UsedUp
from balance_cli.keys import Secret
from balance_cli.provider import Provider
from balance_cli.text import clean

MOST_BYTES: Final = 1 << 20
TRIES: Final = 3
_CONNECT: Final = 5.0
_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")


def client(context: ssl.SSLContext | None) -> httpx.Client:
    """Return one thread's client; without a context it is for HTTP on loopback, past every proxy."""
    try:
        made = httpx.Client(
            verify=context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=context is not None,
            headers={
                "accept": "application/json",
                "accept-encoding": "identity",
                "user-agent": f"balance-cli/{__version__}",
            },
        )
    except Exception as error:  # noqa: BLE001 - httpx raises whatever the proxy variables make it stumble over
        raise _bad_proxy(error) from None
    made.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return made


@dataclass(slots=True, kw_only=True)
class Api:
    """What an adapter may ask: signed requests to its provider, inside the run's deadline.

    ``options`` are the profile's further keys, ``unit`` is the profile's unit or else the provider's usual one, ``now``
    the time of the check in UTC. ``attempts`` counts how often the most stubborn request was sent.
    """

    provider: Provider
    secret: Secret
    client: httpx.Client
    deadline: Deadline
    base_url: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    debug: Callable[[str], None] | None = None
    attempts: int = 0

    def get(self, path: str, **how: Any) -> Any:
        """Ask with GET; see ``send``."""
        return self.send("GET", path, **how)

    def post(self, path: str, **how: Any) -> Any:
        """Ask with POST, for questions alone: it is repeated like any other; see ``send``."""
        return self.send("POST", path, **how)

    def pages(self, path: str, params: Mapping[str, str], **how: Any) -> Iterator[Any]:
        """Yield every page of a list, to its end: each says whether there is more, and what asks for it."""
        more: Any = True
        while more:
            page = self.get(path, params=params, **how)
            yield page
            more, following = page["has_more"], page["next_page"]
            if more and (not isinstance(following, str) or following == params.get("page")):
                raise Unexpected("the answer has more pages, but does not say which")
            params = {**params, "page": following}

    @property
    def user(self) -> str:
        """The first half of a key that is a name and a secret with a colon between them."""
        name, colon, _ = self.secret.reveal().partition(":")
        if not colon:
            raise Misconfigured(f"the key is no {self.provider.key}", hint="write both halves with a colon between")
        return name

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        auth: str | None = None,
        optional: bool = False,
        missing_ok: bool = False,
    ) -> Any:
        """Return the payload of an answer, with every number in it a ``Decimal``.

        ``path`` begins at the host's root; a whole URL names another host of the same provider. ``auth`` replaces the
        provider's way of signing, with "" the request is not signed. An ``optional`` request returns ``None`` where
        this kind of key may not make it (401, 403, 404), with ``missing_ok`` only where there is nothing (404). Raises
        Failure in every other case that is not an answer.
        """
        request = self._request(method, path, params=params or {}, headers=headers or {}, json=json, auth=auth)
        attempt = 0
        while True:
            attempt += 1
            self.attempts = max(self.attempts, attempt)
            try:
                return self._ask(request)
            except (Rejected, Absent) as refused:
                may_not = optional and not isinstance(refused, UsedUp)
                if may_not or (missing_ok and isinstance(refused, Absent)):
                    return None
                raise
            except Failure as trouble:
                if self.debug:
                    self.debug(f"{request.method} {request.url.host}: {trouble.message}")
                pause = _pause(trouble, attempt)
                if pause is None or pause >= self.deadline.left():
                    raise
                time.sleep(pause)

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        json: Any,
        auth: str | None,
    ) -> httpx.Request:
        key, auth = self.secret.reveal(), self.provider.auth if auth is None else auth
        name, _, value = auth.partition(": ")
        if auth.startswith("?"):
            params = {**params, auth[1:].partition("=")[0]: key}
        elif auth:
            basic = b64encode(key.encode()).decode()
            headers = {**headers, name: value.replace("{basic}", basic).replace("{key}", key)}
        url = httpx.URL(locate(self.base_url or self.provider.base, path, moved=self.base_url is not None))
        return self.client.build_request(
            method, url.copy_merge_params(params) if params else url, headers=headers, json=json
        )

    def _ask(self, request: httpx.Request) -> Any:
        """Send once and read the answer."""
        left = self.deadline.left()
        request.extensions["timeout"] = httpx.Timeout(left, connect=min(left, _CONNECT)).as_dict()
        try:
            response = self.client.send(request, stream=True)
            try:
                body = b"".join(self._body(response))
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise _broken(error, request.url.host, self.deadline) from None
        except (httpx.InvalidURL, UnicodeError):
            raise Misconfigured("the address of the provider is no URL", hint="correct base_url") from None
        if self.debug:
            where = f"{request.method} {request.url.copy_with(query=None)}"
            self.debug(f"{where}: {response.status_code}, {len(body)} bytes, {left - self.deadline.left():.3f} s")
        return self._answer(response, self.secret.hide_bytes(body))

    def _body(self, response: httpx.Response) -> Iterator[bytes]:
        """Yield an answer's body, inflated, no more of it than any balance needs."""
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
            raise Unexpected(f"the answer is encoded as {clean(encoding, 20)}, which was not asked for")
        inflate = zlib.decompressobj(47) if encoding not in {"identity", ""} else None
        size = 0
        for raw in response.iter_raw():
            try:
                chunk = inflate.decompress(raw, MOST_BYTES + 1) if inflate else raw
            except zlib.error:
                raise Unexpected("the answer is not compressed as it says") from None
            size += len(chunk)
            if size > MOST_BYTES:
                raise Unexpected("the answer is larger than any balance")
            if not self.deadline.left():
                raise late(self.deadline, response.url.host)
            yield chunk
        if inflate and not inflate.eof and size:
            raise Unexpected("the answer is cut off")

    def _answer(self, response: httpx.Response, body: bytes) -> Any:
        status = response.status_code
        if response.is_success:
            answer = parse(body, response.headers.get("content-type", ""))
            if refused := refusal(answer, self.provider.codes):
                raise refused
            return self.provider.envelope(answer)
        if response.is_redirect:
            elsewhere = clean(urlsplit(response.headers.get("location", "")).netloc, 60)
            raise Unexpected(
                f"HTTP {status}: moved{f' to {elsewhere}' if elsewhere else ''}; the key was not sent there",
                hint="check base_url" if self.base_url else "is this key's provider the right one?",
                http_status=status,
            )
        try:
            words = said(parse(body, ""))
        except Unexpected:
            words = ""
        raise failure(status, words, codes=self.provider.codes, wait=_retry_after(response))


def locate(base: str, path: str, *, moved: bool) -> str:
    """Return the URL of a path that begins at the host's root.

    A base that users copy from an SDK's settings ends in a part of that path (``/v1``, ``/api/v1``), which is not said
    twice. Where a profile has a ``base_url``, it stands for every host of its provider.
    """
    if "://" in path:
        if not moved:
            return path
        path = path[path.index("/", path.index("://") + 3) :]
    root = base.rstrip("/").removesuffix("/v1")
    prefix = urlsplit(root).path
    if prefix and path.startswith(f"{prefix}/"):
        root = root.removesuffix(prefix)
    return root + path


def late(deadline: Deadline, host: str) -> Failure:
    """Return the failure of a provider that did not answer in time."""
    return Unreachable(f"no answer from {host} within {deadline.seconds:g} s", hint="run again, or raise --timeout")


def _pause(trouble: Failure, attempt: int) -> float | None:
    """Return how long to wait before asking again, with full jitter; ``None`` for never."""
    if not trouble.retryable or attempt >= TRIES:
        return None
    jitter = random.uniform(0, 0.25 * 2**attempt)  # noqa: S311 - spreads the load, hides nothing
    return max(jitter, trouble.wait or 0)


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of a Retry-After, given as such or as a date."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def _broken(error: httpx.HTTPError, host: str, deadline: Deadline) -> Failure:
    """Say in our own words what broke: an exception's text may hold the URL, and with it a key."""
    host = clean(host, 60)
    proxy = next((name for name in _PROXIES if os.environ.get(name)), None)
    hint = f"check the network, and the proxy in {proxy}" if proxy else "check the network"
    if known := next(filter(None, (_cause(cause, host, hint) for cause in _causes(error))), None):
        return known
    match error:
        case httpx.ProxyError():
            return Unreachable(f"the proxy in {proxy} refuses to connect to {host}", hint=f"check {proxy}")
        case httpx.ConnectTimeout():
            return Unreachable(f"no connection to {host} in time", hint=hint, retryable=True)
        case httpx.TimeoutException():
            return late(deadline, host)
        case httpx.RemoteProtocolError() if "without sending a response" not in str(error):
            return Unexpected(f"the answer of {host} is not whole, or not HTTP", hint="is it the right host and port?")
    return Unreachable(f"the connection to {host} broke", hint=hint, retryable=True)


def _cause(cause: BaseException, host: str, hint: str) -> Failure | None:
    """Return the failure behind an exception of the operating system's or of TLS."""
    match cause:
        case ssl.SSLCertVerificationError(verify_code=9 | 10):
            message = f"the certificate of {host} is not valid now: {cause.verify_message}"
            return Unreachable(message, hint="is this machine's clock right?")
        case ssl.SSLCertVerificationError():
            message = f"the certificate of {host} is not trusted: {cause.verify_message}"
            return Unreachable(message, hint="for a private authority set SSL_CERT_FILE")
        case ssl.SSLError():
            reason = clean(cause.reason or "protocol error").replace("_", " ").lower()
            return Unreachable(f"TLS with {host} failed: {reason}", hint="is there a TLS server at that port?")
        case socket.gaierror():
            return Unreachable(f"there is no address for {host}", hint=hint, retryable=True)
        case ConnectionRefusedError():
            return Unreachable(f"{host} refuses the connection", hint=hint, retryable=True)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _bad_proxy(error: Exception) -> Failure:
    """Say which variable httpx stumbled over while it made a client."""
    proxies = {name: value for name in _PROXIES if (value := os.environ.get(name))}
    for name, value in proxies.items():
        if isinstance(error, ImportError) and value.lower().startswith("socks"):
            return Misconfigured(f"{name} names a SOCKS proxy", hint=f"pip install 'httpx[socks]', or unset {name}")
        try:
            httpx.Proxy(value if "://" in value else f"http://{value}")
        except Exception:  # noqa: BLE001 - as above
            return Misconfigured(f"{name} is not the URL of a proxy", hint=f"correct or unset {name}")
    name = "no_proxy" if os.environ.get("no_proxy") else "NO_PROXY"
    return Misconfigured(f"{name} cannot be understood", hint=f"name hosts in {name}, no networks in IPv6")
