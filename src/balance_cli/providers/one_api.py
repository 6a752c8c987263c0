"""One API: the two pages of the old dashboard, which nearly every fork still has."""

from decimal import Decimal
from typing import Final

from balance_cli.provider import Api, Balances, amount, balance, provider
from balance_cli.providers._new_api import UNREAD, soon_scale

UNCAPPED: Final = Decimal(100_000_000)


@provider(
    name="One API",
    group="own",
    docs="https://docs.newapi.pro",
    env=("ONE_API_KEY",),
    base="",
    balances={"key": "USD, CNY or tokens"},
    unit="",
    unread=UNREAD,
    envelope=dict,
)
def one_api(api: Api) -> Balances:
    """The limit of a key at a site that runs One API or a fork; its account may have less: see `new-api-account`.

    Some sites return the balance of the account instead; there an old bug may subtract usage twice, so that less is
    shown than remains. A limit of 100,000,000 means that the key has none and spends the balance of its account. At a
    site that counts tokens it may also be a real limit, and larger values are limits.
    """
    use, scale = api.soon("/v1/dashboard/billing/usage"), soon_scale(api)
    subscription = api.get("/v1/dashboard/billing/subscription")
    usage, site = use(), scale()
    limit = amount(subscription["hard_limit_usd"])
    yield balance(
        "key",
        site.unit,
        used=site.page(usage["total_usage"], per=100),
        limit=site.page(limit),
        uncapped=limit == UNCAPPED if site.unit == "tokens" else limit >= UNCAPPED,
        expires_at=subscription.get("access_until"),
    )
