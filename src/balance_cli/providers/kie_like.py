"""Sites that answer like Kie."""

from collections.abc import Iterable, Mapping
from typing import Any

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._kie import credits_left, payload


def _verify(table: Mapping[str, Any]) -> Iterable[str]:
    """Find a path that would lead to another host: it is what follows the host's name."""
    if not str(table.get("path", "/")).startswith("/"):
        yield 'path begins with a slash, like "/api/v1/generate/credit"'


@provider(
    name="Kie-like site",
    group="own",
    docs="https://docs.kie.ai/common-api/get-account-credits",
    env=("KIE_LIKE_API_KEY",),
    base="",
    balances={"credits": "credits"},
    options={"path": 'what follows the host\'s name (default "/api/v1/chat/credit")'},
    verify=_verify,
    envelope=payload,
)
def kie_like(api: Api) -> Balances:
    """Credits at a site that answers like Kie; they are no money, and each site has its own price of one."""
    yield from credits_left(api, **api.options)
