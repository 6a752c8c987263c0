"""Hyperstack: the credit of an account."""

from balance_cli.provider import Api, Balances, balance, flag, provider


@provider(
    name="Hyperstack",
    group="compute",
    docs="https://docs.hyperstack.cloud",
    env=("HYPERSTACK_API_KEY",),
    base="https://infrahub-api.nexgencloud.com",
    balances={"credit": "USD"},
    auth="api_key: {key}",
    top_up="https://console.hyperstack.cloud",
)
def hyperstack(api: Api) -> Balances:
    """Prepaid credit; it cannot be used if the account may not create instances."""
    account = api.get("/v1/billing/user-credit/credit")["data"]
    allowed = flag(account["can_create_instance"], "can_create_instance")
    blocked = None if allowed else "the account may not create instances"
    yield balance("credit", "USD", remaining=account["credit"], blocked=blocked)
