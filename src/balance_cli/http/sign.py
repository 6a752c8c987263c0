"""Put a key where its provider expects it."""

from typing import Any
from urllib.parse import parse_qsl

from balance_cli.keys.secret import Secret


def add_key(auth: str, secret: Secret, parts: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a request (``params``, ``headers``, ``data``, ``json``) with the key where ``auth`` says.

    ``provider.Provider`` describes ``auth``.
    """
    match auth[:1]:
        case "":
            return parts
        case "?":
            part, added = "params", {name: secret.fill(value) for name, value in parse_qsl(auth[1:])}
        case "&":
            part, added = "data", {name: secret.fill(value) for name, value in parse_qsl(auth[1:])}
        case "{":
            from json import loads

            part, added = "json", {name: secret.fill(value) for name, value in loads(auth).items()}
        case _:
            name, _, value = auth.partition(": ")
            part, added = "headers", {name: secret.fill(value)}
    return {**parts, part: {**(parts[part] or {}), **added}}
