"""The embedded server of `balance demo`: serves recorded provider responses on loopback."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

_MISSING: Final = {"status": 404, "body": {"error": {"message": "no such page in the demo"}}}
_PROFILES: Final = (("agents", "apertis"), ("images", "imagerouter"), ("relay", "apimart"), ("video", "apikley"))


class _Handler(BaseHTTPRequestHandler):
    """Serves the recorded response for a method and path."""

    protocol_version = "HTTP/1.1"
    recorded: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("demo.json").read_text("utf-8"))

    def do_GET(self) -> None:
        """Answer one request."""
        response = self.recorded.get(f"GET {self.path.partition('?')[0]}", _MISSING)
        body = json.dumps(response["body"]).encode()
        self.send_response(response["status"])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in response.get("headers", {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: stderr is for the check."""


class _Server(ThreadingHTTPServer):
    """Serves each client in a daemon thread."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnect."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def serve(port: int = 0) -> ThreadingHTTPServer:
    """Start the server in its own thread and return it; raise OSError if the port is taken."""
    server = _Server(("127.0.0.1", port), _Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def config(port: int) -> str:
    """Return a config with profiles for this server, all with a dummy key."""
    tables = (
        f'[profiles.{name}]\nprovider = "{provider}"\nbase_url = "http://127.0.0.1:{port}"\n'
        'key_command = ["echo", "demo-key"]\n'
        for name, provider in _PROFILES
    )
    return "\n".join(['[defaults]\nmin = "5"\n', *tables])
