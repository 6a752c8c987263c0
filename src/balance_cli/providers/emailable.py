"""Emailable: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Emailable",
    group="message",
    docs="https://emailable.com/docs/api",
    env=("EMAILABLE_API_KEY",),
    base="https://api.emailable.com",
    balances={"credits": "credits"},
    top_up="https://app.emailable.com",
)
def emailable(api: Api) -> Balances:
    """Prepaid credits."""
    yield balance("credits", "credits", remaining=api.get("/v1/account")["available_credits"])
