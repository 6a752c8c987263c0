"""Luma: the remaining credit."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Luma",
    group="media",
    docs="https://github.com/lumalabs/lumaai-python",
    env=("LUMAAI_API_KEY",),
    base="https://api.lumalabs.ai",
    balances={"credits": "USD"},
    top_up="https://lumalabs.ai/dream-machine/api/billing/overview",
)
def luma(api: Api) -> Balances:
    """The remaining credit for the API, which the vendor reports in cents."""
    yield balance("credits", "USD", remaining=api.get("/dream-machine/v1/credits")["credit_balance"], per=100)
