"""Any provider with JSON responses: the profile sets the address, and which values to read."""

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
def _compile(expression: str) -> Any:
    import jmespath

    return jmespath.compile(expression)


def _verify(table: Mapping[str, Any]) -> Iterable[str]:
    """Yield the problems with the address, the header, the expressions and the number of a profile."""
    try:
        check_url(str(table.get("url", "")), query=True)
    except ValueError as error:
        yield f"url {error}"
    if "base_url" in table:
        yield "url is the full address: remove base_url"
    if "unit" not in table:
        yield 'add unit: a currency like "USD" or "CNY", or a plural like "credits"'
    if table.get("method", "GET") not in {"GET", "POST"}:
        yield 'method must be "GET" or "POST"'
    if not _HEADER.fullmatch(str(table.get("auth", "bearer"))):
        yield 'auth must be "bearer", "x-api-key" or the name of another header'
    if not ({"remaining", "unlimited"} & table.keys() or {"used", "limit"} <= table.keys()):
        yield "add remaining, or used and limit: where the response has these values"
    yield from _check_expressions(table)
    if not _NUMBER.fullmatch(str(table.get("per_unit", 1))):
        yield "per_unit must be a number of at least 1: how many of the API's units make one unit"


def _check_expressions(table: Mapping[str, Any]) -> Iterable[str]:
    for name in EXPRESSIONS:
        expression = str(table.get(name, "@"))
        try:
            _compile(expression)
        except ValueError:  # the base class of jmespath's errors
            yield f"{name} is not a valid JMESPath expression"
        if "to_number" in expression:
            yield f"{name}: remove to_number, which rounds; numbers in quotes are read exactly"


@provider(
    name="Custom",
    group="own",
    docs="https://jmespath.org/specification.html",
    env=("BALANCE_CUSTOM_KEY",),
    base="",
    balances={"balance": "the profile's"},
    unit="",
    options={
        "url": "the full address of the endpoint",
        "method": '"GET" (the default) or "POST"',
        "auth": '"bearer" (the default), "x-api-key" or the name of another header',
        "remaining": "JMESPath: what remains",
        "used": "JMESPath: what was used",
        "limit": "JMESPath: the limit",
        "unlimited": "JMESPath: true if there is no limit",
        "resets_at": "JMESPath: when it resets",
        "plan": "JMESPath: the name of the plan",
        "ok": "JMESPath: true if the response is valid (default: any JSON is)",
        "per_unit": "how many of the API's units make one unit (default 1; 100 for cents)",
    },
    verify=_verify,
)
def custom(api: Api) -> Balances:
    """Any provider with JSON responses; the profile sets the address, and which values to read.

    JMESPath functions on numbers, like ``sum``, do not support exact numbers, so expressions with them fail.
    """
    options = api.options
    auth, per = options.get("auth", "bearer"), Decimal(options.get("per_unit", 1))
    header = "Authorization: Bearer {key}" if auth.lower() == "bearer" else f"{auth}: {{key}}"
    answer = loose(api.send(options.get("method", "GET"), options["url"], auth=header))
    values = {name: _compile(options[name]).search(answer) for name in EXPRESSIONS if name in options}
    if values.get("ok", True) is not True:
        raise make_refusal(answer)
    unlimited = values.get("unlimited", False)
    amounts = {name: values[name] for name in AMOUNTS if name in values}
    if unlimited is True:
        amounts = {name: nullable(value) for name, value in amounts.items()}
    yield plan(values.get("plan"))
    yield balance("balance", api.unit, **amounts, unlimited=unlimited, resets_at=values.get("resets_at"), per=per)
