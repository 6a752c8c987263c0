"""ImageRouter: deposits minus usage, and the spending limits of keys."""

from balance_cli.provider import Api, Balances, Misconfigured, balance, end_of_period, flag, provider


@provider(
    name="ImageRouter",
    group="gateway",
    docs="https://docs.imagerouter.io",
    env=("IMAGEROUTER_API_KEY",),
    base="https://api.imagerouter.io",
    balances={"credits": "USD", "key NAME": "USD"},
    options={"api_key_name": "the name of this profile's key; its limit then gates too"},
    top_up="https://imagerouter.io/pricing",
)
def imagerouter(api: Api) -> Balances:
    """Deposits minus usage, and one balance for every key that has a spending limit."""
    account = api.get("/v1/credits", params={"by_api_key": "true"})
    keys, own = account.get("usage_by_api_key", ()), api.options.get("api_key_name")
    mine = [key for key in keys if key["api_key_name"] == own]
    if own is not None and not mine:
        raise Misconfigured(f"the account has no key named {own}", hint="correct api_key_name")
    blocked = None if all(flag(key["is_active"], "is_active") for key in mine) else "the key is not active"
    yield balance(
        "credits",
        "USD",
        remaining=account["remaining_credits"],
        used=account["credit_usage"],
        limit=account["total_deposits"],
        blocked=blocked,
    )
    for key in keys:
        if key.get("spend_limit") is not None:
            yield balance(
                f"key {key['api_key_name']}",
                "USD",
                used=key["period_spend"],
                limit=key["spend_limit"],
                resets_at=end_of_period(key.get("period_start"), key.get("spend_limit_period")),
                expires_at=key.get("expires_at"),
                gates=key in mine,
                blocked=blocked if key in mine else None,
            )
