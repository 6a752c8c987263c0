"""One file per output format: a report goes in, text comes out. Nothing is fetched here."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import NamedTuple

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


def load(form: str) -> ModuleType:
    """Import a format, which is the name of a file of this folder, and no other."""
    return import_module(f"balance_cli.render.{form}")


def formats() -> list[tuple[str, str]]:
    """Return every format, and what it is for: the first line of its file."""
    return [(form, (load(form).__doc__ or "").partition("\n")[0]) for form in stems("render")]


def render(report: Report, form: str, view: View) -> str:
    """Return a report in a format."""
    text: str = load(form).render(report, view)
    return text
