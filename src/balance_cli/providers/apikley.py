"""Apikley: credits, in the manner of Kie."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._kie import credits_left, payload


@provider(
    name="Apikley",
    group="gateway",
    docs="https://docs.apikley.ru/llms.txt",
    env=("APIKLEY_API_KEY",),
    base="https://api.apikley.ru",
    balances={"credits": "credits"},
    key_page="https://app.apikley.ru/keys",
    envelope=payload,
)
def apikley(api: Api) -> Balances:
    """Credits, which are no money: no rate to any is documented."""
    yield from credits_left(api)
