"""SecurityTrails: the queries of the month."""

from balance_cli.provider import Api, Balances, balance, next_reset, provider


@provider(
    name="SecurityTrails",
    group="tool",
    docs="https://docs.securitytrails.com",
    env=("SECURITYTRAILS_API_KEY",),
    base="https://api.securitytrails.com",
    balances={"queries": "queries"},
    auth="APIKEY: {key}",
    top_up="https://securitytrails.com/app/account",
)
def securitytrails(api: Api) -> Balances:
    """The remaining queries of the month."""
    usage = api.get("/v1/account/usage")
    used, limit = usage["current_monthly_usage"], usage["allowed_monthly_usage"]
    yield balance("queries", "queries", used=used, limit=limit, resets_at=next_reset("month", api.now))
