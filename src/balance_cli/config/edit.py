"""Changing a config's text: a profile's block comes or goes, and no other byte of the file changes.

Not by tomlkit: it drops the comments below a table with the table, moves tables past a ``[[…]]`` between them, and is
six times as slow. The block is cut out of the text instead, and the result is parsed before it is written.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from balance_cli import files
from balance_cli.config import lines
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
    profiles = before.get("profiles", {})
    if name in profiles:
        raise Misconfigured(
            f"there is a profile {name} already", hint=f"`balance profile remove {name}`, or another name"
        )
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    after = f"{text}{gap}{block(name, table)}"
    if not _says(after, before, {**profiles, name: dict(table)}):
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
    after = _cut(text, name)
    if not _says(after, before, profiles):
        raise Misconfigured(f"{name} is not written as a table [profiles.{name}]", hint="remove it by hand")
    return after


def _cut(text: str, name: str) -> str:
    """Return a text without a profile's block and the blank lines below it; as it is if there is no such block."""
    start, end = lines.block(text, ("profiles", name)) or (0, 0)
    return text[:start] + re.sub(r"\A(?:[ \t\r]*(?:\n|\Z))+", "", text[end:]) if end else text


def _says(text: str, before: Mapping[str, Any], profiles: Mapping[str, Any]) -> bool:
    """Return whether a text has these profiles, and everything else as it was before."""
    try:
        after = parse(text)
    except ValueError:
        return False
    return {**after, "profiles": after.get("profiles", {})} == {**before, "profiles": profiles}


def _document(text: str) -> dict[str, Any]:
    try:
        return parse(text)
    except ValueError as error:
        raise Misconfigured(f"the config cannot be read: {error}", hint="`balance config check`") from None
