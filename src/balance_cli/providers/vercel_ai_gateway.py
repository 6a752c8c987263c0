"""Vercel AI Gateway: the credits of a team."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Vercel AI Gateway",
    group="gateway",
    docs="https://vercel.com/docs/ai-gateway/usage",
    env=("AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"),
    base="https://ai-gateway.vercel.sh",
    balances={"credits": "USD"},
    key="AI Gateway key",
    top_up="https://vercel.com/d?to=%2F%5Bteam%5D%2F%7E%2Fai%3Fmodal%3Dtop-up",
)
def vercel_ai_gateway(api: Api) -> Balances:
    """The credits of the team, free and bought; budgets of single keys are not reported."""
    team = api.get("/v1/credits")
    yield balance("credits", "USD", remaining=team["balance"], used=team["total_used"])
