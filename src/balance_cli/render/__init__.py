"""One file per output format: render a report as text. Nothing is fetched here.

Each file defines ``FORMAT``; its name is the format's name, and its first line describes the format to users.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from balance_cli.exits import Exit
from balance_cli.registry import stems
from balance_cli.times import Clock
from balance_cli.verdict import Report


def _keep_zone(moment: datetime) -> datetime:
    return moment


class View(NamedTuple):
    """How and where the text is displayed.

    ``width`` is the terminal's, ``None`` without a terminal. ``ascii`` means that stdout cannot encode anything else.
    ``changes`` holds the changes of amounts since the last check, by profile, balance name and unit. ``localize``
    converts a time to the zone of the reader. ``template`` is the text of --format.
    """

    color: bool = False
    width: int | None = None
    details: bool = False
    ascii: bool = False
    changes: Mapping[tuple[str, str, str], str] = MappingProxyType({})
    localize: Callable[[datetime], datetime] = _keep_zone
    template: str = ""

    def read_clock(self, report: Report) -> Clock:
        """Return the reader's clock at the time of a report."""
        return Clock(report.checked_at, self.localize)


def _exit_code(report: Report) -> int:
    return report.status.exit


def _no_files(_report: Report, _view: View, _variables: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ()


class Format:
    """An output format; only ``render`` is required.

    ``exit_code`` is for formats with exit codes of their own, and ``unwritten`` is the code if the text cannot be
    written. ``files`` yields other files to append to, named by environment variables, and the text for each.
    """

    def __init__(
        self,
        render: Callable[[Report, View], str],
        *,
        exit_code: Callable[[Report], int] = _exit_code,
        files: Callable[[Report, View, Mapping[str, str]], Iterable[tuple[str, str]]] = _no_files,
        unwritten: int = Exit.CRASH,
    ) -> None:
        self.render, self.exit_code, self.files, self.unwritten = render, exit_code, files, unwritten


def load(name: str) -> Format:
    """Import a format; ``name`` must be that of a file in this folder."""
    form = import_module(f"balance_cli.render.{name}").FORMAT
    if not isinstance(form, Format):  # a bug in the file, not a wrong option
        raise TypeError(f"render/{name}.py does not define FORMAT")
    return form


def formats() -> list[tuple[str, str]]:
    """Return the name and description of every format; the description is the first line of its file."""
    return [
        (name, (import_module(f"balance_cli.render.{name}").__doc__ or "").partition("\n")[0])
        for name in stems("render")
    ]


def render(report: Report, name: str, view: View) -> str:
    """Render a report in the named format."""
    return load(name).render(report, view)
