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
    envelope=dict,
)
def new_api(api: Api) -> Balances:
    """One key's quota at a site that runs New API, in the unit in which the site shows it; not the account's.

    An expired or used-up key is still answered. ``code`` is ``true``, or at some forks a number, and decides nothing.
    """
    usage = api.get("/api/usage/token/")["data"]
    site = scale(api)
    yield balance(
        "key",
        site.unit,
        remaining=site.amount(usage["total_available"]),
        used=site.amount(usage["total_used"]),
        limit=site.amount(usage["total_granted"]),
        unlimited=usage["unlimited_quota"],
        expires_at=usage.get("expires_at"),
    )
