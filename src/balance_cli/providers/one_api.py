"""One API: the limit of one key and what it used, as OpenAI's dashboard once answered."""

from balance_cli.provider import Api, Balances, amount, balance, provider
from balance_cli.providers._new_api import scale

NO_LIMIT = 100_000_000


@provider(
    name="One API",
    group="own",
    docs="https://docs.newapi.pro",
    env="ONE_API_KEY",
    base="",
    balances={"key": "USD, CNY or tokens"},
    unit="",
)
def one_api(api: Api) -> Balances:
    """The limit of one key at a site that runs One API or a relative, less what it used."""
    limit, usage = api.get("/v1/dashboard/billing/subscription"), api.get("/v1/dashboard/billing/usage")
    most = amount(limit["hard_limit_usd"])
    yield balance(
        "key",
        scale(api).unit,
        used=amount(usage["total_usage"], per=100),
        limit=most,
        unlimited=most >= NO_LIMIT,
        expires_at=limit["access_until"],
    )
