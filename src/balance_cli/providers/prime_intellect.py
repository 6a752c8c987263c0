"""Prime Intellect: the wallet of a user or team."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Prime Intellect",
    group="compute",
    docs="https://docs.primeintellect.ai",
    env=("PRIME_API_KEY",),
    base="https://api.primeintellect.ai",
    balances={"balance": "USD"},
    options={"team_id": "the team (default: the user's own wallet)"},
    top_up="https://app.primeintellect.ai/dashboard/billing",
)
def prime_intellect(api: Api) -> Balances:
    """The wallet of the user, or of a team."""
    team = {"teamId": api.options["team_id"]} if "team_id" in api.options else {}
    wallet = api.get("/api/v1/billing/wallet", params={"limit": "1", "offset": "0", **team})
    yield balance("balance", "USD", remaining=wallet["balance_usd"])
