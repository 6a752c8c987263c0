"""CoinGecko: the calls of a plan and of a key."""

from balance_cli.provider import Api, Balances, balance, next_reset, plan, provider


@provider(
    name="CoinGecko",
    group="tool",
    docs="https://docs.coingecko.com/reference/api-usage",
    env=("COINGECKO_API_KEY", "COINGECKO_PRO_API_KEY"),
    base="https://pro-api.coingecko.com",
    balances={"calls": "calls", "key": "calls"},
    key="API key of a paid plan",
    auth="x-cg-pro-api-key: {key}",
    says="status.error_message",
    top_up="https://www.coingecko.com/en/api/pricing",
)
def coingecko(api: Api) -> Balances:
    """The remaining calls of the month; a key may have a limit of its own. Demo keys cannot ask."""
    usage, resets_at = api.get("/api/v3/key"), next_reset("month", api.now)
    yield plan(usage["plan"])
    remaining, used = usage["current_remaining_monthly_calls"], usage["current_total_monthly_calls"]
    yield balance(
        "calls", "calls", remaining=remaining, used=used, limit=usage["monthly_call_credit"], resets_at=resets_at
    )
    if "api_key_monthly_call_credit" in usage:
        used, limit = usage["api_key_current_total_monthly_calls"], usage["api_key_monthly_call_credit"]
        yield balance("key", "calls", used=used, limit=limit, resets_at=resets_at)
