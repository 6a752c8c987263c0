"""Changing a config's text: a profile's block comes or goes, and nothing else of the file changes."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from balance_cli import files
from balance_cli.config.load import parse
from balance_cli.errors import Misconfigured
from balance_cli.text import nearest


def change(file: Path, edit: Callable[[str], str]) -> None:
    """Replace a config's text by what ``edit`` makes of it, as its only writer; raises Misconfigured."""
    try:
        with files.locked(file):
            try:
                text, _ = files.read(file)
            except FileNotFoundError:
                text = ""
            files.write(file, edit(text))
    except OSError as error:
        raise Misconfigured(f"{file} was left as it is: {error.strerror}", hint="mend that and run again") from None


def block(name: str, table: Mapping[str, Any]) -> str:
    """Return a profile as it stands in a config."""
    import tomli_w

    return tomli_w.dumps({"profiles": {name: dict(table)}})


def added(text: str, name: str, table: Mapping[str, Any]) -> str:
    """Return a config's text with one profile more, at its end; raises Misconfigured where that cannot be."""
    before = _document(text)
    if name in before.get("profiles", {}):
        raise Misconfigured(
            f"there is a profile {name} already", hint=f"`balance profile remove {name}`, or another name"
        )
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    after = f"{text}{gap}{block(name, table)}"
    profiles = {**before.get("profiles", {}), name: dict(table)}
    if _parsed(after) != {**before, "profiles": profiles}:
        raise Misconfigured(
            "the config's profiles are written in a way to which none can be added", hint="write [profiles.NAME] tables"
        )
    return after


def removed(text: str, name: str) -> str:
    """Return a config's text without one profile; raises Misconfigured where that cannot be."""
    before = _document(text)
    profiles = dict(before.get("profiles", {}))
    if name not in profiles:
        raise Misconfigured(f'there is no profile "{name}"{nearest(name, profiles)}', hint="`balance profile list`")
    del profiles[name]
    lines = text.splitlines(keepends=True)
    header = re.compile(rf"""\s*\[\s*profiles\s*\.\s*(["']?){re.escape(name)}\1\s*\]""")
    for start in (number for number, line in enumerate(lines) if header.match(line)):
        for end in (*(n for n in range(start + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines)):
            after = "".join([*lines[:start], *lines[_tail(lines, start, end) :]])
            document = _parsed(after)
            if document is not None and document | {"profiles": document.get("profiles", {})} == {
                **before,
                "profiles": profiles,
            }:
                return after
    raise Misconfigured(f"{name} is not written as a table [profiles.{name}]", hint="remove it by hand")


def _tail(lines: list[str], start: int, end: int) -> int:
    """Return where the comments after a block's last value begin: they may be about what follows, and stay."""
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return next((n for n in range(end, len(lines)) if lines[n].strip()), len(lines))


def _document(text: str) -> dict[str, Any]:
    try:
        return parse(text)
    except ValueError as error:
        raise Misconfigured(f"the config cannot be read: {error}", hint="`balance config check`") from None


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return parse(text)
    except ValueError:
        return None
