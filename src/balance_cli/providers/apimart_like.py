"""Sites with the same API as APIMart."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._apimart import key_and_account


@provider(
    name="APIMart-like site",
    group="own",
    docs="https://docs.apimart.ai/en/api-reference/account/token-balance",
    env=("APIMART_LIKE_API_KEY",),
    base="",
    balances={"key": "USD", "account": "USD"},
    unit="USD",
)
def apimart_like(api: Api) -> Balances:
    """The quota of the key and the balance of its account, at a site with the same API as APIMart; USD by default."""
    yield from key_and_account(api)
