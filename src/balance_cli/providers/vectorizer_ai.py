"""Vectorizer.AI: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="Vectorizer.AI",
    group="media",
    docs="https://vectorizer.ai/api#account",
    env=("VECTORIZER_AI_API_ID+VECTORIZER_AI_API_SECRET",),
    base="https://api.vectorizer.ai",
    balances={"credits": "credits"},
    key="id:secret",
    auth="Authorization: Basic {basic}",
    top_up="https://vectorizer.ai/pricing",
)
def vectorizer_ai(api: Api) -> Balances:
    """The remaining credits of the subscription."""
    account = api.get("/api/v1/account")
    yield plan(account["subscriptionPlan"])
    yield balance("credits", "credits", remaining=account["credits"])
