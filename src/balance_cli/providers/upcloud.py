"""UpCloud: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="UpCloud",
    group="compute",
    docs="https://developers.upcloud.com/1.3/3-accounts/",
    env=("UPCLOUD_TOKEN",),
    base="https://api.upcloud.com",
    balances={"credits": "USD"},
    key="API token",
    top_up="https://hub.upcloud.com/billing",
)
def upcloud(api: Api) -> Balances:
    """Prepaid credits, which the response counts in cents.

    It is also zero for a sub-account without the right to see billing: the response does not tell them apart.
    """
    yield balance("credits", "USD", remaining=api.get("/1.3/account")["account"]["credits"], per=100)
