"""sunoapi.org: the credits of an account, in the manner of Kie."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._kie import credits_left, payload


@provider(
    name="sunoapi.org",
    group="gateway",
    docs="https://docs.sunoapi.org/suno-api/get-remaining-credits",
    env=("SUNO_API_KEY",),
    base="https://api.sunoapi.org",
    balances={"credits": "credits"},
    codes={429: 402, 430: 429},
    envelope=payload,
)
def sunoapi(api: Api) -> Balances:
    """Credits of this reseller; Suno itself has no public API."""
    yield from credits_left(api, "/api/v1/generate/credit")
