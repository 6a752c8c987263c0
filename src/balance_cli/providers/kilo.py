"""Kilo Code: the credit of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Kilo Code",
    group="plan",
    docs="https://kilo.ai/docs",
    env=("KILO_API_KEY",),
    base="https://api.kilo.ai",
    balances={"credits": "USD"},
    options={"organization": "the ID of an organization whose credit to read"},
    files={"~/.local/share/kilo/auth.json": "kilo.access"},
    tool="kilo",
    key_page="https://app.kilo.ai/profile",
    top_up="https://app.kilo.ai/profile",
    published=False,
)
def kilo(api: Api) -> Balances:
    """The credit of a person, or of an organization; the route is that of the vendor's own extension."""
    organization = api.options.get("organization")
    headers = {} if organization is None else {"x-kilocode-organizationid": organization}
    yield balance("credits", "USD", remaining=api.get("/api/profile/balance", headers=headers)["balance"])
