"""Leonardo.ai: the tokens for its API."""

from balance_cli.provider import Api, Balances, amount, balance, provider


@provider(
    name="Leonardo.ai",
    group="media",
    docs="https://docs.leonardo.ai/reference/getuserself",
    env=("LEONARDO_API_KEY",),
    base="https://cloud.leonardo.ai",
    balances={"api tokens": "tokens"},
    top_up="https://app.leonardo.ai/api-access",
)
def leonardo(api: Api) -> Balances:
    """Tokens for the API: those of the subscription plus those that were bought."""
    user = api.get("/api/rest/v1/me")["user_details"][0]
    bought = user["apiPaidTokens"]
    tokens = amount(user["apiSubscriptionTokens"]) + amount(0 if bought is None else bought)
    yield balance("api tokens", "tokens", remaining=tokens, resets_at=user.get("apiPlanTokenRenewalDate"))
