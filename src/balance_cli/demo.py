"""The embedded server: answers on loopback as the providers do, from recorded answers that ship with the package."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

_MISSING: Final = {"status": 404, "body": {"error": {"message": "the demo has no such page"}}}
_PROFILES: Final = (("agents", "apertis"), ("images", "imagerouter"), ("relay", "apimart"), ("video", "apikley"))


class _Handler(BaseHTTPRequestHandler):
    """Answers with what was recorded for a method and a path."""

    protocol_version = "HTTP/1.1"
    recorded: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("demo.json").read_text("utf-8"))

    def do_GET(self) -> None:
        """Answer one request."""
        found = self.recorded.get(f"GET {self.path.partition('?')[0]}", _MISSING)
        body = json.dumps(found["body"]).encode()
        self.send_response(found["status"])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in found.get("headers", {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet: stderr is for the check."""


class _Server(ThreadingHTTPServer):
    """Serves each client in a thread, which is not waited for."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has gone: its own business."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def serve(port: int = 0) -> ThreadingHTTPServer:
    """Start the server in a thread of its own and return it; raises OSError where the port is taken."""
    server = _Server(("127.0.0.1", port), _Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def config(port: int) -> str:
    """Return a config whose profiles ask the server; their key is no secret, and opens nothing."""
    tables = (
        f'[profiles.{name}]\nprovider = "{provider}"\nbase_url = "http://127.0.0.1:{port}"\n'
        'key_command = ["echo", "demo-key"]\n'
        for name, provider in _PROFILES
    )
    return "\n".join(['[defaults]\nmin = "5"\n', *tables])
