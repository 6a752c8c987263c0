"""Censys: the credits of a user or organization."""

from balance_cli.provider import Api, Balances, Misconfigured, balance, provider, segment


@provider(
    name="Censys",
    group="tool",
    docs="https://docs.censys.com",
    env=("CENSYS_API_TOKEN", "CENSYS_PLATFORM_TOKEN"),
    base="https://api.platform.censys.io",
    balances={"credits": "credits"},
    key="personal access token",
    options={"organization": "the id of the organization that pays (default: the user)"},
    top_up="https://platform.censys.io",
)
def censys(api: Api) -> Balances:
    """The remaining credits of the user, or of the organization that the profile names."""
    organization = api.options.get("organization")
    owner = "users" if organization is None else f"organizations/{segment(organization)}"
    headers = {} if organization is None else {"X-Organization-ID": organization}
    account = api.get(f"/v3/accounts/{owner}/credits", headers=headers, missing_ok=True)
    if account is None:
        raise Misconfigured("there are no credits at this address", hint="set organization to the id of yours")
    credits_ = account["result"]
    yield balance("credits", "credits", remaining=credits_["balance"], resets_at=credits_.get("resets_at"))
