"""IPRoyal: the residential traffic of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="IPRoyal",
    group="web",
    docs="https://docs.iproyal.com/proxies/residential/api/user",
    env=("IPROYAL_API_TOKEN",),
    base="https://resi-api.iproyal.com",
    balances={"traffic": "gb"},
    key="API token",
    top_up="https://dashboard.iproyal.com",
)
def iproyal(api: Api) -> Balances:
    """The remaining residential traffic, in gigabytes."""
    yield balance("traffic", "gb", remaining=api.get("/v1/me")["available_traffic"])
