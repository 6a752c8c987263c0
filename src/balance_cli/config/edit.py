"""Add or remove a profile in the text of a config, without changing any other byte.

This does not use tomlkit, which drops the comments below a table together with the table, moves tables past a ``[[…]]``
between them, and is six times slower. Instead, edit the text, and parse the result before writing it.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from balance_cli import files
from balance_cli.config.lines import find_block
from balance_cli.config.load import parse
from balance_cli.errors import Misconfigured
from balance_cli.text import suggest_similar


def rewrite(file: Path, edit: Callable[[str], str]) -> None:
    """Pass the text of a config through ``edit``, holding its lock; raise Misconfigured if it cannot be written."""
    try:
        with files.lock(file):
            try:
                text, _ = files.read(file)
            except FileNotFoundError:
                text = ""
            files.write(file, edit(text))
    except OSError as error:
        raise Misconfigured(f"{file} was not changed: {error.strerror}", hint="fix that and try again") from None


def render_profile(name: str, table: Mapping[str, Any]) -> str:
    """Return a profile as TOML."""
    import tomli_w

    return tomli_w.dumps({"profiles": {name: dict(table)}})


def read_profiles(text: str) -> Mapping[str, Any]:
    """Return the profiles in the text of a config as they are, by name; raise Misconfigured if it cannot be read."""
    profiles: Mapping[str, Any] = _document(text).get("profiles", {})
    return profiles


def add_profile(text: str, name: str, table: Mapping[str, Any]) -> str:
    """Append a profile to the text of a config; raise Misconfigured if that is impossible."""
    before = _document(text)
    profiles = before.get("profiles", {})
    if name in profiles:
        raise Misconfigured(
            f"there is already a profile {name}", hint=f"`balance profile remove {name}`, or choose another name"
        )
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    after = f"{text}{gap}{render_profile(name, table)}"
    if not _has_profiles(after, before, {**profiles, name: dict(table)}):
        raise Misconfigured(
            "cannot add to this config: its profiles are not [profiles.NAME] tables", hint="rewrite them as such tables"
        )
    return after


def remove_profile(text: str, name: str) -> str:
    """Remove a profile from the text of a config; raise Misconfigured if that is impossible."""
    before = _document(text)
    profiles = dict(before.get("profiles", {}))
    if name not in profiles:
        like = suggest_similar(name, profiles)
        raise Misconfigured(f'there is no profile "{name}"{like}', hint="`balance profile list` lists them")
    del profiles[name]
    after = _cut(text, name)
    if not _has_profiles(after, before, profiles):
        raise Misconfigured(f"cannot remove {name}: it is not a [profiles.{name}] table", hint="remove it by hand")
    return after


def _cut(text: str, name: str) -> str:
    """Cut out the block of a profile and the blank lines below it; return the text unchanged if it has no block."""
    start, end = find_block(text, ("profiles", name)) or (0, 0)
    return text[:start] + re.sub(r"\A(?:[ \t\r]*(?:\n|\Z))+", "", text[end:]) if end else text


def _has_profiles(text: str, before: Mapping[str, Any], profiles: Mapping[str, Any]) -> bool:
    """Return whether a text has exactly these profiles, and everything else as before."""
    try:
        after = parse(text)
    except ValueError:
        return False
    return {**after, "profiles": after.get("profiles", {})} == {**before, "profiles": profiles}


def _document(text: str) -> dict[str, Any]:
    try:
        document = parse(text)
    except ValueError as error:
        raise Misconfigured(f"cannot read the config: {error}", hint="`balance config check`") from None
    if not isinstance(document.get("profiles", {}), dict):
        raise Misconfigured("profiles in the config is not a table", hint="write [profiles.NAME] tables")
    return document
