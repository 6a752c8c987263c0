"""AIMLAPI: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="AIMLAPI",
    group="gateway",
    docs="https://docs.aimlapi.com/api-references/service-endpoints/account-balance",
    env=("AIML_API_KEY", "AIMLAPI_API_KEY"),
    base="https://api.aimlapi.com",
    balances={"credits": "USD"},
)
def aimlapi(api: Api) -> Balances:
    """The account's credits as money: 2,000,000 of them are one USD, says the vendor."""
    yield balance("credits", "USD", remaining=api.get("/v1/billing/balance")["balance"], per=2_000_000)
