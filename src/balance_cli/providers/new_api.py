"""New API: the quota of one key."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._new_api import scale


@provider(
    name="New API",
    group="own",
    docs="https://docs.newapi.pro",
    env="NEW_API_KEY",
    base="",
    balances={"key": "USD, CNY or tokens"},
    unit="",
)
def new_api(api: Api) -> Balances:
    """The quota of one key at a site that runs New API, in the unit in which the site shows it."""
    usage, site = api.get("/api/usage/token/")["data"], scale(api)
    yield balance(
        "key",
        site.unit,
        remaining=usage["total_available"],
        used=usage["total_used"],
        limit=usage["total_granted"],
        unlimited=usage["unlimited_quota"],
        expires_at=usage["expires_at"],
        per=site.per,
    )
