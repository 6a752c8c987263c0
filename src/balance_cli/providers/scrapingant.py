"""ScrapingAnt: the credits of a plan."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="ScrapingAnt",
    group="web",
    docs="https://docs.scrapingant.com/api-credits-usage",
    env=("SCRAPINGANT_API_KEY",),
    base="https://api.scrapingant.com",
    balances={"credits": "credits"},
    auth="?x-api-key={key}",
    top_up="https://app.scrapingant.com",
)
def scrapingant(api: Api) -> Balances:
    """The remaining credits of the period."""
    usage = api.get("/v2/usage")
    yield plan(usage["plan_name"])
    remaining, limit, resets_at = usage["remained_credits"], usage["plan_total_credits"], usage.get("end_date")
    yield balance("credits", "credits", remaining=remaining, limit=limit, resets_at=resets_at)
