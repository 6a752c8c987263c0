"""Put a key where its provider expects it, and describe a request to the function that signs it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

from balance_cli.keys.secret import Secret


class Unsigned(NamedTuple):
    """A request as it will be sent, with the port in ``url`` and in its ``host`` header, and the time of this try."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    now: datetime


Sign: TypeAlias = Callable[[Unsigned, Secret], Mapping[str, str]]
"""Return the headers to add to a request; called anew for every try."""


class Parts(NamedTuple):
    """The parts of a request in which a key can be."""

    params: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str] | None
    json: Any


def add_key(auth: str, secret: Secret, parts: Parts) -> Parts:
    """Return the parts of a request with the key where ``auth`` says; see ``provider.Provider``."""
    kind, text = auth[:1], auth[1:]
    if kind == "?":
        return parts._replace(params={**parts.params, **_fill_form(text, secret)})
    if kind == "&":
        return parts._replace(form={**(parts.form or {}), **_fill_form(text, secret)})
    if kind == "{":
        from json import loads

        filled = {name: secret.fill(value) for name, value in loads(auth).items()}
        return parts._replace(json={**filled, **(parts.json or {})})
    name, _, value = auth.partition(": ")
    return parts._replace(headers={**parts.headers, name: secret.fill(value)}) if auth else parts


def _fill_form(text: str, secret: Secret) -> dict[str, str]:
    return {name: secret.fill(value) for name, value in parse_qsl(text)}
