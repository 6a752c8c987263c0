"""Runway: the credits of an organization."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Runway",
    group="media",
    docs="https://github.com/runwayml/sdk-python",
    env=("RUNWAYML_API_SECRET",),
    base="https://api.dev.runwayml.com",
    balances={"credits": "credits"},
    key="API secret",
    top_up="https://dev.runwayml.com",
)
def runway(api: Api) -> Balances:
    """The credits of the organization; their price is not confirmed."""
    organization = api.get("/v1/organization", headers={"X-Runway-Version": "2024-11-06"})
    yield balance("credits", "credits", remaining=organization["creditBalance"])
