"""Supadata: the credits of an organization."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="Supadata",
    group="web",
    docs="https://docs.supadata.ai/",
    env=("SUPADATA_API_KEY",),
    base="https://api.supadata.ai",
    balances={"credits": "credits"},
    auth="x-api-key: {key}",
    top_up="https://dash.supadata.ai",
)
def supadata(api: Api) -> Balances:
    """The remaining credits of the plan."""
    account = api.get("/v1/me")
    yield plan(account["plan"])
    yield balance("credits", "credits", used=account["usedCredits"], limit=account["maxCredits"])
