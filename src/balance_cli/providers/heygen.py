"""HeyGen: the credits that are left."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="HeyGen",
    group="media",
    docs="https://docs.heygen.com/reference/get-remaining-quota-v2",
    env=("HEYGEN_API_KEY",),
    base="https://api.heygen.com",
    balances={"quota": "credits"},
    auth="X-Api-Key: {key}",
)
def heygen(api: Api) -> Balances:
    """Credits; the vendor counts a quota of which 60 make one credit."""
    yield balance("quota", "credits", remaining=api.get("/v2/user/remaining_quota")["data"]["remaining_quota"], per=60)
