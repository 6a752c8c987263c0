"""Hyperbolic: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Hyperbolic",
    group="compute",
    docs="https://docs.hyperbolic.xyz",
    env=("HYPERBOLIC_API_KEY",),
    base="https://api.hyperbolic.xyz",
    balances={"credits": "USD"},
    top_up="https://app.hyperbolic.xyz",
)
def hyperbolic(api: Api) -> Balances:
    """Prepaid credits, which the response counts in cents."""
    yield balance("credits", "USD", remaining=api.get("/billing/get_current_balance")["credits"], per=100)
