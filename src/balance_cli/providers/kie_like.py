"""A site that answers as Kie does."""

from collections.abc import Iterable, Mapping
from typing import Any

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._kie import credits_left, payload


def _verify(table: Mapping[str, Any]) -> Iterable[str]:
    if not str(table.get("path", "/")).startswith("/"):
        yield 'path begins with a slash: "/api/v1/chat/credit"'


@provider(
    name="A site like Kie",
    group="own",
    docs="https://docs.kie.ai/common-api/get-account-credits",
    env="KIE_LIKE_API_KEY",
    base="",
    balances={"credits": "credits"},
    options={"path": "where it answers (default /api/v1/chat/credit)"},
    verify=_verify,
    envelope=payload,
)
def kie_like(api: Api) -> Balances:
    """Credits at a site that answers as Kie does; path says where."""
    yield from credits_left(api, api.options.get("path", "/api/v1/chat/credit"))
