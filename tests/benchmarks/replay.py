"""Replay a world through the program: its own commands, in this process, with the clock of the world."""

import json
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final

from worlds import Story, World

from balance_cli.cli import command
from balance_cli.environment import Environment

PROFILE: Final = "world"
CONFIG: Final = """\
[history]
path = "{folder}/history.db"
[profiles.{profile}]
provider = "custom"
url = "http://127.0.0.1:{port}/"
key_env = "KEY"
unit = "USD"
{fields}
"""
VERDICTS: Final = {0: "ok", 3: "low", 4: "unknown"}
"""What the exit codes of a check mean; any other is a fault of the backtest."""


class Then(Environment):
    """This process's environment at another time."""

    def __init__(self, at: float) -> None:
        self.out, self.err = (TextIOWrapper(BytesIO(), encoding="utf-8") for _ in range(2))
        super().__init__(os.environ, None, self.out, self.err)
        self._at = datetime.fromtimestamp(at, UTC)

    def now(self) -> datetime:
        """Return the time of the world."""
        return self._at


@dataclass
class Replay:
    """A world whose looks the program has imported, and whose provider answers it."""

    world: World
    story: Story
    folder: Path
    answer: dict[str, Any] = field(default_factory=dict)

    def import_looks(self) -> None:
        """Import what was seen at every look, also at those that are still to come: the program must not use them."""
        log = self.folder / "looks.json"
        with log.open("w", encoding="utf-8") as file:
            for look in self.story.looks:
                moment = datetime.fromtimestamp(int(look.at) + look.skew, UTC)
                balance = {"name": "balance", "unit": "USD", "unlimited": False, **self.show(look.at)}
                profile = {"profile": PROFILE, "provider": "custom", "balances": [balance]}
                at = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
                file.write(json.dumps({"schema_version": 1, "checked_at": at, "profiles": [profile]}) + "\n")
        self._run(self.story.looks[-1].at + 1, "history", "import", str(log))

    def show(self, at: float) -> dict[str, float | None]:
        """Return the amounts that the provider shows at a time."""
        account = self.story.account
        remaining = round(self.world.show(account, at), 4)
        if not self.world.used:
            return {"remaining": remaining, "used": None, "limit": None}
        limit = round(account.paid(at), 4)
        return {"remaining": remaining, "used": round(limit - remaining, 4), "limit": limit}

    def history(self, at: float) -> Mapping[str, Any]:
        """Return what `balance history` says at a time."""
        _, document = self._run(at, "history", PROFILE, "--json")
        rows: Sequence[Mapping[str, Any]] = document["balances"]
        return rows[0] if rows else {}

    def check(self, at: float, days: float) -> tuple[str, Mapping[str, Any]]:
        """Return the status of `balance check --min-days` at a time, and what it says about the balance."""
        self.answer |= self.show(at)
        code, document = self._run(at, "check", PROFILE, "--json", "--min-days", f"{days:g}", "--timeout", "60")
        row = document["profiles"][0]
        if not row["balances"]:
            raise RuntimeError(f"the program could not read the balance: {row['error']}")
        return VERDICTS[code], row["balances"][0]

    def _run(self, at: float, *arguments: str) -> tuple[int, Any]:
        """Run a command line; return its exit code and its document, if it has one."""
        then = Then(at)
        words = [*arguments, "--config", str(self.folder / "config.toml")]
        code = int(_make_command(arguments[0])(words, prog_name="balance", standalone_mode=False, obj=then) or 0)
        out, err = (stream.buffer.getvalue().decode() for stream in (then.out, then.err))
        if code not in VERDICTS:
            raise RuntimeError(f"balance {' '.join(words)} ended with {code}: {err}")
        return code, json.loads(out) if out else None


@contextmanager
def open_replay(world: World, story: Story, folder: Path) -> Iterator[Replay]:
    """Import a world, and answer the checks of it; this process gets the zone of the world, and a home of its own."""
    replay = Replay(world, story, folder)
    server = _serve(replay.answer)
    fields = 'used = "used"\nlimit = "limit"' if world.used else 'remaining = "remaining"'
    config = CONFIG.format(folder=folder, profile=PROFILE, port=server.server_address[1], fields=fields)
    (folder / "config.toml").write_text(config, "utf-8")
    os.environ.clear()
    os.environ.update({"HOME": str(folder), "TZ": story.zone, "KEY": "sk-backtest"})
    time.tzset()
    try:
        replay.import_looks()
        yield replay
    finally:
        server.shutdown()
        server.server_close()


def _serve(answer: Mapping[str, Any]) -> ThreadingHTTPServer:
    """Start a provider on loopback that gives this answer, as it is when it is asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


@cache
def _make_command(name: str) -> Any:
    """Return the program's function for a command line that starts with this name."""
    return command([name]).main
