"""The only module that speaks HTTP: signing, the deadline, retries, size limits, and what went wrong on the way."""

import random
import socket
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from balance_cli.answer import failure, open_envelope, parse
from balance_cli.config import address
from balance_cli.deadline import Deadline
from balance_cli.errors import Absent, Failure, Misconfigured, Rejected, Unexpected
from balance_cli.http.broken import broken, late
from balance_cli.keys.secret import Secret
from balance_cli.provider import Provider
from balance_cli.text import clean

_MOST_BYTES: Final = 1 << 20
_MOST_VALUES: Final = 20_000
_MOST_REQUESTS: Final = 100
"""What all that one profile is told may come to together."""
_LARGE: Final = 1 << 16
_READING: Final = Lock()
"""Large answers are read one after the other: while it is read, an answer takes many times its size."""
TRIES: Final = 3
_PARTIAL: Final = 206
_CONNECT: Final = 5.0


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
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
    _requests: int = 0
    _bytes: int = 0
    _values: int = 0

    def get(self, path: str, **how: Any) -> Any:
        """Ask with GET; see ``send``."""
        return self.send("GET", path, **how)

    def post(self, path: str, **how: Any) -> Any:
        """Ask with POST, for questions alone: it is repeated like any other; see ``send``."""
        return self.send("POST", path, **how)

    def pages(self, path: str, params: Mapping[str, str], **how: Any) -> Iterator[Any]:
        """Yield every page of a list, to its end: each says whether there is more, and what asks for it."""
        more = True
        while more:
            page = self.get(path, params=params, **how)
            yield page
            more, following = page["has_more"], page["next_page"]
            if not isinstance(more, bool):
                raise Unexpected("the answer does not say whether it has more pages")
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

    def has_key(self, prefix: str) -> bool:
        """Return whether the key begins so, where a vendor tells two kinds of keys by that."""
        return self.secret.reveal().startswith(prefix)

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
        Failure in every other case that is not an answer: ``UsedUp`` too, whatever the status that says it.
        """
        request = self._request(method, path, params=params or {}, headers=headers or {}, json=json, auth=auth)
        self._requests += 1
        if self._requests > _MOST_REQUESTS:
            raise Unexpected(f"the answers want more than {_MOST_REQUESTS} requests")
        attempt = 0
        while True:
            attempt += 1
            self.attempts = max(self.attempts, attempt)
            try:
                return _told(self._ask(request), refusable=optional or missing_ok)
            except (Rejected, Absent) as refused:
                if optional or (missing_ok and isinstance(refused, Absent)):
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
        try:
            url = httpx.URL(address.locate(self.base_url or self.provider.base, path, moved=self.base_url is not None))
            address.url(str(url), query=True)
            return self.client.build_request(
                method, url.copy_merge_params(params) if params else url, headers=headers, json=json
            )
        except (httpx.InvalidURL, UnicodeError):
            raise Misconfigured("the address of the provider is no URL", hint="correct base_url") from None
        except ValueError as error:
            raise Misconfigured(f"the address of the provider {error}", hint="correct base_url") from None

    def _ask(self, request: httpx.Request) -> Any:
        """Send once and read the answer."""
        left = self.deadline.left()
        request.extensions["timeout"] = httpx.Timeout(left, connect=min(left, _CONNECT)).as_dict()
        request.extensions["trace"] = self._bounded
        try:
            response = self.client.send(request, stream=True)
            try:
                body = b"".join(self._body(response))
            except Unexpected:
                if response.is_success:
                    raise
                body = b""  # the status says enough
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise broken(error, request.url.host, self.deadline) from None
        except (httpx.InvalidURL, UnicodeError):
            raise Misconfigured("the address of the provider is no URL", hint="correct base_url") from None
        if self.debug:
            where = clean(self.secret.hide(str(request.url.copy_with(query=None))))
            took = left - self.deadline.left()
            self.debug(f"{request.method} {where}: {response.status_code}, {len(body)} bytes, {took:.3f} s")
        return self._answer(response, body)

    def _header(self, response: httpx.Response, name: str) -> str:
        """Return what a header says, without the key; "" where there is none."""
        return self.secret.hide(response.headers.get(name, ""))

    def _bounded(self, event: str, about: Mapping[str, Any]) -> None:
        """Cut a connection when the run expires: bytes that come singly begin every time-out anew."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            stream: socket.socket = about["return_value"].get_extra_info("socket")
            self.deadline.then(lambda: socket.socket.shutdown(stream, socket.SHUT_RDWR))

    def _body(self, response: httpx.Response) -> Iterator[bytes]:
        """Yield an answer's body, inflated, no more of it than any balance needs."""
        encoding = self._header(response, "content-encoding").lower()
        if encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
            raise Unexpected(f"the answer is encoded as {clean(encoding, 20)}, which was not asked for")
        inflate = zlib.decompressobj(47) if encoding not in {"identity", ""} else None
        size = 0
        for raw in response.iter_raw():
            try:
                chunk = inflate.decompress(raw, _MOST_BYTES + 1) if inflate else raw
            except zlib.error:
                raise Unexpected("the answer is not compressed as it says") from None
            size += len(chunk)
            self._bytes += len(chunk)
            if self._bytes > _MOST_BYTES:
                raise Unexpected("the answer is larger than any balance")
            if not self.deadline.left():
                raise late(self.deadline, response.url.host)
            yield chunk
        if inflate and not inflate.eof and size:
            raise Unexpected("the answer is cut off")
        if inflate and inflate.unused_data:
            raise Unexpected("the answer has something behind its compressed end")

    def _answer(self, response: httpx.Response, body: bytes) -> Any:
        status = response.status_code
        if status == _PARTIAL:
            raise Unexpected(f"HTTP {status}: a part of an answer, which was not asked for", http_status=status)
        if response.is_success:
            answer, label = self._read(body, self._header(response, "content-type")), self.provider
            return open_envelope(answer, label.envelope, codes=label.codes, says=label.says)
        if response.is_redirect:
            elsewhere = clean(self.secret.hide(_host(response.headers.get("location", ""))), 60)
            raise Unexpected(
                f"HTTP {status}: moved{f' to {elsewhere}' if elsewhere else ''}; the key was not sent there",
                hint="check base_url" if self.base_url else "is this key's provider the right one?",
                http_status=status,
            )
        raise self._failure(status, body, _seconds(self._header(response, "retry-after")))

    def _failure(self, status: int, body: bytes, wait: float | None) -> Failure:
        """Return what an error status means; it decides, whatever is in its body."""
        try:
            answer = self._read(body, "")
            return failure(status, answer, codes=self.provider.codes, says=self.provider.says, wait=wait)
        except (Unexpected, ArithmeticError, ValueError, RecursionError):
            return failure(status, codes=self.provider.codes, wait=wait)

    def _read(self, body: bytes, content_type: str) -> Any:
        """Return what a body says, without the key: the one door through which a provider's texts enter."""
        self._values += body.count(b",")
        if self._values > _MOST_VALUES:
            raise Unexpected("the answer has more values than any balance")
        with _READING if len(body) > _LARGE else nullcontext():
            return self.secret.hide_in(parse(body, content_type))


def _told(answer: Any, *, refusable: bool) -> Any:
    """Return an answer; where ``None`` stands for a refusal, an answer of null must not look like one."""
    if answer is None and refusable:
        raise Unexpected("the answer is null")
    return answer


def _pause(trouble: Failure, attempt: int) -> float | None:
    """Return how long to wait before asking again, with full jitter; ``None`` for never."""
    if not trouble.retryable or attempt >= TRIES:
        return None
    jitter = random.uniform(0, 0.25 * 2**attempt)  # noqa: S311 - spreads the load, hides nothing
    return max(jitter, trouble.wait or 0)


def _host(location: str) -> str:
    """Return the host of an address, "" where it has none."""
    try:
        return urlsplit(location).netloc
    except ValueError:
        return ""


def _seconds(retry_after: str) -> float | None:
    """Return the seconds of a Retry-After, given as such or as a date."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
