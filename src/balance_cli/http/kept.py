"""Connections that are used again: only after an answer that ended where it said, with nothing behind it."""

import time
from operator import attrgetter
from ssl import SSLSocket
from typing import Final

import httpx

_REST: Final = 0.01
"""The seconds for which a connection must be silent: what was sent right behind an answer has come by then."""
_READER: Final = attrgetter("stream._stream._httpcore_stream._stream._connection._h11_state")


class Kept:
    """The connections of one client, looked at before each question.

    HTTP/1.1 numbers no answers: whatever stands on a connection when a question is sent is taken for its answer. So a
    connection is closed after an answer that is no success (what was too late for it may still come), and where
    anything was sent behind an answer.

    The limit of this: a second, complete answer that comes later than that, after the next question was sent, cannot be
    told from the answer to it. A server that means harm needs none of this, since it can lie in the first answer.
    """

    def __init__(self) -> None:
        self._answers: list[httpx.Response] = []

    def note(self, response: httpx.Response) -> None:
        """Remember an answer: a hook of the client's."""
        self._answers.append(response)

    def look(self, _: httpx.Request) -> None:
        """Close what must not be used again: a hook of the client's.

        A connection that can be read is closed by httpcore, which looks right before it sends.
        """
        over = [response for response in self._answers if response.is_closed]
        self._answers = [response for response in self._answers if not response.is_closed]
        if over:
            time.sleep(_REST)
        for response in over:
            if not _is_clean(response):
                response.extensions["network_stream"].close()


def _is_clean(response: httpx.Response) -> bool:
    """Return whether an answer is a success, of one length, and nothing that was read with it stands behind it."""
    if not response.is_success or {"content-length", "transfer-encoding"} <= response.headers.keys():
        return False
    try:
        behind, ended = _READER(response).trailing_data
    except AttributeError:  # another httpcore, which keeps it elsewhere
        return False
    tls = response.extensions["network_stream"].get_extra_info("ssl_object")
    unread = tls is not None and (not isinstance(tls, SSLSocket) or tls.pending() > 0)  # TLS in TLS does not say
    return not (behind or ended or unread)
