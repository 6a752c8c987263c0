"""Servers that misbehave on purpose: scripted sockets, TLS, a proxy and a resolver."""

import math
import os
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Script = Callable[[socket.socket], None]


@dataclass(slots=True, kw_only=True)
class Listening:
    """A listening socket: its port, how many connections it accepted, and the head of every request it received."""

    port: int
    accepted: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The URL over plain HTTP."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def tls(self) -> str:
        """The URL over TLS, with the host name."""
        return f"https://localhost:{self.port}"


@contextmanager
def accepting(serve: Callable[[socket.socket, Listening], None]) -> Iterator[Listening]:
    """Serve every connection in its own thread."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        found = Listening(port=server.getsockname()[1])

        def one(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                connection.settimeout(60)
                serve(connection, found)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection = server.accept()[0]
                    found.accepted += 1
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield found
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


@contextmanager
def listening(script: Script, *, tls: ssl.SSLContext | None = None, read: bool = True) -> Iterator[Listening]:
    """Serve every connection with a script, after the head of its request; ``read=False`` starts at once."""

    def serve(connection: socket.socket, found: Listening) -> None:
        with tls.wrap_socket(connection, server_side=True) if tls else connection as stream:
            if not read:
                script(stream)
                return
            while (asked := head(stream)) is not None:
                found.heard.append(asked)
                script(stream)

    with accepting(serve) as found:
        yield found


def head(stream: socket.socket) -> bytes | None:
    """Return the head of a request, or ``None`` at the end of the connection."""
    found = b""
    while b"\r\n\r\n" not in found:
        more = stream.recv(4096)
        if not more:
            return None
        found += more
    return found


def says(body: bytes | str, status: str = "200 OK", *headers: str) -> Script:
    """Respond with a correctly framed body."""
    payload = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(payload)}", *headers]
    if not any(line.lower().startswith("content-type") for line in headers):
        lines.append("content-type: application/json")
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + payload)


def raw(data: bytes, *, close: bool = False, pause: float = 0) -> Script:
    """Send bytes as given; then close or wait."""

    def script(stream: socket.socket) -> None:
        stream.sendall(data)
        time.sleep(pause)
        if close:
            stream.shutdown(socket.SHUT_RDWR)

    return script


def trickle(head: bytes, drop: bytes, every: float = 0.05, seconds: float = math.inf) -> Script:
    """Send a beginning, then a few bytes repeatedly, forever or for that many seconds."""

    def script(stream: socket.socket) -> None:
        end = time.monotonic() + seconds
        stream.sendall(head)
        while time.monotonic() < end:
            stream.sendall(drop)
            time.sleep(every)
        stream.shutdown(socket.SHUT_RDWR)

    return script


def silence(_: socket.socket) -> None:
    """Send nothing for a minute."""
    time.sleep(60)


def endless(stream: socket.socket) -> None:
    """Send an endless chunked body."""
    stream.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    while True:
        stream.sendall(chunk)


def bomb() -> bytes:
    """Return 300 KB that inflate to 300 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b" " * (1 << 20)) for _ in range(300)) + packer.flush()


@contextmanager
def full() -> Iterator[Listening]:
    """Listen with a full backlog, so that further connections are never accepted."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port = server.getsockname()[1]
        held = []
        for _ in range(4):
            waiting = socket.socket()
            waiting.settimeout(0)
            waiting.connect_ex(("127.0.0.1", port))
            held.append(waiting)
        time.sleep(0.1)
        yield Listening(port=port)
        for waiting in held:
            waiting.close()


@contextmanager
def proxying(*, password: bool = False, to: int | None = None) -> Iterator[Listening]:
    """Run an HTTP proxy that supports CONNECT to loopback; with ``password`` it requires credentials.

    Every host is this machine, and with ``to`` every port is that one.
    """

    def serve(client: socket.socket, found: Listening) -> None:
        asked = head(client) or b""
        found.heard.append(asked)
        if password and b"proxy-authorization:" not in asked.lower():
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
            return
        port = to or int(asked.split(b" ")[1].rsplit(b":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as target:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            threading.Thread(target=_copy, args=(target, client), daemon=True).start()
            _copy(client, target)

    with accepting(serve) as found:
        yield found


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def resolving(code: int | None) -> Iterator[str]:
    """Run a name server that answers every query with an error code, or never with ``None``; yield its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        for number in range(os.getpid(), os.getpid() + 100):  # a parallel run of these tests may use an address too
            address = f"127.53.{number // 250 % 250}.{number % 250 + 1}"
            with suppress(OSError):
                server.bind((address, 53))
                break

        def serve() -> None:
            while True:
                try:
                    question, client = server.recvfrom(4096)
                except OSError:
                    return
                if code is not None:
                    (number,) = struct.unpack("!H", question[:2])
                    head = struct.pack("!HHHHHH", number, 0x8180 | code, 1, 0, 0, 0)
                    end = question.index(b"\0", 12) + 5
                    server.sendto(head + question[12:end], client)

        threading.Thread(target=serve, daemon=True).start()
        yield address
