"""Write data to stdout or, atomically, to files."""

from collections.abc import Mapping
from pathlib import Path

from balance_cli.deadline import Deadline
from balance_cli.environment import Environment
from balance_cli.exits import Exit


def write_output(environment: Environment, text: str, file: str | None) -> int:
    """Write data to stdout, or atomically to a file; return 0, or the exit code if that fails.

    Without data, keep the file: its content is then as old as it says.
    """
    if file is None:
        return environment.emit(text)
    if not text:
        return 0
    from balance_cli import files

    place = Path(file)
    try:
        if place.exists() and not place.is_file():
            raise OSError(0, "not a regular file")  # noqa: TRY301 - reported below like any other
        files.write(place, text, mode=None)
    except (OSError, ValueError) as error:
        return _report_unwritten(environment, file, error)
    return 0


def append_files(environment: Environment, texts: Mapping[str, str], deadline: Deadline) -> int:
    """Append each text to the file of that name; return 0, or the exit code if that fails."""
    from balance_cli import files

    for name, text in texts.items():
        try:
            files.append(Path(name), text, deadline)
        except (OSError, ValueError) as error:
            return _report_unwritten(environment, name, error)
    return 0


def _report_unwritten(environment: Environment, name: str, error: Exception) -> int:
    environment.talk(f"balance: cannot write {name}: {getattr(error, 'strerror', None) or error}")
    return Exit.CRASH
