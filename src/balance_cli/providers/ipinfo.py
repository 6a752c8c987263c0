"""IPinfo: the requests of the month."""

from balance_cli.provider import Api, Balances, balance, next_reset, provider


@provider(
    name="IPinfo",
    group="tool",
    docs="https://ipinfo.io/developers",
    env=("IPINFO_TOKEN", "IPINFO_API_TOKEN"),
    base="https://ipinfo.io",
    balances={"requests": "requests"},
    key="token",
    top_up="https://ipinfo.io/pricing",
)
def ipinfo(api: Api) -> Balances:
    """The remaining requests of the month; the tokens of IPinfo Lite have no limit, and no such response."""
    usage = api.get("/me")["requests"]
    remaining, used, limit, resets_at = usage["remaining"], usage["month"], usage["limit"], next_reset("month", api.now)
    yield balance("requests", "requests", remaining=remaining, used=used, limit=limit, resets_at=resets_at)
