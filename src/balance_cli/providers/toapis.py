"""ToAPIs: a key's quota and its account, in the manner of APIMart."""

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
)
def toapis(api: Api) -> Balances:
    """What the key may still spend, and its account; credits, 200 for one USD, are said beside it and not read."""
    yield from key_and_account(api)
