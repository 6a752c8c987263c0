"""APIMart: the quota of a key, and the balance of its account."""

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
    top_up="https://apimart.ai",
)
def apimart(api: Api) -> Balances:
    """The quota of the key, and the balance of its account; settings of the site decide the unit, usually USD."""
    yield from key_and_account(api)
