"""The options of a check, as several commands use them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from balance_cli.minimum import Minimum


class CheckOptions(NamedTuple):
    """The options of a check; ``file`` replaces stdout, ``timeout``, ``window`` and ``max_age`` are in seconds.

    ``max_age`` replaces the profiles' own.
    """

    names: Sequence[str]
    minimums: Sequence[Minimum]
    warnings: Sequence[Minimum]
    form: str
    file: str | None
    quiet: bool
    details: bool
    timeout: float | None
    config: str | None
    color: str
    debug: bool
    template: str = ""
    record: bool = False
    min_days: Decimal | None = None
    window: float | None = None
    changes: bool = False
    on_change: str | None = None
    max_age: float | None = None
