"""A provider on loopback: sends scripted responses, records requests, and rejects requests without a script."""

import json
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from balance_cli.encode import dumps


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A received request."""

    line: str
    headers: Message
    body: bytes
    port: int

    @property
    def query(self) -> str:
        """The query of the URL."""
        return self.line.partition("?")[2]


@dataclass(slots=True, kw_only=True)
class Stub:
    """A server; ``exchanges`` are used in order for each request line, ``always`` for everything else.

    An ``always`` response waits ``delay`` seconds, and until the barrier ``together`` is complete. A scripted response
    waits until every request of its ``round`` has come, at most ``patience`` seconds; then its request is ``alone``.
    With ``tls`` it speaks TLS.
    """

    exchanges: Sequence[Mapping[str, Any]] = ()
    always: Mapping[str, Any] | None = None
    delay: float = 0
    together: threading.Barrier | None = None
    patience: float = 0
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _waiting: list[Mapping[str, Any]] = field(default_factory=list)
    _lock: threading.Condition = field(default_factory=threading.Condition)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The base URL for a profile."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def unasked(self) -> list[str]:
        """The scripted requests that were not made."""
        return [exchange["request"] for exchange in self._waiting]

    def answer(self, asked: Asked) -> Mapping[str, Any]:
        """Return the response to a request."""
        with self._lock:
            self.asked.append(asked)
            self._lock.notify_all()
            for exchange in self._waiting:
                if exchange["request"] == asked.line:
                    self._waiting.remove(exchange)
                    self._wait_for_round(exchange)
                    return exchange
            if self.always is None:
                self.surprises.append(asked.line)
        time.sleep(self.delay)
        if self.together:
            self.together.wait(20)
        return self.always or {"status": 418, "text": "nobody scripted this"}

    def _wait_for_round(self, exchange: Mapping[str, Any]) -> None:
        number = exchange.get("round", 1)
        together = {other["request"] for other in self.exchanges if other.get("round", 1) == number}
        if not self._lock.wait_for(lambda: together <= {asked.line for asked in self.asked}, self.patience):
            self.alone.append(exchange["request"])

    def __enter__(self) -> Self:
        stub = self
        self._waiting = list(self.exchanges)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                asked = Asked(
                    line=f"{self.command} {self.path}",
                    headers=self.headers,
                    body=self.rfile.read(size),
                    port=self.client_address[1],
                )
                answer = stub.answer(asked)
                body = payload(answer)
                self.send_response(answer.get("status", 200))
                for name, value in {"content-type": "application/json", **answer.get("headers", {})}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the name required by http.server

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 256

            def handle_error(self, *_: object) -> None:
                pass  # the program may close a connection at any time

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._server
        self._server.shutdown()
        self._server.server_close()


def payload(answer: Mapping[str, Any]) -> bytes:
    """Return a scripted body: ``text`` as is, ``answer`` as JSON with the digits of the script."""
    text = answer.get("text")
    return (text if text is not None else dumps(answer.get("answer"))).encode()


def script(text: str) -> Any:
    """Parse a file of exchanges, with exact numbers."""
    return json.loads(text, parse_float=Decimal)
