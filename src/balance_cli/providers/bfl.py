"""Black Forest Labs: the credits of an organization."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Black Forest Labs",
    group="media",
    docs="https://docs.bfl.ai/api-reference/get-the-users-credits",
    env=("BFL_API_KEY",),
    base="https://api.bfl.ai",
    balances={"credits": "credits"},
    auth="x-key: {key}",
    top_up="https://dashboard.bfl.ai",
)
def bfl(api: Api) -> Balances:
    """Credits of the organization, shared by all its projects."""
    yield balance("credits", "credits", remaining=api.get("/v1/credits")["credits"])
