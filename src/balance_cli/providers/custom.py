"""Any provider that answers JSON: the profile says where, and which of its values are which."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

from balance_cli.address import check_url
from balance_cli.provider import Api, Balances, balance, make_refusal, nullable, plan, provider
from balance_cli.strict import loose

AMOUNTS: Final = ("remaining", "used", "limit")
EXPRESSIONS: Final = (*AMOUNTS, "unlimited", "resets_at", "plan", "ok")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]+", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]*[1-9][0-9]*(\.[0-9]+)?", re.ASCII)


@cache
def _compiled(expression: str) -> Any:
    import jmespath

    return jmespath.compile(expression)


def _verify(table: Mapping[str, Any]) -> Iterable[str]:
    """Find what is wrong with an address, a header, an expression or a number."""
    try:
        check_url(str(table.get("url", "")), query=True)
    except ValueError as error:
        yield f"url {error}"
    if "base_url" in table:
        yield "url is the whole address: remove base_url"
    if "unit" not in table:
        yield 'say unit: "USD", "CNY" … or a plural like "credits"'
    if table.get("method", "GET") not in {"GET", "POST"}:
        yield 'method is "GET" or "POST"'
    if not _HEADER.fullmatch(str(table.get("auth", "bearer"))):
        yield 'auth is "bearer", "x-api-key" or another header\'s name'
    if not ({"remaining", "unlimited"} & table.keys() or {"used", "limit"} <= table.keys()):
        yield "say remaining, or used and limit: which of the answer's values they are"
    yield from _unreadable(table)
    if not _NUMBER.fullmatch(str(table.get("per_unit", 1))):
        yield "per_unit is a number from 1 on: how much of what is sent makes one unit"


def _unreadable(table: Mapping[str, Any]) -> Iterable[str]:
    for name in EXPRESSIONS:
        expression = str(table.get(name, "@"))
        try:
            _compiled(expression)
        except ValueError:  # jmespath's own errors are such
            yield f"{name} is no JMESPath expression"
        if "to_number" in expression:
            yield f"{name}: remove to_number, which rounds; a number in quotes is read as it is"


@provider(
    name="Custom",
    group="own",
    docs="https://jmespath.org/specification.html",
    env=("BALANCE_CUSTOM_KEY",),
    base="",
    balances={"balance": "the profile's"},
    unit="",
    options={
        "url": "the whole address that is asked",
        "method": '"GET" (the default) or "POST"',
        "auth": '"bearer" (the default), "x-api-key" or another header\'s name',
        "remaining": "JMESPath: what remains",
        "used": "JMESPath: what was used",
        "limit": "JMESPath: the limit",
        "unlimited": "JMESPath: true where there is no limit",
        "resets_at": "JMESPath: when it resets",
        "plan": "JMESPath: the plan's name",
        "ok": "JMESPath: true where the answer is one; without it any JSON is",
        "per_unit": "how much of what is sent makes one unit (default 1; 100 for cents)",
    },
    verify=_verify,
)
def custom(api: Api) -> Balances:
    """Any provider that answers JSON; the profile says where, and which of its values are which.

    JMESPath's functions over numbers, like ``sum``, do not know exact ones: what needs them is not read.
    """
    said = api.options
    auth, per = said.get("auth", "bearer"), Decimal(said.get("per_unit", 1))
    header = "Authorization: Bearer {key}" if auth.lower() == "bearer" else f"{auth}: {{key}}"
    answer = loose(api.send(said.get("method", "GET"), said["url"], auth=header))
    values = {name: _compiled(said[name]).search(answer) for name in EXPRESSIONS if name in said}
    if values.get("ok", True) is not True:
        raise make_refusal(answer)
    unlimited = values.get("unlimited", False)
    amounts = {name: values[name] for name in AMOUNTS if name in values}
    if unlimited is True:
        amounts = {name: nullable(value) for name, value in amounts.items()}
    yield plan(values.get("plan"))
    yield balance("balance", api.unit, **amounts, unlimited=unlimited, resets_at=values.get("resets_at"), per=per)
