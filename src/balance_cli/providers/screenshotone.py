"""ScreenshotOne: the screenshots of a plan."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="ScreenshotOne",
    group="tool",
    docs="https://screenshotone.com/docs/get-usage/",
    env=("SCREENSHOTONE_ACCESS_KEY", "SCREENSHOTONE_API_KEY"),
    base="https://api.screenshotone.com",
    balances={"screenshots": "screenshots"},
    key="access key",
    auth="?access_key={key}",
    top_up="https://dash.screenshotone.com",
)
def screenshotone(api: Api) -> Balances:
    """The remaining screenshots of the month."""
    usage = api.get("/usage")
    yield balance("screenshots", "screenshots", remaining=usage["available"], used=usage["used"], limit=usage["total"])
