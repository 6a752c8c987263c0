"""MuAPI: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="MuAPI",
    group="gateway",
    docs="https://muapi.ai/docs/credits",
    env=("MUAPI_API_KEY",),
    base="https://api.muapi.ai",
    balances={"balance": "USD"},
    auth="x-api-key: {key}",
    top_up="https://muapi.ai/topup",
)
def muapi(api: Api) -> Balances:
    """The balance of the account, possibly including promotional credit that is locked."""
    account = api.get("/api/v1/account/balance")
    yield balance("balance", account.get("currency", "USD"), remaining=account["balance"])
