"""Send requests: signing, deadline, retries and transport errors."""

import random
import socket
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpx

from balance_cli import address
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.errors import Absent, Failure, Misconfigured, Rejected, Unexpected
from balance_cli.http.broken import describe_error
from balance_cli.http.response import Reader
from balance_cli.http.sign import add_key
from balance_cli.keys.secret import Secret, require_halves
from balance_cli.text import clean, segment

if TYPE_CHECKING:
    from datetime import datetime

    from balance_cli.http.ahead import Ahead
    from balance_cli.http.label import Label
    from balance_cli.http.unsigned import Unsigned

Spawn: TypeAlias = "Callable[[Callable[[httpx.Client], None]], None]"
"""Call a function in a spare thread with a client of its own, or not at all."""

TRIES: Final = 3
_CONNECT: Final = 5.0


def send_in_turn(_: object) -> None:
    """Use no spare thread: each request is sent when its response is needed."""


class Api:
    """The client of an adapter: signed requests to its provider, within the run's deadline.

    ``options`` are the provider-specific keys of the profile, ``unit`` is the profile's unit or else the provider's
    usual one, ``now`` is the time of the check in UTC. ``attempts`` is the highest number of tries of any request
    whose outcome the adapter read. ``spawn`` finds a spare thread for ``soon``.
    """

    def __init__(  # not a dataclass, which costs every check three million instructions
        self,
        *,
        provider: "Label",
        secret: Secret,
        client: httpx.Client,
        environment: Environment,
        deadline: Deadline,
        now: "datetime",
        base_url: str | None = None,
        options: Mapping[str, str] = MappingProxyType({}),
        unit: str = "",
        debug: Callable[[str], None] | None = None,
        spawn: Spawn = send_in_turn,
    ) -> None:
        self.provider, self.options, self.unit, self.now = provider, options, unit, now
        self.secret, self.base_url, self.client = secret, base_url, client
        self.environment, self.deadline, self.debug = environment, deadline, debug
        self.attempts, self.spawn = 0, spawn
        self._ahead: Ahead | None = None
        self._reader = Reader(provider, secret, environment, moved=bool(base_url))

    def get(self, path: str, **how: Any) -> Any:
        """Send a GET request; see ``send``."""
        return self.send("GET", path, **how)

    def post(self, path: str, **how: Any) -> Any:
        """Send a POST request, only for queries, because it is retried like a GET; see ``send``."""
        return self.send("POST", path, **how)

    def soon(self, path: str, **how: Any) -> Callable[[], Any]:
        """Start a GET request, and return a function that waits for its payload; see ``send``.

        Use it for every request that needs no earlier response, except one: then all take as long as one. The failure
        of a request is raised where its function is called, so call the most important one first. If the adapter ends
        without calling a function, the failure of that request still fails the profile.
        """
        if self._ahead is None:
            from balance_cli.http.ahead import Ahead  # only for providers that need it

            self._ahead = Ahead(self)
        return self._ahead.send(path, how)

    def finish(self) -> None:
        """Wait for the requests whose responses the adapter did not read; raise the first failure."""
        if self._ahead is not None:
            self._ahead.finish()

    def abandon(self) -> None:
        """Stop waiting for any response."""
        if self._ahead is not None:
            self._ahead.abandon()
            self._ahead = None  # it refers back here

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
        require_halves(self.secret, self.provider.key)
        return self.secret.fill("{user}")

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
        form: Mapping[str, str] | None = None,
        auth: str | None = None,
        optional: bool = False,
        missing_ok: bool = False,
    ) -> Any:
        """Send a request and return the payload of the response, with every number as a ``Decimal``.

        ``path`` starts at the root of the host; a full URL names another host of the same provider; ``{key}`` in it is
        the key. ``form`` is sent as a form. ``auth`` replaces the provider's way of signing; with "" the request is not
        signed. An ``optional`` request returns ``None`` if this kind of key may not make it (401, 403, 404); with
        ``missing_ok``, only if there is nothing (404). Raise Failure for every other error, including ``UsedUp``,
        whatever its status.
        """
        parts = {"params": params, "headers": headers, "data": form, "json": json}
        request = self._build_request(method, path, parts, self.provider.auth if auth is None else auth)
        sign = self.provider.sign if auth is None else None
        self._reader.count_request()
        attempt = 0
        while True:
            attempt += 1
            self.attempts = max(self.attempts, attempt)
            try:
                if sign:
                    request.headers.update(sign(self._describe_request(request), self.secret))
                return _reject_null(self._send_once(request), refusable=optional or missing_ok)
            except (Rejected, Absent) as refused:
                if optional or (missing_ok and isinstance(refused, Absent)):
                    return None
                raise
            except Failure as trouble:
                if self.debug:
                    self.debug(f"{request.method} {request.url.host}: {trouble.message}")
                pause = _compute_pause(trouble, attempt)
                if pause is None or pause >= self.deadline.left() or self.deadline.wait(pause):
                    raise

    def _build_request(self, method: str, path: str, parts: dict[str, Any], auth: str) -> httpx.Request:
        parts = add_key(auth, self.secret, parts)
        params = parts.pop("params")
        path = path.replace("{key}", segment(self.secret.reveal())) if "{key}" in path else path
        try:
            url = httpx.URL(address.locate(self.base_url or self.provider.base, path, moved=self.base_url is not None))
            address.check_url(str(url), query=True)
            url = url.copy_merge_params(params) if params else url
            return self.client.build_request(method, url, **parts)
        except (httpx.InvalidURL, UnicodeError):
            raise _reject_address("is not a valid URL") from None
        except ValueError as error:
            raise _reject_address(error) from None

    def _describe_request(self, request: httpx.Request) -> "Unsigned":
        """Describe a request to the function that signs it."""
        from balance_cli.http.unsigned import Unsigned

        return Unsigned(
            method=request.method,
            url=str(request.url),
            headers=request.headers,
            body=request.content,
            now=self.environment.now(),
        )

    def _send_once(self, request: httpx.Request) -> Any:
        """Send the request once and read the response."""
        time_left = self.deadline.left()
        request.extensions["timeout"] = httpx.Timeout(time_left, connect=min(time_left, _CONNECT)).as_dict()
        request.extensions["trace"] = self._bind_to_deadline
        try:
            response = self.client.send(request, stream=True)
            try:
                body = self._reader.read_body(response, self.deadline)
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
        return self._reader.parse(response, body)

    def _bind_to_deadline(self, event: str, about: Mapping[str, Any]) -> None:
        """Close a connection when the run expires: httpx restarts its timeouts with every byte received."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            stream: socket.socket = about["return_value"].get_extra_info("socket")
            self.deadline.then(lambda: socket.socket.shutdown(stream, socket.SHUT_RDWR))


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
