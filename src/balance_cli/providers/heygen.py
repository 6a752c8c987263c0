"""HeyGen: the remaining credits."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="HeyGen",
    group="media",
    docs="https://docs.heygen.com/reference/get-remaining-quota-v2",
    env=("HEYGEN_API_KEY",),
    base="https://api.heygen.com",
    balances={"quota": "credits"},
    auth="X-Api-Key: {key}",
    top_up="https://app.heygen.com/billing",
)
def heygen(api: Api) -> Balances:
    """The remaining credits; the vendor reports a quota, of which 60 are one credit."""
    yield balance("quota", "credits", remaining=api.get("/v2/user/remaining_quota")["data"]["remaining_quota"], per=60)
