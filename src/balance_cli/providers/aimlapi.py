"""AIMLAPI: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="AIMLAPI",
    group="gateway",
    docs="https://docs.aimlapi.com/api-references/service-endpoints/account-balance",
    env=("AIML_API_KEY", "AIMLAPI_API_KEY"),
    base="https://api.aimlapi.com",
    balances={"credits": "USD"},
    top_up="https://aimlapi.com/app/billing",
)
def aimlapi(api: Api) -> Balances:
    """The credits of the account, in USD: according to the vendor, 2,000,000 credits are one USD."""
    yield balance("credits", "USD", remaining=api.get("/v1/billing/balance")["balance"], per=2_000_000)
