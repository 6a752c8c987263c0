"""ScrapingBee: the credits of a subscription."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="ScrapingBee",
    group="web",
    docs="https://www.scrapingbee.com/documentation/#usage-endpoint",
    env=("SCRAPINGBEE_API_KEY",),
    base="https://app.scrapingbee.com",
    balances={"credits": "credits"},
    top_up="https://app.scrapingbee.com",
)
def scrapingbee(api: Api) -> Balances:
    """The remaining credits of the subscription."""
    usage = api.get("/api/v1/usage")
    used, limit, resets_at = usage["used_api_credit"], usage["max_api_credit"], usage["renewal_subscription_date"]
    yield balance("credits", "credits", used=used, limit=limit, resets_at=resets_at)
