"""New API: the limit of one key."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._new_api import UNREAD, scale


@provider(
    name="New API",
    group="own",
    docs="https://docs.newapi.pro",
    env=("NEW_API_KEY",),
    base="",
    balances={"key": "USD, CNY or tokens"},
    unit="",
    unread=UNREAD,
    envelope=dict,
)
def new_api(api: Api) -> Balances:
    """One key's limit at a site that runs New API; its account may have less: see `new-api-account`.

    A key without a limit spends its account's balance, which it may not read, and is refused when that is empty. An
    expired or used-up key is still answered. ``code`` is ``true``, or at some forks a number, and decides nothing.
    """
    usage = api.get("/api/usage/token/")["data"]
    site = scale(api)
    yield balance(
        "key",
        site.unit,
        remaining=site.amount(usage["total_available"]),
        used=site.amount(usage["total_used"]),
        limit=site.amount(usage["total_granted"]),
        uncapped=usage["unlimited_quota"],
        expires_at=usage.get("expires_at"),
    )
