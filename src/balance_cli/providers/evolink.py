"""Evolink: the credits of an account and of a key."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Evolink",
    group="gateway",
    docs="https://evolink.ai",
    env=("EVOLINK_API_KEY",),
    base="https://api.evolink.ai",
    balances={"account": "credits", "key": "credits"},
    top_up="https://evolink.ai/dashboard/billing",
)
def evolink(api: Api) -> Balances:
    """The credits of the account, and how many of them the key may still use."""
    answer = api.get("/v1/credits")["data"]
    account, key = answer["user"], answer["token"]
    yield balance("account", "credits", remaining=account["remaining_credits"], used=account["used_credits"])
    yield balance(
        "key",
        "credits",
        remaining=key["remaining_credits"],
        used=key["used_credits"],
        unlimited=key["unlimited_credits"],
    )
