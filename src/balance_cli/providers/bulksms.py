"""BulkSMS: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="BulkSMS",
    group="message",
    docs="https://www.bulksms.com/developer/json/v1/",
    env=("BULKSMS_TOKEN_ID+BULKSMS_TOKEN_SECRET",),
    base="https://api.bulksms.com",
    balances={"credits": "credits"},
    key="token_id:token_secret",
    auth="Authorization: Basic {basic}",
    top_up="https://www.bulksms.com",
)
def bulksms(api: Api) -> Balances:
    """Prepaid credits."""
    yield balance("credits", "credits", remaining=api.get("/v1/profile")["credits"]["balance"])
