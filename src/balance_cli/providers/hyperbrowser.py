"""Hyperbrowser: the credits of a team."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Hyperbrowser",
    group="web",
    docs="https://docs.hyperbrowser.ai/",
    env=("HYPERBROWSER_API_KEY",),
    base="https://api.hyperbrowser.ai",
    balances={"credits": "credits"},
    auth="x-api-key: {key}",
    top_up="https://app.hyperbrowser.ai",
)
def hyperbrowser(api: Api) -> Balances:
    """The remaining credits of the team."""
    team = api.get("/api/team/credit-info")
    yield balance("credits", "credits", remaining=team["remaining"], used=team["usage"], limit=team["limit"])
