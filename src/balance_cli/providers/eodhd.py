"""EODHD: the calls of the day."""

from balance_cli.provider import Api, Balances, balance, next_reset, provider


@provider(
    name="EODHD",
    group="tool",
    docs="https://eodhd.com/financial-apis/user-api",
    env=("EODHD_API_KEY", "EODHD_API_TOKEN"),
    base="https://eodhd.com",
    balances={"calls": "calls", "extra": "calls"},
    key="API token",
    auth="?api_token={key}",
    top_up="https://eodhd.com/pricing",
)
def eodhd(api: Api) -> Balances:
    """The remaining calls of the day, and extra calls, which do not gate; asking is free.

    The count is that of the last day with a call.
    """
    account = api.get("/api/user", params={"fmt": "json"})
    is_today = account["apiRequestsDate"] == f"{api.now:%Y-%m-%d}"
    used, limit = account["apiRequests"] if is_today else 0, account["dailyRateLimit"]
    yield balance("calls", "calls", used=used, limit=limit, resets_at=next_reset("day", api.now))
    yield balance("extra", "calls", remaining=account["extraLimit"], gates=False)
