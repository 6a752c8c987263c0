"""fal.ai: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="fal.ai",
    group="media",
    docs="https://fal.ai/docs/platform-apis/v1/account/billing",
    env=("FAL_ADMIN_KEY",),
    base="https://api.fal.ai",
    balances={"credits": "USD"},
    key="key with admin scope",
    unfit={"FAL_KEY": "reading credits needs a key with admin scope"},
    auth="Authorization: Key {key}",
    top_up="https://fal.ai/dashboard/billing",
)
def fal(api: Api) -> Balances:
    """Prepaid credits, which expire after a year; the key needs the admin scope."""
    credits_ = api.get("/v1/account/billing", params={"expand": "credits"})["credits"]
    yield balance("credits", credits_["currency"].upper(), remaining=credits_["current_balance"])
