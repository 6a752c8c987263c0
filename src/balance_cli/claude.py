"""What Claude Code tells its status line about a plan: keep it, and read it again.

One file per account in the state folder, named by a hash, holds the two windows of the account's last response. No
token is involved, and nothing is requested.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from balance_cli import files
from balance_cli.amount import balance
from balance_cli.encode import dumps
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured, Unexpected
from balance_cli.model import Balance
from balance_cli.strict import loose, parse_json
from balance_cli.times import parse_time, rfc3339

OTHER_LOGINS: Final = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN")
"""With one of these variables, a session is not that of the signed-in account."""
_WINDOWS: Final = {"seven_day": ("weekly", 604_800), "five_hour": ("5 hours", 18_000)}
_MOST_BYTES: Final = 1 << 24
"""Claude Code's own settings may hold the history of many projects."""
_MOST_SESSIONS: Final = 20
_PATIENCE: Final = 0.5


class Kept(NamedTuple):
    """The windows of an account, and when Claude Code received them."""

    read_at: datetime
    windows: tuple[Balance, ...]


def read_windows(limits: Mapping[str, Any]) -> Iterator[Balance]:
    """Yield the windows in ``rate_limits``, the week first; raise Unexpected if they make no sense."""
    for field, (name, length) in _WINDOWS.items():
        window = limits.get(field)
        if window is not None:
            used, resets = window["used_percentage"], window["resets_at"]
            yield balance(name, "percent", used=used, limit=100, resets_at=resets, window=length)


def keep(environment: Environment, status: Mapping[str, Any]) -> None:
    """Keep the windows of a status, unless its session has received no response since its last status.

    Raise OSError, and Misconfigured without a home directory.
    """
    place = _find_place(environment, environment.variables.get("CLAUDE_CONFIG_DIR"))
    session = _hash(str(status.get("session_id")))
    received = None if status.get("cost") is None else status["cost"].get("total_api_duration_ms")
    with files.lock(place, _PATIENCE):
        sessions = dict((_load(place) or {}).get("sessions", {}))
        if received is not None and sessions.pop(session, None) == received:
            return
        sessions = dict([*sessions.items(), (session, received)][-_MOST_SESSIONS:])
        limits = loose(status["rate_limits"])
        kept = {"read_at": rfc3339(environment.now()), "rate_limits": limits, "sessions": sessions}
        files.write(place, dumps(kept) + "\n")


def load(environment: Environment, folder: str | None) -> Kept | None:
    """Return what was kept of the account of a config folder of Claude Code, ``None`` if there is nothing usable."""
    found = _load(_find_place(environment, folder or environment.variables.get("CLAUDE_CONFIG_DIR")))
    try:
        read_at, windows = parse_time(found["read_at"]), tuple(read_windows(found["rate_limits"]))
    except (LookupError, TypeError, AttributeError, Unexpected):
        return None
    return Kept(read_at, windows) if read_at and windows else None


def _load(place: Path) -> Any:
    try:
        body, _ = files.read_start(place, files.MOST_BYTES)
        return loose(parse_json(body, ""))
    except (OSError, Unexpected):
        return None


def _find_place(environment: Environment, folder: str | None) -> Path:
    """Return the file of the account that is signed in in a config folder of Claude Code."""
    state = environment.state_folder()
    if state is None:
        raise Misconfigured("there is no home directory to keep the windows in", hint="set HOME")
    settings = Path(environment.expand_home(folder or "~")) / ".claude.json"
    try:
        body, _ = files.read_start(settings, _MOST_BYTES)
        account = str(parse_json(body, "")["oauthAccount"]["accountUuid"])
    except (OSError, Unexpected, LookupError, TypeError):
        account = ""
    return state / "claude" / f"{_hash(account)}.json"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
