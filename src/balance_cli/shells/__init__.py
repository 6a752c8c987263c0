"""One file per shell: a completion script that is all there, so that a TAB starts no Python.

Commands, options, providers and formats are written into the script; the names of profiles come from the config's own
lines, by awk. The scripts in completions/ are printed by this code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import typer

from balance_cli.cli import app
from balance_cli.cli._frame import COLORS
from balance_cli.cli.history import FORMATS
from balance_cli.providers import ids, plugin_ids
from balance_cli.registry import stems

PROFILES: Final = r"""
function out() { if (name != "") print name "\t" provider }
/^[ \t]*\[/ {
  out(); name = ""; provider = ""
  if (sub(/^[ \t]*\[[ \t]*profiles[ \t]*\.[ \t]*/, "") && sub(/[ \t]*\].*/, "")) {
    if ($0 ~ /^["\047].*["\047]$/) $0 = substr($0, 2, length($0) - 2); else if ($0 ~ /\./) $0 = ""
    if ($0 ~ /^[A-Za-z0-9][A-Za-z0-9._-]*$/) name = $0
  }
}
name != "" && /^[ \t]*provider[ \t]*=/ { provider = $0; sub(/^[^=]*=/, "", provider); gsub(/[^a-z0-9-]/, "", provider) }
END { out() }
""".strip()
"""The awk program that prints every profile's name, a tab and its provider; names of another form are left out."""

VALUES: Final = {
    "FORMAT": "formats",
    "KIND": "history formats",
    "SHELL": "shells",
    "WHEN": "colors",
    "ID": "providers",
    "[ID]": "providers",
    "NAME": "profiles",
    "[NAME]...": "profiles or providers",
    "[NAME]... | import FILE...": "profiles",
    "PATH": "files",
}
"""What a place on the command line takes, by the word that stands for it in the help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option: its names, what it takes (``None``: nothing, "": anything), and one line of help."""

    names: tuple[str, ...]
    takes: str | None
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command by the words that lead to it, with what may follow them."""

    path: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    takes: str | None


def shells() -> list[str]:
    """Return every shell that has a script: the files of this folder are the registry."""
    return stems("shells")


def script(shell: str) -> str:
    """Return a shell's completion script."""
    text: str = import_module(f"balance_cli.shells.{shell}").script(list(_commands(typer.main.get_command(app()), ())))
    return text


def valued(commands: Sequence[Command]) -> list[str]:
    """Return every option that takes a value."""
    return sorted({name for c in commands for option in c.options if option.takes is not None for name in option.names})


def places(commands: Sequence[Command]) -> dict[str, list[str]]:
    """Return for every kind of value where it belongs: a command's words, a colon, and an option of it."""
    found: dict[str, list[str]] = {}
    for command in commands:
        for option in command.options:
            if option.takes:
                found.setdefault(option.takes, []).extend(f"{' '.join(command.path)}:{name}" for name in option.names)
    return found


def patterns(at: Sequence[str]) -> str:
    """Return the pattern of a shell's ``case`` that matches any of these places."""
    return "|".join(f"'{place}'" for place in at)


def words(kind: str) -> tuple[str, ...]:
    """Return the words of a kind that is the same for every user."""
    found = {
        "colors": COLORS,
        "formats": stems("render"),
        "history formats": FORMATS,
        "providers": sorted([*ids(), *plugin_ids()]),
        "shells": shells(),
    }
    return tuple(found[kind])


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[Command]:
    """Yield a command and those below it."""
    below = {name: one for name, one in getattr(command, "commands", {}).items() if not one.hidden}
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    yield Command(
        path=path,
        commands=tuple((name, _brief(one.help)) for name, one in below.items()),
        options=tuple(_options(command)),
        takes=_takes(arguments[0].metavar) if arguments and path != ("profile", "add") else None,
    )
    for name, one in below.items():
        yield from _commands(one, (*path, name))


def _options(command: Any) -> Iterator[Option]:
    for param in command.params:
        if param.param_type_name == "option" and not param.hidden:
            takes = None if param.is_flag else _takes(param.metavar)
            yield Option(names=tuple(param.opts), takes=takes, help=_brief(param.help))
    yield Option(names=("-h", "--help"), takes=None, help="Show the help")


def _takes(metavar: str | None) -> str:
    return VALUES.get(metavar or "", "")


def _brief(text: str | None) -> str:
    """Return the first sentence of a help text, free of what a shell might obey."""
    first = (text or "").partition("\n")[0].partition(". ")[0].partition(": ")[0].rstrip(".")
    return first.replace("'", "").replace("`", "").replace("[", "").replace("]", "").replace(":", ",")
