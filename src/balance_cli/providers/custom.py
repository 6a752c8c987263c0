"""Any provider that answers JSON: the profile says where, and which of its values are which."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

from balance_cli.address import url
from balance_cli.provider import Api, Balances, balance, plan, provider, refused

AMOUNTS: Final = ("remaining", "used", "limit")
_AUTHS: Final = {"bearer": "Authorization: Bearer {key}"}
_HEADER: Final = re.compile(r"[A-Za-z0-9-]+", re.ASCII)


@cache
def _compiled(expression: str) -> Any:
    import jmespath

    return jmespath.compile(expression)


def _verify(table: Mapping[str, Any]) -> Iterable[str]:
    """Find what is wrong with an address, a header, an expression or a number."""
    try:
        url(str(table.get("url", "")), query=True)
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
    for name in (*AMOUNTS, "unlimited", "resets_at", "plan", "ok"):
        try:
            _compiled(str(table.get(name, "@")))
        except ValueError:  # jmespath's own errors are such
            yield f"{name} is no JMESPath expression"
    if not re.fullmatch(r"[0-9]*[1-9][0-9]*(\.[0-9]+)?", str(table.get("per_unit", 1)), re.ASCII):
        yield "per_unit is a number from 1 on: how much of what is sent makes one unit"


@provider(
    name="Custom",
    group="own",
    docs="https://jmespath.org/specification.html",
    env="BALANCE_CUSTOM_KEY",
    base="",
    balances={"balance": "the profile's"},
    unit="credits",
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
    """Any provider that answers JSON; the profile says where, and which of its values are which."""
    said = api.options
    auth = said.get("auth", "bearer")
    answer = api.send(said.get("method", "GET"), said["url"], auth=_AUTHS.get(auth, f"{auth}: {{key}}"))
    values = {name: _compiled(said[name]).search(answer) for name in said if name not in _PLAIN}
    if not values.get("ok", True):
        raise refused(answer)
    yield plan(values.get("plan"))
    yield balance(
        "balance",
        api.unit,
        **{name: values[name] for name in AMOUNTS if name in values},
        unlimited=values.get("unlimited", False),
        resets_at=values.get("resets_at"),
        per=Decimal(said.get("per_unit", 1)),
    )


_PLAIN: Final = {"url", "method", "auth", "per_unit"}
