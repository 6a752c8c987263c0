"""Scrapfly: the credits of a subscription."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="Scrapfly",
    group="web",
    docs="https://scrapfly.io/docs/account",
    env=("SCRAPFLY_API_KEY", "SCRAPFLY_KEY"),
    base="https://api.scrapfly.io",
    balances={"credits": "credits"},
    auth="?key={key}",
    top_up="https://scrapfly.io/dashboard",
)
def scrapfly(api: Api) -> Balances:
    """The remaining credits of the period."""
    subscription = api.get("/account")["subscription"]
    yield plan(subscription.get("plan_name"))
    usage, resets_at = subscription["usage"]["scrape"], subscription.get("period", {}).get("end")
    used, limit = usage["current"], usage["limit"]
    yield balance("credits", "credits", remaining=usage["remaining"], used=used, limit=limit, resets_at=resets_at)
