"""46elks: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="46elks",
    group="message",
    docs="https://46elks.com/docs",
    env=("ELKS_API_USERNAME+ELKS_API_PASSWORD",),
    base="https://api.46elks.com",
    balances={"balance": "its currency"},
    key="username:password",
    auth="Authorization: Basic {basic}",
    top_up="https://46elks.com",
)
def elks(api: Api) -> Balances:
    """The prepaid balance of the account, which the response counts in ten-thousandths."""
    account = api.get("/a1/me")
    yield balance("balance", account["currency"], remaining=account["balance"], per=10_000)
