"""New API: the limit of one key."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._new_api import UNREAD, soon_scale


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
    """The limit of a key at a site that runs New API; its account may have less: see `new-api-account`.

    A key without a limit spends the balance of its account, which it may not read, and is rejected when that is empty.
    The site still responds to an expired or used-up key. ``code`` is ``true``, or a number at some forks; ignore it.
    """
    scale = soon_scale(api)
    usage = api.get("/api/usage/token/")["data"]
    site = scale()
    yield balance(
        "key",
        site.unit,
        remaining=site.amount(usage["total_available"]),
        used=site.amount(usage["total_used"]),
        limit=site.amount(usage["total_granted"]),
        uncapped=usage["unlimited_quota"],
        expires_at=usage.get("expires_at"),
    )
