"""Where data goes: to stdout, or into files, whole or not at all."""

from collections.abc import Mapping
from pathlib import Path

from balance_cli.deadline import Deadline
from balance_cli.exits import Exit
from balance_cli.terminal.out import emit, talk


def put(text: str, file: str | None) -> int:
    """Write data to stdout, or whole or not at all into a file; return 0, or the exit code of what could not.

    A file is not replaced by nothing: what is read from it later is then as old as it says.
    """
    if file is None:
        return emit(text)
    if not text:
        return 0
    from balance_cli import files

    place = Path(file)
    try:
        if place.exists() and not place.is_file():
            raise OSError(0, "it is no file that could be replaced")  # noqa: TRY301 - the one place where it is said
        files.write(place, text, mode=None)
    except (OSError, ValueError) as error:
        return _unwritten(file, error)
    return 0


def append(texts: Mapping[str, str], deadline: Deadline) -> int:
    """Append each text to the file of its name; return 0, or the exit code of what could not be written."""
    from balance_cli import files

    for name, text in texts.items():
        try:
            files.append(Path(name), text, deadline)
        except (OSError, ValueError) as error:
            return _unwritten(name, error)
    return 0


def _unwritten(name: str, error: Exception) -> int:
    talk(f"balance: {name} could not be written: {getattr(error, 'strerror', None) or error}")
    return Exit.CRASH
