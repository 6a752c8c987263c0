"""Venice: prepaid balance, and the daily DIEM."""

from balance_cli.provider import Api, Balances, balance, flag, next_reset, nullable, provider


@provider(
    name="Venice",
    group="gateway",
    docs="https://docs.venice.ai",
    env=("VENICE_API_KEY", "VENICE_KEY"),
    base="https://api.venice.ai",
    balances={"usd": "USD", "diem": "diem"},
    top_up="https://venice.ai/settings/api",
)
def venice(api: Api) -> Balances:
    """Prepaid balance, and DIEM, each worth one USD of use per day; they reset at midnight UTC."""
    answer = api.get("/api/v1/billing/balance", optional=True)
    if answer is None:
        key = api.get("/api/v1/api_keys/rate_limits")["data"]
        usable, usd, diem = key["accessPermitted"], key["balances"].get("USD"), key["balances"].get("DIEM")
        limit, resets = None, key["nextEpochBegins"]
    else:
        usable, usd, diem = answer["canConsume"], answer["balances"]["usd"], answer["balances"]["diem"]
        limit, resets = answer["diemEpochAllocation"], next_reset("day", api.now)
    blocked = None if flag(usable, "whether it may be used") else "it may not be used"
    if usd is not None:
        yield balance("usd", "USD", remaining=usd, blocked=blocked)
    if diem is not None:
        daily, gates = nullable(limit), usd is None
        yield balance("diem", "diem", remaining=diem, limit=daily, resets_at=resets, gates=gates, blocked=blocked)
