"""What a run takes from the process that it runs in: its variables, streams, clock and folders.

The entry point makes one ``Environment`` and passes it down; nothing else reads ``os.environ``, ``sys.stdin``,
``sys.stdout``, ``sys.stderr`` or the clock. --version imports only this module, so what only others need is imported
where it is used.
"""

import os
import sys

TYPE_CHECKING = False  # importing typing would cost --version a tenth of its time
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import TextIO


class Environment:
    """The surroundings of a run.

    ``variables`` are the environment variables. ``stdin`` and ``stderr`` are ``None`` if the process has none; without
    a stdout, every write to ``stdout`` fails.
    """

    def __init__(
        self, variables: "Mapping[str, str]", stdin: "TextIO | None", stdout: "TextIO", stderr: "TextIO | None"
    ) -> None:
        self.variables, self.stdin, self.stdout, self.stderr = variables, stdin, stdout, stderr

    @classmethod
    def from_process(cls) -> "Environment":
        """Return the environment of this process."""
        if sys.stdout is None:  # Typer would print its help nowhere and report success
            sys.stdout = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - every write to it fails
        return cls(os.environ, sys.stdin, sys.stdout, sys.stderr)

    def emit(self, text: str) -> int:
        """Write and flush data to stdout; return 0, or the exit code if that fails."""
        try:
            self.stdout.reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            from balance_cli.exits import Exit

            return Exit.BROKEN_PIPE
        except (OSError, ValueError) as error:
            from balance_cli.exits import Exit

            self.talk(f"balance: cannot write to stdout: {getattr(error, 'strerror', None) or 'it is closed'}")
            return Exit.CRASH
        return 0

    def talk(self, line: str, *, end: str = "\n") -> None:
        """Write a line to stderr; ignore errors, because there is no other place to report them."""
        try:
            self.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
            self.stderr.write(line + end)  # type: ignore[union-attr]
            self.stderr.flush()  # type: ignore[union-attr]
        except (AttributeError, OSError, ValueError):
            return

    def now(self) -> "datetime":
        """Return the time by the clock of this machine, in UTC."""
        from datetime import UTC, datetime

        return datetime.now(UTC)

    def expand_home(self, path: str) -> str:
        """Replace ``~`` and ``~user`` by a home directory; leave them where there is none."""
        return os.path.expanduser(path)  # noqa: PTH111 - Path.expanduser raises

    def abbreviate_home(self, place: "Path") -> str:
        """Return a path as a user writes it, with ``~`` for the home directory."""
        home = self.expand_home("~")
        return f"~/{place.relative_to(home)}" if place.is_relative_to(home) else str(place)

    def config_folder(self) -> "Path | None":
        """Return the folder of the user's configs, ``None`` without a home directory."""
        from platformdirs import user_config_path

        return _find_folder(user_config_path)

    def state_folder(self) -> "Path | None":
        """Return the folder of what the program itself keeps for the user, ``None`` without a home directory."""
        from platformdirs import user_state_path

        return _find_folder(user_state_path)

    def cache_folder(self) -> "Path | None":
        """Return the folder of what can be read again from its source, ``None`` without a home directory."""
        from platformdirs import user_cache_path

        return _find_folder(user_cache_path)


def is_terminal(stream: "TextIO | None") -> bool:
    """Return whether a stream is a terminal."""
    return stream is not None and stream.isatty()


def _find_folder(find: "Callable[[str], Path]") -> "Path | None":
    """Return a folder of the user, ``None`` without a home directory: never a relative path like ``~``."""
    try:
        place = find("balance")
    except RuntimeError:
        return None
    return place if place.is_absolute() else None
