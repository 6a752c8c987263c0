"""JarvisLabs: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="JarvisLabs",
    group="compute",
    docs="https://docs.jarvislabs.ai/",
    env=("JL_API_KEY", "JARVISLABS_API_KEY"),
    base="https://backendn.jarvislabs.net",
    balances={"balance": "USD or INR", "grants": "USD or INR"},
    unit="USD",
    top_up="https://jarvislabs.ai",
)
def jarvislabs(api: Api) -> Balances:
    """The balance of the account, and grants; in USD unless the profile says INR, because the response does not."""
    account = api.get("/users/balance")
    yield balance("balance", api.unit, remaining=account["balance"])
    yield balance("grants", api.unit, remaining=account["grants"], gates=False)
