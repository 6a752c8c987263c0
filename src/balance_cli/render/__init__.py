"""One file per output format: a report goes in, text comes out. Nothing is fetched here."""

from dataclasses import dataclass
from importlib import import_module

from balance_cli.verdict import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where the text will be looked at: ``width`` is a terminal's, ``None`` off a terminal."""

    color: bool = False
    width: int | None = None
    details: bool = False


def render(report: Report, form: str, view: View) -> str:
    """Return a report in a format, which is the name of a file of this folder; that file alone is imported."""
    text: str = import_module(f"balance_cli.render.{form}").render(report, view)
    return text
