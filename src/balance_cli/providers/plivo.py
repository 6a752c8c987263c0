"""Plivo: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider, segment


@provider(
    name="Plivo",
    group="message",
    docs="https://www.plivo.com/docs/account/api/account",
    env=("PLIVO_AUTH_ID+PLIVO_AUTH_TOKEN",),
    base="https://api.plivo.com",
    balances={"credits": "USD or INR"},
    key="auth_id:auth_token",
    auth="Authorization: Basic {basic}",
    unit="USD",
    top_up="https://console.plivo.com",
)
def plivo(api: Api) -> Balances:
    """The credits of the account, in USD unless the profile says INR; those of a postpaid account do not gate."""
    account = api.get(f"/v1/Account/{segment(api.user)}/")
    yield balance("credits", api.unit, remaining=account["cash_credits"], gates=account["billing_mode"] != "postpaid")
