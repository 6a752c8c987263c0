"""What a function that signs requests gets; imported only for providers that have one."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class Unsigned(NamedTuple):
    """A request as it will be sent, with the port in ``url`` and in its ``host`` header, and the time of this try."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    now: datetime
