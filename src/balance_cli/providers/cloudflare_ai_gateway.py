"""Cloudflare AI Gateway: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider, segment


@provider(
    name="Cloudflare AI Gateway",
    group="gateway",
    docs="https://developers.cloudflare.com/api/resources/ai_gateway/",
    env=("CLOUDFLARE_API_TOKEN",),
    base="https://api.cloudflare.com",
    balances={"credits": "USD"},
    key="API token with AI Gateway Read",
    options={"account_id": "the account"},
    required=("account_id",),
    top_up="https://dash.cloudflare.com",
)
def cloudflare_ai_gateway(api: Api) -> Balances:
    """Prepaid credits for models; the unit, cents, follows from the documentation of top-ups."""
    account = segment(api.options["account_id"])
    credit = api.get(f"/client/v4/accounts/{account}/ai-gateway/billing/credit-balance")["result"]
    yield balance("credits", "USD", remaining=credit["balance"], per=100)
