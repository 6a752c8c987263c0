"""One API: the old dashboard's pair of pages, which nearly every fork still has."""

from decimal import Decimal
from typing import Final

from balance_cli.provider import Api, Balances, amount, balance, nullable, provider
from balance_cli.providers._new_api import scale

UNLIMITED: Final = Decimal(100_000_000)


@provider(
    name="One API",
    group="own",
    docs="https://docs.newapi.pro",
    env="ONE_API_KEY",
    base="",
    balances={"key": "USD, CNY or tokens"},
    unit="",
    envelope=dict,
)
def one_api(api: Api) -> Balances:
    """One key's quota at a site that runs One API or a fork of it; some sites answer with the account's instead.

    Where a site shows the account's, an old bug may subtract usage twice: less is shown than there is. A limit of
    100,000,000 means none, but where a site counts tokens it may as well be so many of them: nothing is concluded
    then. Amounts are already in the site's unit; that this is so for a currency of its own is not confirmed.
    """
    subscription = api.get("/v1/dashboard/billing/subscription")
    usage = api.get("/v1/dashboard/billing/usage")
    unit = scale(api).unit
    limit, tokens = amount(subscription["hard_limit_usd"]), unit == "tokens"
    yield balance(
        "key",
        unit,
        used=amount(usage["total_usage"], per=100),
        limit=nullable(None if tokens and limit == UNLIMITED else limit),
        unlimited=not tokens and limit >= UNLIMITED,
        expires_at=subscription.get("access_until"),
    )
