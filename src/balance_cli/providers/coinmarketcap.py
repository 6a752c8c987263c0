"""CoinMarketCap: the credits of a plan."""

from balance_cli.provider import UNSAID, Api, Balances, balance, next_reset, provider


@provider(
    name="CoinMarketCap",
    group="tool",
    docs="https://coinmarketcap.com/api/documentation/v1/#operation/getV1KeyInfo",
    env=("CMC_PRO_API_KEY", "COINMARKETCAP_API_KEY"),
    base="https://pro-api.coinmarketcap.com",
    balances={"credits": "credits", "day": "credits"},
    auth="X-CMC_PRO_API_KEY: {key}",
    says="status.error_message",
    top_up="https://pro.coinmarketcap.com",
)
def coinmarketcap(api: Api) -> Balances:
    """The remaining credits of the month, and of the day if the plan limits that; asking costs none."""
    answer = api.get("/v1/key/info")["data"]
    month, day, about = answer["usage"]["current_month"], answer["usage"]["current_day"], answer["plan"]
    remaining, used, limit = month.get("credits_left", UNSAID), month["credits_used"], about["credit_limit_monthly"]
    resets_at = about.get("credit_limit_monthly_reset_timestamp")
    yield balance("credits", "credits", remaining=remaining, used=used, limit=limit, resets_at=resets_at)
    if "credits_left" in day:
        resets_at = next_reset("day", api.now)
        yield balance("day", "credits", remaining=day["credits_left"], used=day["credits_used"], resets_at=resets_at)
