"""New API account: the quota of an account."""

from typing import Final

from balance_cli.provider import Api, Balances, balance, plan, provider
from balance_cli.providers._new_api import soon_scale

USER: Final = (
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
    env=("NEWAPI_ACCESS_TOKEN",),
    base="",
    balances={"account": "USD, CNY or tokens"},
    key="system access token",
    auth="Authorization: {key}",
    wrong_keys={"^sk-": "a key for models"},
    unit="",
    options={"user_id": "the number of the account; most sites require it"},
    envelope=dict,
)
def new_api_account(api: Api) -> Balances:
    """The quota of the account, read with its system access token; most sites also require `user_id`.

    Each fork has its own header for ``user_id``: send all of them. ``quota`` is what remains; negative is debt.
    """
    scale = soon_scale(api)
    user = api.options.get("user_id")
    account = api.get("/api/user/self", headers=dict.fromkeys(USER, user) if user else {})["data"]
    site = scale()
    yield plan(account.get("group"))
    yield balance(
        "account", site.unit, remaining=site.amount(account["quota"]), used=site.amount(account["used_quota"])
    )
