"""Kie.ai: the credits of an account."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._kie import payload, remaining_credits


@provider(
    name="Kie.ai",
    group="gateway",
    docs="https://docs.kie.ai/common-api/get-account-credits",
    env=("KIE_API_KEY", "KIE_AI_API_KEY"),
    base="https://api.kie.ai",
    balances={"credits": "credits"},
    envelope=payload,
    top_up="https://kie.ai/billing",
)
def kie(api: Api) -> Balances:
    """The credits of the account; no price in money is documented."""
    yield from remaining_credits(api)
