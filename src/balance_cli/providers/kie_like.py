"""Sites with the same API as Kie."""

from collections.abc import Iterable, Mapping
from typing import Any

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._kie import payload, remaining_credits


def _verify(table: Mapping[str, Any]) -> Iterable[str]:
    """Refuse a path that would lead to another host, because it is appended to the host name."""
    if not str(table.get("path", "/")).startswith("/"):
        yield 'path must begin with a slash, like "/api/v1/generate/credit"'


@provider(
    name="Kie-like site",
    group="own",
    docs="https://docs.kie.ai/common-api/get-account-credits",
    env=("KIE_LIKE_API_KEY",),
    base="",
    balances={"credits": "credits"},
    options={"path": 'the path of the endpoint (default "/api/v1/chat/credit")'},
    verify=_verify,
    envelope=payload,
)
def kie_like(api: Api) -> Balances:
    """Credits at a site with the same API as Kie; each site sets its own price for a credit."""
    yield from remaining_credits(api, **api.options)
