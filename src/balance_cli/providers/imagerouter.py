"""ImageRouter: deposits less usage, and the spending limits of single keys."""

from balance_cli.provider import Api, Balances, Misconfigured, balance, end_of_period, provider


@provider(
    name="ImageRouter",
    group="gateway",
    docs="https://docs.imagerouter.io",
    env="IMAGEROUTER_API_KEY",
    base="https://api.imagerouter.io",
    balances={"credits": "USD", "key NAME": "USD"},
    options={"api_key_name": "the name of this profile's key, whose own limit then gates too"},
)
def imagerouter(api: Api) -> Balances:
    """Deposits less usage, and one balance for every key that has a spending limit of its own."""
    account = api.get("/v1/credits", params={"by_api_key": "true"})
    yield balance(
        "credits",
        "USD",
        remaining=account["remaining_credits"],
        used=account["credit_usage"],
        limit=account["total_deposits"],
    )
    keys, own = account.get("usage_by_api_key", ()), api.options.get("api_key_name")
    if own and own not in [key["api_key_name"] for key in keys]:
        raise Misconfigured(f"the account has no key named {own}", hint="correct api_key_name")
    for key in keys:
        if key["spend_limit"] is not None:
            name = key["api_key_name"]
            yield balance(
                f"key {name}",
                "USD",
                used=key["period_spend"],
                limit=key["spend_limit"],
                resets_at=end_of_period(key["period_start"], key["spend_limit_period"]),
                expires_at=key["expires_at"],
                gates=name == own,
                blocked="the key is not active" if name == own and not key["is_active"] else None,
            )
