"""Bland AI: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Bland AI",
    group="media",
    docs="https://docs.bland.ai/api-v1/get/me",
    env=("BLAND_API_KEY",),
    base="https://api.bland.ai",
    balances={"balance": "USD"},
    auth="authorization: {key}",
    top_up="https://app.bland.ai",
)
def bland(api: Api) -> Balances:
    """The prepaid balance of the account, which may be negative."""
    yield balance("balance", "USD", remaining=api.get("/v1/me")["billing"]["current_balance"])
