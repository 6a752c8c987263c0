"""Twilio: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider, segment


@provider(
    name="Twilio",
    group="message",
    docs="https://github.com/twilio/twilio-python",
    env=("TWILIO_API_KEY",),
    base="https://api.twilio.com",
    balances={"balance": "its currency"},
    key="AccountSid:AuthToken",
    auth="Authorization: Basic {basic}",
    top_up="https://console.twilio.com/us1/billing/manage-billing/billing-overview",
)
def twilio(api: Api) -> Balances:
    """The balance of the account, which may be late; sub-accounts have none. The key is AccountSid:AuthToken."""
    account = api.get(f"/2010-04-01/Accounts/{segment(api.user)}/Balance.json")
    yield balance("balance", account["currency"], remaining=account["balance"])
