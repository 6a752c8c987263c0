"""Sites with the old interface of OpenAI for credit grants."""

from balance_cli.provider import Api, Balances, balance, first, provider


@provider(
    name="Credit grants",
    group="own",
    docs="https://github.com/songquanpeng/one-api/blob/main/controller/channel-billing.go",
    env=("CREDIT_GRANTS_API_KEY",),
    base="",
    balances={"credits": "USD"},
    sells=("CloseAI", "AIGC2D", "API2GPT"),
    unit="USD",
)
def credit_grants(api: Api) -> Balances:
    """Credits at a site with OpenAI's former page for credit grants; in USD unless the profile says otherwise."""
    grants = api.get("/dashboard/billing/credit_grants")
    remaining = first(grants, "total_available", "total_remaining")
    yield balance("credits", api.unit, remaining=remaining, used=grants["total_used"], limit=grants["total_granted"])
