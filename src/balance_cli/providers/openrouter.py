"""OpenRouter: an account's credits, and the budgets within which one of its keys may spend them."""

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
    key="API key, or a management key where the account's credits must be known",
    key_page="https://openrouter.ai/docs/guides/overview/auth/management-api-keys",
    unread="a management key shows the account's credits",
)
def openrouter(api: Api) -> Balances:
    """The account's credits where the key may read them, the key's own limit, and its workspace's budgets.

    The credits are documented for management keys; normal keys have been seen both answered and refused. The limit's
    ``usage`` counts a key's whole life and not the current window, so that nothing is computed from it.
    """
    key = api.get("/api/v1/key")["data"]
    budgets = list(_budgets(key))
    account = api.get("/api/v1/credits", optional=True)
    if account is not None:
        yield balance("credits", "USD", used=account["data"]["total_usage"], limit=account["data"]["total_credits"])
    if key["limit"] is not None:
        resets = next_reset(key.get("limit_reset"), api.now)
        left, limit = key["limit_remaining"], key["limit"]
        yield balance(
            "key limit", "USD", remaining=left, limit=limit, resets_at=resets, expires_at=key.get("expires_at")
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
    """Yield the budgets around a key's own limit, the one with the least remaining first.

    Older answers have none. The key's own limit is among them, and is left out where the key itself shows it.
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
