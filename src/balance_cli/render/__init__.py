"""One file per output format: a report goes in, text comes out. Nothing is fetched here.

A format's file defines ``FORMAT``; its name is the format's name, and its first line what the format is for.
"""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from balance_cli.exits import Exit
from balance_cli.registry import stems
from balance_cli.verdict import Report


class View(NamedTuple):
    """Where the text will be looked at.

    ``width`` is a terminal's, ``None`` off a terminal. ``ascii`` says that nothing else can be written. ``changes`` are
    what became of amounts since the last look, by profile, name and unit.
    """

    color: bool = False
    width: int | None = None
    details: bool = False
    ascii: bool = False
    changes: Mapping[tuple[str, str, str], str] = MappingProxyType({})


def _exit_code(report: Report) -> int:
    return report.status.exit


def _no_files(_report: Report, _view: View, _variables: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ()


class Format(NamedTuple):
    """What an output format does; only ``render`` has no default.

    ``exit_code`` is for a format whose readers know other codes, and ``unwritten`` is its code where its text could not
    be written. ``files`` yields further files of the reader's, which the variables name, and what to append to each.
    """

    render: Callable[[Report, View], str]
    exit_code: Callable[[Report], int] = _exit_code
    files: Callable[[Report, View, Mapping[str, str]], Iterable[tuple[str, str]]] = _no_files
    unwritten: int = Exit.CRASH


def load(name: str) -> Format:
    """Import a format, which is the name of a file of this folder, and no other."""
    found = import_module(f"balance_cli.render.{name}").FORMAT
    if not isinstance(found, Format):  # a broken file, not a wrong option
        raise TypeError(f"render/{name}.py does not define FORMAT")
    return found


def formats() -> list[tuple[str, str]]:
    """Return every format, and what it is for: the first line of its file."""
    return [
        (name, (import_module(f"balance_cli.render.{name}").__doc__ or "").partition("\n")[0])
        for name in stems("render")
    ]


def render(report: Report, name: str, view: View) -> str:
    """Return a report in the format of that name."""
    return load(name).render(report, view)
