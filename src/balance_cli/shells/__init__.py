"""One file per shell: a self-contained completion script, so that pressing TAB does not start Python.

The script contains all commands, options, providers and formats; awk reads the profile names from the config. The
scripts in completions/ are printed by this code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import typer

from balance_cli.cli import app
from balance_cli.providers import find, ids, plugin_ids
from balance_cli.registry import stems
from balance_cli.render import formats

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
"""An awk program that prints each profile's name, a tab and its provider; it skips invalid names."""

VALUES: Final = {
    "FORMAT": "formats",
    "KIND": "history formats",
    "SHELL": "shells",
    "STATUS": "statuses",
    "WHEN": "colors",
    "ID": "providers",
    "[ID]": "providers",
    "NAME": "profiles",
    "[NAME]": "profiles or providers",
    "[NAME]...": "profiles or providers",
    "[NAME]... -- COMMAND...": "profiles or providers",
    "[NAME]... | import FILE...": "profiles",
    "PATH": "files",
}
"""The kind of value that each metavar of the help stands for."""


_FIXED: Final = {
    "colors": {"auto": "color on a terminal", "always": "color everywhere", "never": "no color"},
    "history formats": {"csv": "one row per sample", "json": "one JSON document", "table": "a table for people"},
    "shells": {"bash": "Bash", "fish": "fish", "powershell": "PowerShell", "zsh": "Z shell"},
    "statuses": {"low": "any balance is low", "ok": "all balances are ok"},
}
"""The values of kinds that are not described elsewhere."""
_QUOTED: Final = str.maketrans(dict.fromkeys('"$\\'))


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option: its names, the kind of value it takes (``None``: none, "": any), and one line of help."""

    names: tuple[str, ...]
    takes: str | None
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: the words that select it, and what may follow them."""

    path: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    takes: str | None


def shells() -> list[str]:
    """Return the shells that have a script, one per file in this folder."""
    return stems("shells")


def script(shell: str) -> str:
    """Return a shell's completion script."""
    text: str = import_module(f"balance_cli.shells.{shell}").script(
        list(_walk_commands(typer.main.get_command(app()), ()))
    )
    return text


def list_valued_options(commands: Sequence[Command]) -> list[str]:
    """Return every option that takes a value."""
    return sorted({name for c in commands for option in c.options if option.takes is not None for name in option.names})


def places(commands: Sequence[Command]) -> dict[str, list[str]]:
    """Return, for every kind of value, the options that take it, each as the command's words, a colon and its name."""
    kinds: dict[str, list[str]] = {}
    for command in commands:
        for option in command.options:
            if option.takes:
                kinds.setdefault(option.takes, []).extend(f"{' '.join(command.path)}:{name}" for name in option.names)
    return kinds


def patterns(at: Sequence[str]) -> str:
    """Return a pattern for a shell's ``case`` that matches any of these places."""
    return "|".join(f"'{place}'" for place in at)


def values(kind: str) -> dict[str, str]:
    """Return the values of a kind that is the same for every user, each with a description, without quotes."""
    match kind:
        case "formats":
            found = dict(formats())
        case "providers":
            found = {name: find(name).name for name in sorted([*ids(), *plugin_ids()])}
        case _:
            found = _FIXED[kind]
    return {name: _shorten(text).translate(_QUOTED) for name, text in found.items()}


def _walk_commands(command: Any, path: tuple[str, ...]) -> Iterator[Command]:
    """Yield a command and its subcommands."""
    below = {name: one for name, one in getattr(command, "commands", {}).items() if not one.hidden}
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    yield Command(
        path=path,
        commands=tuple((name, _shorten(one.help)) for name, one in below.items()),
        options=tuple(_walk_options(command)),
        takes=_find_kind(arguments[0].metavar) if arguments and path != ("profile", "add") else None,
    )
    for name, one in below.items():
        yield from _walk_commands(one, (*path, name))


def _walk_options(command: Any) -> Iterator[Option]:
    for param in command.params:
        if param.param_type_name == "option" and not param.hidden:
            takes = None if param.is_flag else _find_kind(param.metavar)
            yield Option(names=tuple(param.opts), takes=takes, help=_shorten(param.help))
    yield Option(names=("-h", "--help"), takes=None, help="Show the help")


def _find_kind(metavar: str | None) -> str:
    return VALUES.get(metavar or "", "")


def _shorten(text: str | None) -> str:
    """Return the first sentence of a help text, without characters that are special to a shell."""
    first = (text or "").partition("\n")[0].partition(". ")[0].partition(": ")[0].rstrip(".")
    return first.replace("'", "").replace("`", "").replace("[", "").replace("]", "").replace(":", ",")
