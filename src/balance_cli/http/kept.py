"""Reuse a connection only after a response that ended where it should, with nothing after it."""

import time
from operator import attrgetter
from ssl import SSLObject
from typing import Final

import httpx

_REST: Final = 0.01
"""Seconds to wait before reusing a connection: by then anything sent right after a response has arrived."""
_NOTHING: Final = httpx.ByteStream(b"")
_READER: Final = attrgetter("stream._stream._httpcore_stream._stream._connection._h11_state")


class Kept:
    """The connections of one client, checked before each request.

    HTTP/1.1 does not number its responses: whatever is on a connection when a request is sent is taken for its
    response. So a connection is closed after an unsuccessful response (the real one may still arrive), and if anything
    was sent after a response.

    The limit: a second, complete response that arrives even later, after the next request was sent, cannot be told from
    the response to it. A malicious server does not need this trick, since it can lie in its first response.
    """

    def __init__(self) -> None:
        self._answers: list[httpx.Response] = []

    def note(self, response: httpx.Response) -> None:
        """Remember a response; a hook of the client."""
        self._answers.append(response)

    def look(self, _: httpx.Request) -> None:
        """Close the connections that must not be reused; a hook of the client.

        httpcore itself closes a connection that has data to read: it checks right before it sends.
        """
        done = [response for response in self._answers if response.is_closed]
        self._answers = [response for response in self._answers if not response.is_closed]
        if done:
            time.sleep(_REST)
        for response in done:
            if not _is_clean(response):
                response.extensions["network_stream"].close()
            response.stream = _NOTHING  # httpx's own refers back to the response, which would stay in memory


def _is_clean(response: httpx.Response) -> bool:
    """Return whether a response succeeded, has an unambiguous length and was read with nothing after it."""
    if not response.is_success or {"content-length", "transfer-encoding"} <= response.headers.keys():
        return False
    try:
        behind, ended = _READER(response).trailing_data
    except AttributeError:  # another version of httpcore, which keeps it elsewhere
        return False
    tls = response.extensions["network_stream"].get_extra_info("ssl_object")
    unread = tls is not None and (isinstance(tls, SSLObject) or tls.pending() > 0)  # TLS in TLS cannot tell
    return not (behind or ended or unread)
