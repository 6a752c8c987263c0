"""Vonage: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Vonage",
    group="message",
    docs="https://developer.vonage.com/en/api/account",
    env=("VONAGE_API_KEY+VONAGE_API_SECRET", "NEXMO_API_KEY+NEXMO_API_SECRET"),
    base="https://rest.nexmo.com",
    balances={"balance": "EUR"},
    key="api_key:api_secret",
    auth="Authorization: Basic {basic}",
    sells=("Nexmo",),
    says="error-code-label",
    top_up="https://dashboard.vonage.com",
)
def vonage(api: Api) -> Balances:
    """The prepaid balance of the account, always in euros."""
    yield balance("balance", "EUR", remaining=api.get("/account/get-balance")["value"])
