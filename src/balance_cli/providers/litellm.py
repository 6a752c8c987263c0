"""LiteLLM proxy: the budgets of a key, of its team and of its user."""

from typing import Any

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, balance, nullable, provider


@provider(
    name="LiteLLM proxy",
    group="own",
    docs="https://docs.litellm.ai/docs/proxy/virtual_keys",
    env=("LITELLM_API_KEY", "LITELLM_PROXY_API_KEY"),
    base="",
    balances={"key": "USD", "team": "USD", "user": "USD"},
    key="virtual key",
    envelope=dict,
)
def litellm(api: Api) -> Balances:
    """The budgets of the key, its team and its user; spending reaches them up to a minute late.

    A key in a team is limited by the team's budget and not by its user's own. Where no budget that limits the key is
    known, neither is what remains: the key's spending comes first then.
    """
    key = api.get("/key/info")["info"]
    team, user = key["team_id"], key["user_id"]
    budgets = [_budget("key", key)]
    if team is not None and (answer := api.get("/team/info", params={"team_id": team}, optional=True)) is not None:
        budgets.append(_budget("team", answer["team_info"]))
    if user is not None and (answer := api.get("/user/info", params={"user_id": user}, optional=True)) is not None:
        budgets.append(_budget("user", answer["user_info"], gates=team is None))
    known = [budget for budget in budgets if budget.limit is not None]
    if not any(budget.gates for budget in known):
        yield budgets[0]
    yield from known


def _budget(name: str, info: Any, *, gates: bool = True) -> Balance:
    limit, table = info["max_budget"], info.get("litellm_budget_table")
    return balance(
        name,
        "USD",
        used=info["spend"],
        limit=nullable(table["max_budget"] if limit is None and table is not None else limit),
        resets_at=info.get("budget_reset_at"),
        expires_at=info.get("expires"),
        gates=gates,
        blocked="it is blocked" if info.get("blocked") else None,
    )
