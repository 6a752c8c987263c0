"""The only module that speaks HTTP: signing, deadline, retries, size limits and transport errors."""

import random
import socket
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx

from balance_cli import address
from balance_cli.answer import make_failure, open_envelope
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.errors import Absent, Failure, Misconfigured, Rejected, Unexpected
from balance_cli.http.broken import describe_error, describe_timeout
from balance_cli.keys.secret import Secret
from balance_cli.strict import parse_json
from balance_cli.text import clean

if TYPE_CHECKING:
    from balance_cli.http.label import Label

_MOST_BYTES: Final = 1 << 20
_MOST_VALUES: Final = 20_000
_MOST_REQUESTS: Final = 100
"""Limits on all responses to one profile together."""
_LARGE: Final = 1 << 16
_READING: Final = Lock()
"""Large responses are parsed one at a time: parsing one takes many times its size in memory."""
TRIES: Final = 3
_PARTIAL: Final = 206
_CONNECT: Final = 5.0


class Api:
    """The client of an adapter: signed requests to its provider, within the run's deadline.

    ``options`` are the provider-specific keys of the profile, ``unit`` is the profile's unit or else the provider's
    usual one, ``now`` is the time of the check in UTC. ``attempts`` is the highest number of tries of any request.
    """

    def __init__(  # not a dataclass, which costs every check three million instructions
        self,
        *,
        provider: "Label",
        secret: Secret,
        client: httpx.Client,
        environment: Environment,
        deadline: Deadline,
        now: datetime,
        base_url: str | None = None,
        options: Mapping[str, str] = MappingProxyType({}),
        unit: str = "",
        debug: Callable[[str], None] | None = None,
    ) -> None:
        self.provider, self.options, self.unit, self.now = provider, options, unit, now
        self.secret, self.base_url, self.client = secret, base_url, client
        self.environment, self.deadline, self.debug = environment, deadline, debug
        self.attempts = self._requests = self._bytes = self._values = 0

    def get(self, path: str, **how: Any) -> Any:
        """Send a GET request; see ``send``."""
        return self.send("GET", path, **how)

    def post(self, path: str, **how: Any) -> Any:
        """Send a POST request, only for queries, because it is retried like a GET; see ``send``."""
        return self.send("POST", path, **how)

    def pages(self, path: str, params: Mapping[str, str], **how: Any) -> Iterator[Any]:
        """Yield every page of a list; each page says whether there are more, and names the next one."""
        more = True
        while more:
            page = self.get(path, params=params, **how)
            yield page
            more, next_page = page["has_more"], page["next_page"]
            if not isinstance(more, bool):
                raise Unexpected("the response does not say whether there are more pages")
            if more and (not isinstance(next_page, str) or next_page == params.get("page")):
                raise Unexpected("the response has more pages but does not name the next one")
            params = {**params, "page": next_page}

    @property
    def user(self) -> str:
        """The first half of a key of the form ``name:secret``."""
        name, colon, _ = self.secret.reveal().partition(":")
        if not colon:
            raise Misconfigured(f"the key is not of the form {self.provider.key}", hint="join both halves with a colon")
        return name

    def has_key(self, prefix: str) -> bool:
        """Return whether the key starts with a prefix by which the vendor tells its kinds of keys apart."""
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
        """Send a request and return the payload of the response, with every number as a ``Decimal``.

        ``path`` starts at the root of the host; a full URL names another host of the same provider. ``auth`` replaces
        the provider's way of signing; with "" the request is not signed. An ``optional`` request returns ``None`` if
        this kind of key may not make it (401, 403, 404); with ``missing_ok``, only if there is nothing (404). Raise
        Failure for every other error, including ``UsedUp``, whatever its status.
        """
        request = self._build_request(method, path, params=params or {}, headers=headers or {}, json=json, auth=auth)
        self._requests += 1
        if self._requests > _MOST_REQUESTS:
            raise Unexpected(f"reading the balance takes more than {_MOST_REQUESTS} requests")
        attempt = 0
        while True:
            attempt += 1
            self.attempts = max(self.attempts, attempt)
            try:
                return _reject_null(self._send_once(request), refusable=optional or missing_ok)
            except (Rejected, Absent) as refused:
                if optional or (missing_ok and isinstance(refused, Absent)):
                    return None
                raise
            except Failure as trouble:
                if self.debug:
                    self.debug(f"{request.method} {request.url.host}: {trouble.message}")
                pause = _compute_pause(trouble, attempt)
                if pause is None or pause >= self.deadline.left():
                    raise
                time.sleep(pause)

    def _build_request(
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
            address.check_url(str(url), query=True)
            return self.client.build_request(
                method, url.copy_merge_params(params) if params else url, headers=headers, json=json
            )
        except (httpx.InvalidURL, UnicodeError):
            raise _reject_address("is not a valid URL") from None
        except ValueError as error:
            raise _reject_address(error) from None

    def _send_once(self, request: httpx.Request) -> Any:
        """Send the request once and read the response."""
        time_left = self.deadline.left()
        request.extensions["timeout"] = httpx.Timeout(time_left, connect=min(time_left, _CONNECT)).as_dict()
        request.extensions["trace"] = self._bind_to_deadline
        try:
            response = self.client.send(request, stream=True)
            try:
                body = b"".join(self._read_body(response))
            except Unexpected:
                if response.is_success:
                    raise
                body = b""  # the status is enough
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise describe_error(error, request.url.host, self.deadline, self.environment.variables) from None
        except (httpx.InvalidURL, UnicodeError):
            raise _reject_address("is not a valid URL") from None
        if self.debug:
            where = clean(self.secret.hide(str(request.url.copy_with(query=None))))
            took = time_left - self.deadline.left()
            self.debug(f"{request.method} {where}: {response.status_code}, {len(body)} bytes, {took:.3f} s")
        return self._handle_response(response, body)

    def _get_header(self, response: httpx.Response, name: str) -> str:
        """Return a header without the key, or "" if it is missing."""
        return self.secret.hide(response.headers.get(name, ""))

    def _bind_to_deadline(self, event: str, about: Mapping[str, Any]) -> None:
        """Close a connection when the run expires: httpx restarts its timeouts with every byte received."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            stream: socket.socket = about["return_value"].get_extra_info("socket")
            self.deadline.then(lambda: socket.socket.shutdown(stream, socket.SHUT_RDWR))

    def _read_body(self, response: httpx.Response) -> Iterator[bytes]:
        """Yield the decompressed body, up to the size limit."""
        encoding = self._get_header(response, "content-encoding").lower()
        if encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
            raise Unexpected(f"the response is encoded as {clean(encoding, 20)}, which was not requested")
        inflate = zlib.decompressobj(47) if encoding not in {"identity", ""} else None
        size = 0
        for raw in response.iter_raw():
            try:
                chunk = inflate.decompress(raw, _MOST_BYTES + 1) if inflate else raw
            except zlib.error:
                raise Unexpected("the compressed response is corrupt") from None
            size += len(chunk)
            self._bytes += len(chunk)
            if self._bytes > _MOST_BYTES:
                raise Unexpected("the response is too large")
            if not self.deadline.left():
                raise describe_timeout(self.deadline, response.url.host)
            yield chunk
        if inflate and not inflate.eof and size:
            raise Unexpected("the response is truncated")
        if inflate and inflate.unused_data:
            raise Unexpected("the response has extra data after its compressed part")

    def _handle_response(self, response: httpx.Response, body: bytes) -> Any:
        status = response.status_code
        if status == _PARTIAL:
            raise Unexpected(f"HTTP {status}: a partial response, which was not requested", http_status=status)
        if response.is_success:
            answer, label = self._parse_body(body, self._get_header(response, "content-type")), self.provider
            return open_envelope(answer, label.envelope, codes=label.codes, says=label.says)
        if response.is_redirect:
            elsewhere = clean(self.secret.hide(_parse_host(response.headers.get("location", ""))), 60)
            raise Unexpected(
                f"HTTP {status}: redirected{f' to {elsewhere}' if elsewhere else ''}; the key was not sent there",
                hint="check base_url" if self.base_url else "check that this is the right provider for the key",
                http_status=status,
            )
        raise self._make_failure(
            status, body, _parse_retry_after(self._get_header(response, "retry-after"), self.environment)
        )

    def _make_failure(self, status: int, body: bytes, wait: float | None) -> Failure:
        """Return the failure for an error status, even if its body cannot be read."""
        try:
            answer = self._parse_body(body, "")
            return make_failure(status, answer, codes=self.provider.codes, says=self.provider.says, wait=wait)
        except (Unexpected, ArithmeticError, ValueError, RecursionError):
            return make_failure(status, codes=self.provider.codes, wait=wait)

    def _parse_body(self, body: bytes, content_type: str) -> Any:
        """Parse a body and hide the key in it: every text from a provider passes through here."""
        self._values += body.count(b",")
        if self._values > _MOST_VALUES:
            raise Unexpected("the response has too many values")
        with _READING if len(body) > _LARGE else nullcontext():
            return self.secret.hide_in(parse_json(body, content_type))


def _reject_address(why: object) -> Misconfigured:
    return Misconfigured(f"the address of the provider {why}", hint="correct base_url")


def _reject_null(answer: Any, *, refusable: bool) -> Any:
    """Return the answer; where ``None`` means a refusal, raise Unexpected for a null."""
    if answer is None and refusable:
        raise Unexpected("the response is null")
    return answer


def _compute_pause(trouble: Failure, attempt: int) -> float | None:
    """Return the seconds to wait before the next try, with full jitter; ``None`` to give up."""
    if not trouble.retryable or attempt >= TRIES:
        return None
    jitter = random.uniform(0, 0.25 * 2**attempt)  # noqa: S311 - spreads the load, needs no secrecy
    return max(jitter, trouble.wait or 0)


def _parse_host(location: str) -> str:
    """Return the host of a URL, or "" if it has none."""
    try:
        return urlsplit(location).netloc
    except ValueError:
        return ""


def _parse_retry_after(retry_after: str, environment: Environment) -> float | None:
    """Return the seconds of a Retry-After header, given as a number or as a date."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - environment.now()).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
