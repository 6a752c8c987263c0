"""Write JSON in which every amount is a number with all its digits."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from balance_cli.amount import format_exact


def dumps(value: Any, indent: str = "\n") -> str:
    """Write JSON like ``json.dumps(indent=2)``, but every ``Decimal`` as a number with all its digits."""
    if isinstance(value, Decimal):
        return format_exact(value)
    deeper = f"{indent}  "
    if isinstance(value, dict) and value:
        return f"{{{deeper}{f',{deeper}'.join(_write_items(value, deeper))}{indent}}}"
    if isinstance(value, map) or (isinstance(value, list | tuple) and value):
        return f"[{deeper}{f',{deeper}'.join([dumps(item, deeper) for item in value])}{indent}]"
    return _encode(value)


def _write_items(value: Mapping[str, Any], indent: str) -> list[str]:
    """Write the items of an object: all at once, and then those that the encoder cannot write in place of a null."""
    own = {key: dumps(item, indent) for key, item in value.items() if isinstance(item, _OWN)}
    lines = _encode({**value, **dict.fromkeys(own)})[1:-1].split(_END)
    written = zip(value, lines, strict=True)
    return [line.removesuffix("null") + own[key] if key in own else line for key, line in written]


_OWN: Final = (Decimal, dict, list, tuple, map)
_END: Final = ",\n"
"""The end of an item; no text in JSON has a line break of its own."""
_encode = json.JSONEncoder(separators=(_END, ": "), check_circular=False).encode
