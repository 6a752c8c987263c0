"""Send requests of one profile at once: in spare threads, or else one after the other."""

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from decimal import getcontext, localcontext
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import httpx

    from balance_cli.deadline import Deadline


class Sender(Protocol):
    """What sends one request at a time: an ``Api``."""

    client: "httpx.Client"
    deadline: "Deadline"
    attempts: int
    debug: Callable[[str], None] | None
    spawn: "Callable[[Callable[[httpx.Client], None]], None]"

    def get(self, path: str, **how: Any) -> Any:
        """Send a GET request."""


class _Request:
    """A request and, once ``done`` can be acquired, its payload or its failure."""

    def __init__(self, path: str, how: Mapping[str, Any]) -> None:
        self.path, self.how = path, how
        self.done, self.is_read, self.attempts = Lock(), False, 0
        self.payload: Any = None
        self.failure: BaseException | None = None
        self.done.acquire()


class Ahead:
    """The requests that an adapter sends before it needs their responses.

    A spare thread takes the next one that waits. If the adapter needs a response whose request still waits, it sends
    the request itself: so all are sent, however few threads there are.
    """

    def __init__(self, api: Sender) -> None:
        self._api = api
        self._deadline = api.deadline.make_part()
        self._context = getcontext()
        self._requests: list[_Request] = []
        self._waiting: deque[_Request] = deque()

    def send(self, path: str, how: Mapping[str, Any]) -> Callable[[], Any]:
        """Send a GET request; return the function that waits for its payload, or raises its failure."""
        request = _Request(path, how)
        self._requests.append(request)
        self._waiting.append(request)
        self._api.spawn(self._work)
        return partial(self._read, request)

    def finish(self) -> None:
        """Raise the failure of every request whose response the adapter did not read."""
        for request in self._requests:
            if not request.is_read:
                self._read(request)

    def abandon(self) -> None:
        """Send nothing more, and close the connections on which a response is awaited."""
        self._waiting.clear()
        self._deadline.expire()
        for request in self._requests:
            request.failure = None  # its traceback refers back to the request
        self._requests.clear()

    def _work(self, client: "httpx.Client") -> None:
        """Send the waiting requests; runs in a spare thread."""
        self._api.deadline.then(self._deadline.expire)
        with localcontext(self._context), suppress(IndexError):
            while True:
                _fetch(self._waiting.popleft(), self._copy_api(client))

    def _copy_api(self, client: "httpx.Client") -> Sender:
        """Return a copy for another thread, with the same limits on all responses together."""
        api = copy(self._api)
        api.client, api.deadline, api.attempts, api.debug = client, self._deadline, 0, api.debug and self._debug
        return api

    def _debug(self, line: str) -> None:
        """Pass on a line about a request, unless it was abandoned."""
        if self._api.debug and not self._deadline.wait(0):
            self._api.debug(line)

    def _read(self, request: _Request) -> Any:
        request.is_read = True
        try:
            self._waiting.remove(request)
        except ValueError:  # a spare thread has it
            with request.done:
                pass
        else:
            _fetch(request, self._api)
        self._api.attempts = max(self._api.attempts, request.attempts)
        if request.failure:
            raise request.failure
        return request.payload


def _fetch(request: _Request, api: Sender) -> None:
    try:
        request.payload = api.get(request.path, **request.how)
    except BaseException as error:  # noqa: BLE001 - raised where the response is read
        request.failure = error.with_traceback(None)
    request.attempts = api.attempts
    request.done.release()
