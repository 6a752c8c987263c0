"""Eden AI: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Eden AI",
    group="gateway",
    docs="https://docs.edenai.co/v3/general/monitoring",
    env=("EDENAI_API_KEY",),
    base="https://api.edenai.run",
    balances={"balance": "USD"},
    top_up="https://app.edenai.run",
)
def eden_ai(api: Api) -> Balances:
    """The credits of the account in USD; a token that only allows inference may be rejected."""
    yield balance("balance", "USD", remaining=api.get("/v2/cost_management/credits/")["credits"])
