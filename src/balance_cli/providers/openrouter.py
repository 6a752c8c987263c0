"""OpenRouter: an account's credits, and the spending limit of one of its keys."""

from balance_cli.provider import Api, Balances, balance, next_reset, provider


@provider(
    name="OpenRouter",
    group="gateway",
    docs="https://openrouter.ai/docs/api/api-reference/credits/get-credits",
    env=("OPENROUTER_API_KEY", "OPENROUTER_MANAGEMENT_API_KEY"),
    base="https://openrouter.ai",
    balances={"credits": "USD", "key limit": "USD", "free requests": "requests"},
    key="API key, or a management key where the account's credits must be known",
    key_page="https://openrouter.ai/docs/guides/overview/auth/management-api-keys",
)
def openrouter(api: Api) -> Balances:
    """The account's credits where the key may read them, and the key's own limit where it has one.

    The credits are documented for management keys; normal keys have been seen both answered and refused. The limit's
    ``usage`` counts a key's whole life and not the current window, so that nothing is computed from it.
    """
    key = api.get("/api/v1/key")["data"]
    account = api.get("/api/v1/credits", optional=True)
    if account is not None:
        yield balance("credits", "USD", used=account["data"]["total_usage"], limit=account["data"]["total_credits"])
    if key["limit"] is not None:
        resets = next_reset(key.get("limit_reset"), api.now)
        left, limit = key["limit_remaining"], key["limit"]
        yield balance(
            "key limit", "USD", remaining=left, limit=limit, resets_at=resets, expires_at=key.get("expires_at")
        )
    elif account is None:
        yield balance("key limit", "USD", used=key["usage"])
    if (free := key.get("free_model_daily_requests")) is not None:
        yield balance(
            "free requests",
            "requests",
            remaining=free["remaining"],
            used=free["used"],
            limit=free["limit"],
            resets_at=next_reset("day", api.now),
            gates=False,
        )
