"""Featherless: the credits of an organization."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Featherless",
    group="gateway",
    docs="https://featherless.ai/docs/api-reference-credits",
    env=("FEATHERLESS_API_KEY",),
    base="https://api.featherless.ai",
    balances={"balance": "USD"},
    key="API key of an organization's admin",
    top_up="https://featherless.ai/pricing",
)
def featherless(api: Api) -> Balances:
    """Credit minus reserved amounts; the owner of the key must be an admin of the organization."""
    credit = api.get("/credits/balance")
    yield balance("balance", credit["currency"].upper(), remaining=credit["available_usd"])
