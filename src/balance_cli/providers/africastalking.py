"""Africa's Talking: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Africa's Talking",
    group="message",
    docs="https://developers.africastalking.com/docs",
    env=("AT_USERNAME+AT_API_KEY",),
    base="https://api.africastalking.com",
    balances={"balance": "its currency"},
    key="username:apiKey",
    auth="apiKey: {secret}",
    top_up="https://account.africastalking.com",
)
def africastalking(api: Api) -> Balances:
    """The prepaid balance of the account; for the sandbox, set base_url to https://api.sandbox.africastalking.com."""
    account = api.get("/version1/user", params={"username": api.user})["UserData"]
    unit, _, remaining = account["balance"].partition(" ")
    yield balance("balance", unit, remaining=remaining)
