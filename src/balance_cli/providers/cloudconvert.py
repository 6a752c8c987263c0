"""CloudConvert: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="CloudConvert",
    group="tool",
    docs="https://cloudconvert.com/docs/api-reference/users",
    env=("CLOUDCONVERT_API_KEY",),
    base="https://api.cloudconvert.com",
    balances={"credits": "credits"},
    key="API key with user.read",
    top_up="https://cloudconvert.com/pricing",
)
def cloudconvert(api: Api) -> Balances:
    """The remaining conversion credits."""
    yield balance("credits", "credits", remaining=api.get("/v2/users/me")["data"]["credits"])
