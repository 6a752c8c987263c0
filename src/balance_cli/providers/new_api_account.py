"""New API: the quota of a whole account."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._new_api import scale

USER_HEADERS = (
    "New-Api-User",
    "Veloera-User",
    "voapi-user",
    "Rix-Api-User",
    "X-Api-User",
    "neo-api-user",
    "User-id",
    "X-ModelFlare-User",
    "Dmx-Api-User",
)


@provider(
    name="New API account",
    group="own",
    docs="https://docs.newapi.pro",
    env="NEWAPI_ACCESS_TOKEN",
    base="",
    balances={"account": "USD, CNY or tokens"},
    key="system access token",
    options={"user_id": "the account's numeric id, which most sites want"},
    unit="",
)
def new_api_account(api: Api) -> Balances:
    """The quota of a whole account; its system access token is needed, not a key."""
    user = api.options.get("user_id")
    account = api.get("/api/user/self", headers=dict.fromkeys(USER_HEADERS, user) if user else None)["data"]
    site, enabled = scale(api), account.get("status", 1) == 1
    yield balance(
        "account",
        site.unit,
        remaining=account["quota"],
        used=account["used_quota"],
        blocked=None if enabled else "the account is not enabled",
        per=site.per,
    )
