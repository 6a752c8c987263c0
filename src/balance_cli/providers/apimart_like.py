"""A site that answers as APIMart does."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._apimart import key_and_account


@provider(
    name="A site like APIMart",
    group="own",
    docs="https://docs.apimart.ai/en/api-reference/account/token-balance",
    env="APIMART_LIKE_API_KEY",
    base="",
    balances={"key": "USD", "account": "USD"},
    unit="USD",
)
def apimart_like(api: Api) -> Balances:
    """What a key may still spend, and its account, at a site with APIMart's /v1/balance; USD unless unit says."""
    yield from key_and_account(api)
