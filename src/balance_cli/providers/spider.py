"""Spider: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Spider",
    group="web",
    docs="https://spider.cloud/docs/api#credits",
    env=("SPIDER_API_KEY",),
    base="https://api.spider.cloud",
    balances={"credits": "credits"},
    top_up="https://spider.cloud/credits/new",
)
def spider(api: Api) -> Balances:
    """Prepaid credits."""
    yield balance("credits", "credits", remaining=api.get("/data/credits")["data"]["credits"])
