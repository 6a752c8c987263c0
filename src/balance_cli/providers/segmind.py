"""Segmind: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Segmind",
    group="media",
    docs="https://docs.segmind.com/api-reference/account-and-billing-apis",
    env=("SEGMIND_API_KEY",),
    base="https://api.segmind.com",
    balances={"credits": "credits"},
    auth="x-api-key: {key}",
    top_up="https://cloud.segmind.com",
)
def segmind(api: Api) -> Balances:
    """Prepaid credits."""
    yield balance("credits", "credits", remaining=api.get("/v1/get-user-credits")["credits"])
