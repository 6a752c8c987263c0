"""Shodan: the query and scan credits of a plan."""

from typing import Final

from balance_cli.provider import Api, Balances, balance, plan, provider

NO_LIMIT: Final = -1


@provider(
    name="Shodan",
    group="tool",
    docs="https://developer.shodan.io/api",
    env=("SHODAN_API_KEY",),
    base="https://api.shodan.io",
    balances={"query credits": "credits", "scan credits": "credits"},
    auth="?key={key}",
    top_up="https://account.shodan.io/billing",
)
def shodan(api: Api) -> Balances:
    """The remaining credits of the month for queries and for scans; some plans have no limit."""
    account = api.get("/api-info")
    yield plan(account["plan"])
    for name in ("query_credits", "scan_credits"):
        limit, title, gates = account["usage_limits"][name], name.replace("_", " "), name == "query_credits"
        yield balance(title, "credits", remaining=account[name], limit=limit, unlimited=limit == NO_LIMIT, gates=gates)
