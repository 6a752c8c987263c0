"""Fit the help into any terminal from 40 columns on: no line is too long, and no word is broken."""

import shutil
from collections.abc import Sequence
from textwrap import wrap
from typing import Any, Final

import typer

_WIDEST: Final = 100
_NARROWEST: Final = 40
_NARROW: Final = 50
"""Below this width, only short options share a line with their help."""
_HYPHEN: Final = "\ue000"
"""Stands for a hyphen while lines are wrapped, because Typer breaks lines at hyphens: ``--min-`` and ``days``."""

_Base: Any = typer.Context.formatter_class


class Formatter(_Base):  # type: ignore[misc] # Typer does not export its formatter
    """Typer's formatter, with its lines wrapped only between words."""

    def __init__(self) -> None:
        columns = max(min(shutil.get_terminal_size().columns, _WIDEST), _NARROWEST)
        super().__init__(width=columns - 2)

    def write(self, string: str) -> None:
        """Write a part of the help."""
        super().write(string.replace(_HYPHEN, "-"))

    def getvalue(self) -> str:
        """Return the help, without spaces at the ends of its lines."""
        return "\n".join(line.rstrip() for line in super().getvalue().split("\n"))

    def write_text(self, text: str) -> None:
        """Write paragraphs; a table, which begins with a backspace, keeps its lines."""
        head, _, table = text.partition("\n")
        if head == "\b":
            self.write("".join(f"{line}\n" for row in table.splitlines() for line in self._wrap_row(row)))
        else:
            super().write_text(text.replace("-", _HYPHEN))

    def write_dl(self, rows: Sequence[tuple[str, str]], **_: Any) -> None:
        """Write options, arguments or commands with their help."""
        kept = [(first, second.replace("-", _HYPHEN)) for first, second in rows]
        super().write_dl(kept, col_max=30 if self.width >= _NARROW else 10)

    def _wrap_row(self, row: str) -> list[str]:
        """Return the lines of a row of a table; further lines start below the text of the first."""
        indent = " " * self.current_indent
        _, _, text = row.strip().partition(" ")
        below = " " * row.index(text.strip()) if row.startswith(" ") else ""
        return wrap(f"{indent}{row}", self.width, subsequent_indent=indent + below, break_on_hyphens=False)
