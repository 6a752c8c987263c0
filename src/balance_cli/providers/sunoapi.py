"""sunoapi.org: the credits of an account, with the API of Kie."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._kie import payload, remaining_credits


@provider(
    name="sunoapi.org",
    group="gateway",
    docs="https://docs.sunoapi.org/suno-api/get-remaining-credits",
    env=("SUNO_API_KEY",),
    base="https://api.sunoapi.org",
    balances={"credits": "credits"},
    codes={429: 402, 430: 429},
    envelope=payload,
    top_up="https://sunoapi.org/billing",
)
def sunoapi(api: Api) -> Balances:
    """The credits of an account at this reseller; Suno itself has no public API."""
    yield from remaining_credits(api, "/api/v1/generate/credit")
