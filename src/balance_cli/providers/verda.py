"""Verda (DataCrunch): the balance of a project."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._oauth import fetch_token


@provider(
    name="Verda",
    group="compute",
    docs="https://api.verda.com/v1/docs",
    env=("VERDA_CLIENT_ID+VERDA_CLIENT_SECRET", "DATACRUNCH_CLIENT_ID+DATACRUNCH_CLIENT_SECRET"),
    base="https://api.verda.com",
    balances={"balance": "its currency"},
    key="client_id:client_secret",
    auth='{"grant_type": "client_credentials", "client_id": "{user}", "client_secret": "{secret}"}',
    sells=("DataCrunch",),
    top_up="https://console.verda.com",
)
def verda(api: Api) -> Balances:
    """The balance of the project; a token is fetched with the key for each check."""
    account = api.get("/v1/balance", auth=fetch_token(api, "/v1/oauth2/token"))
    yield balance("balance", account["currency"].upper(), remaining=account["amount"])
