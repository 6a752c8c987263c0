"""OpenRouter: the credits of an account, and the limit and budgets of a key."""

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, balance, next_reset, provider


@provider(
    name="OpenRouter",
    group="gateway",
    docs="https://openrouter.ai/docs/api/api-reference/credits/get-credits",
    env=("OPENROUTER_API_KEY", "OPENROUTER_MANAGEMENT_API_KEY"),
    base="https://openrouter.ai",
    balances={"credits": "USD", "key limit": "USD", "SCOPE budget": "USD", "free requests": "requests"},
    key="API key, or a management key to read the account's credits",
    key_page="https://openrouter.ai/docs/guides/overview/auth/management-api-keys",
    top_up="https://openrouter.ai/settings/credits",
    unread="a management key shows the account's credits",
)
def openrouter(api: Api) -> Balances:
    """The credits of the account if the key may read them, the limit of the key, and the budgets of its workspace.

    The credits are documented for management keys; normal keys sometimes can read them and sometimes cannot. ``usage``
    covers the whole life of a key, not the current window of its limit, so nothing is computed from it.
    """
    credit = api.soon("/api/v1/credits", optional=True)
    key = api.get("/api/v1/key")["data"]
    budgets = list(_budgets(key))
    account = credit()
    if account is not None:
        yield balance("credits", "USD", used=account["data"]["total_usage"], limit=account["data"]["total_credits"])
    if key["limit"] is not None:
        resets = next_reset(key.get("limit_reset"), api.now)
        remaining, limit = key["limit_remaining"], key["limit"]
        yield balance(
            "key limit", "USD", remaining=remaining, limit=limit, resets_at=resets, expires_at=key.get("expires_at")
        )
    elif account is None and not budgets:
        yield balance("key limit", "USD", used=key["usage"], uncapped=True)
    yield from budgets
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


def _budgets(key: Mapping[str, Any]) -> Iterator[Balance]:
    """Yield the budgets that apply to a key, the one with the lowest remaining amount first.

    Older responses have none. They include the limit of the key; skip it if the key itself reports it.
    """
    if "budgets" not in key and "effective_budget" not in key:
        return
    for layer in sorted(key["budgets"], key=itemgetter("remaining_usd")):
        if layer["scope"] == "key_limit" and key["limit"] is not None:
            continue
        every, scope = layer["reset_interval"], layer["scope"].replace("_", " ")
        yield balance(
            f"{scope} budget" if every is None else f"{every} {scope} budget",
            "USD",
            remaining=layer["remaining_usd"],
            used=layer["spend_usd"],
            limit=layer["limit_usd"],
            resets_at=layer.get("resets_at"),
        )
