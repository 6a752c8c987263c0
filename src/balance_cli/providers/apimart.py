"""APIMart: a key's quota and its account."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._apimart import key_and_account


@provider(
    name="APIMart",
    group="gateway",
    docs="https://docs.apimart.ai/en/api-reference/account/token-balance",
    env=("APIMART_API_KEY",),
    base="https://api.apimart.ai",
    balances={"key": "USD", "account": "USD"},
    unit="USD",
)
def apimart(api: Api) -> Balances:
    """What the key may still spend, and its account; the site's settings decide on the unit, usually USD."""
    yield from key_and_account(api)
