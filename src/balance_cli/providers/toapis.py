"""ToAPIs: the quota of a key, and the balance of its account, with the API of APIMart."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._apimart import key_and_account


@provider(
    name="ToAPIs",
    group="gateway",
    docs="https://docs.toapis.com",
    env=("TOAPIS_API_KEY",),
    base="https://toapis.com",
    balances={"key": "USD", "account": "USD"},
    unit="USD",
    top_up="https://toapis.com",
)
def toapis(api: Api) -> Balances:
    """The quota of the key, and the balance of its account; the same amounts in credits (200 per USD) are not read."""
    yield from key_and_account(api)
