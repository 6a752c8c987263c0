"""Apikley: credits, with the API of Kie."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._kie import payload, remaining_credits


@provider(
    name="Apikley",
    group="gateway",
    docs="https://docs.apikley.ru/llms.txt",
    env=("APIKLEY_API_KEY",),
    base="https://api.apikley.ru",
    balances={"credits": "credits"},
    key_page="https://app.apikley.ru/keys",
    envelope=payload,
    top_up="https://app.apikley.ru",
)
def apikley(api: Api) -> Balances:
    """The credits of the account; no price in money is documented."""
    yield from remaining_credits(api)
