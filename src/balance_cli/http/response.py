"""Read responses: their size limits, their compression, their status and their JSON."""

import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from balance_cli.answer import make_failure, open_envelope
from balance_cli.errors import Failure, Unexpected
from balance_cli.http.broken import describe_timeout
from balance_cli.keys.secret import Secret
from balance_cli.strict import parse_json
from balance_cli.text import clean

if TYPE_CHECKING:
    import httpx

    from balance_cli.deadline import Deadline
    from balance_cli.environment import Environment
    from balance_cli.http.label import Label

_MOST_REQUESTS: Final = 100
_MOST_BYTES: Final = 1 << 20
_MOST_VALUES: Final = 20_000
"""Limits on all requests of one profile together, and on their responses."""
_LARGE: Final = 1 << 16
_READING: Final = Lock()
"""Large responses are parsed one at a time: parsing one takes many times its size in memory."""
_PARTIAL: Final = 206


class Reader:
    """Reads the responses to one profile, in any thread. ``moved`` is true if the profile has its own ``base_url``."""

    def __init__(self, provider: "Label", secret: Secret, environment: "Environment", *, moved: bool) -> None:
        self.provider, self.secret, self.environment, self.moved = provider, secret, environment, moved
        self._requests = self._bytes = self._values = 0
        self._counting = Lock()

    def count_request(self) -> None:
        """Raise Unexpected if reading the balance takes too many requests."""
        with self._counting:
            self._requests += 1
            if self._requests > _MOST_REQUESTS:
                raise Unexpected(f"reading the balance takes more than {_MOST_REQUESTS} requests")

    def read_body(self, response: "httpx.Response", deadline: "Deadline") -> bytes:
        """Return the decompressed body, up to the size limit; after an error status it may be unreadable."""
        try:
            return b"".join(self._read_chunks(response, deadline))
        except Unexpected:
            if response.is_success:
                raise
            return b""  # the status is enough

    def parse(self, response: "httpx.Response", body: bytes) -> Any:
        """Return the payload; raise Failure for every response that has none."""
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
                hint="check base_url" if self.moved else "check that this is the right provider for the key",
                http_status=status,
            )
        wait = _parse_retry_after(self._get_header(response, "retry-after"), self.environment)
        raise self._make_failure(status, body, wait)

    def _get_header(self, response: "httpx.Response", name: str) -> str:
        """Return a header without the key, or "" if it is missing."""
        return self.secret.hide(response.headers.get(name, ""))

    def _read_chunks(self, response: "httpx.Response", deadline: "Deadline") -> Iterator[bytes]:
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
            self._count_bytes(len(chunk))
            if not deadline.left():
                raise describe_timeout(deadline, response.url.host)
            yield chunk
        if inflate and not inflate.eof and size:
            raise Unexpected("the response is truncated")
        if inflate and inflate.unused_data:
            raise Unexpected("the response has extra data after its compressed part")

    def _count_bytes(self, size: int) -> None:
        with self._counting:
            self._bytes += size
            if self._bytes > _MOST_BYTES:
                raise Unexpected("the response is too large")

    def _count_values(self, count: int) -> None:
        with self._counting:
            self._values += count
            if self._values > _MOST_VALUES:
                raise Unexpected("the response has too many values")

    def _make_failure(self, status: int, body: bytes, wait: float | None) -> Failure:
        """Return the failure for an error status, even if its body cannot be read."""
        try:
            answer = self._parse_body(body, "")
            return make_failure(status, answer, codes=self.provider.codes, says=self.provider.says, wait=wait)
        except (Unexpected, ArithmeticError, ValueError, RecursionError):
            return make_failure(status, codes=self.provider.codes, wait=wait)

    def _parse_body(self, body: bytes, content_type: str) -> Any:
        """Parse a body and hide the key in it: every text from a provider passes through here."""
        self._count_values(body.count(b","))
        with _READING if len(body) > _LARGE else nullcontext():
            return self.secret.hide_in(parse_json(body, content_type))


def _parse_host(location: str) -> str:
    """Return the host of a URL, or "" if it has none."""
    try:
        return urlsplit(location).netloc
    except ValueError:
        return ""


def _parse_retry_after(retry_after: str, environment: "Environment") -> float | None:
    """Return the seconds of a Retry-After header, given as a number or as a date."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - environment.now()).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
