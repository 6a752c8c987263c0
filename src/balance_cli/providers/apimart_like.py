"""Sites that answer like APIMart."""

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
    """What the key may still spend, and its account, at a site that answers like APIMart; USD unless `unit` says."""
    yield from key_and_account(api)
