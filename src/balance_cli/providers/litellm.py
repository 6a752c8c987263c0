"""LiteLLM proxy: the budgets of a key, of its team and of its user."""

from typing import Any

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="LiteLLM proxy",
    group="own",
    docs="https://docs.litellm.ai/docs/proxy/virtual_keys",
    env=("LITELLM_API_KEY", "LITELLM_PROXY_API_KEY"),
    base="",
    balances={"key": "USD", "team": "USD", "user": "USD"},
    key="virtual key",
)
def litellm(api: Api) -> Balances:
    """The budgets of the key, its team and its user; spending reaches them up to a minute late.

    Without a budget of its own a key is limited by its team, or where it has none by its user: with a team the user's
    personal budget is not what stops it.
    """
    key = api.get("/key/info")["info"]
    team, user = key["team_id"], key["user_id"]
    found = [_budget("key", key)] if key["max_budget"] is not None else []
    if team and (answer := api.get("/team/info", params={"team_id": team}, optional=True)):
        found += [_budget("team", answer["team_info"])] if answer["team_info"]["max_budget"] is not None else []
    if user and (answer := api.get("/user/info", params={"user_id": user}, optional=True)):
        info = answer["user_info"]
        found += [_budget("user", info, gates=not team)] if info["max_budget"] is not None else []
    yield from found or [balance("key", "USD", used=key["spend"], expires_at=key.get("expires"))]


def _budget(name: str, info: Any, *, gates: bool = True) -> Balance:
    return balance(
        name,
        "USD",
        used=info["spend"],
        limit=info["max_budget"],
        resets_at=info.get("budget_reset_at"),
        expires_at=info.get("expires"),
        gates=gates,
        blocked="it is blocked" if info.get("blocked") else None,
    )
