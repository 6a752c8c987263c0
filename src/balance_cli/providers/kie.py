"""Kie.ai: the credits of an account."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._kie import credits_left, payload


@provider(
    name="Kie.ai",
    group="gateway",
    docs="https://docs.kie.ai/common-api/get-account-credits",
    env=("KIE_API_KEY", "KIE_AI_API_KEY"),
    base="https://api.kie.ai",
    balances={"credits": "credits"},
    envelope=payload,
)
def kie(api: Api) -> Balances:
    """Credits, which are no money: no rate to any is documented."""
    yield from credits_left(api)
