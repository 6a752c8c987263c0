"""LiteLLM proxy: the budgets of a key, of its team and of its user."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, balance, nullable, provider

_NOBODY: Final = (None, "")


@provider(
    name="LiteLLM proxy",
    group="own",
    docs="https://docs.litellm.ai/docs/proxy/virtual_keys",
    env=("LITELLM_API_KEY", "LITELLM_PROXY_API_KEY"),
    base="",
    balances={"key": "USD", "key WINDOW": "USD", "team": "USD", "team WINDOW": "USD", "user": "USD"},
    key="virtual key",
    envelope=dict,
)
def litellm(api: Api) -> Balances:
    """The budgets of the key, its team and its user; they are up to a minute late.

    A key in a team is limited by the budget of the team, not by that of its user. Keys and teams may also have windows
    with their own budgets. If no budget that limits the key is known, what remains is not known either: then the
    spending of the key is the headline.
    """
    key = api.get("/key/info")["info"]
    budgets = [_budget("key", key), *_windows("key", key)]
    read_team, read_user = _info(api, "team", key["team_id"]), _info(api, "user", key["user_id"])
    if (team := read_team()) is not None:
        budgets += [_budget("team", team), *_windows("team", team)]
    if (user := read_user()) is not None:
        budgets.append(_budget("user", user, gates=key["team_id"] in _NOBODY))
    known = [budget for budget in budgets if budget.limit is not None]
    if not any(budget.gates for budget in known):
        yield budgets[0]
    yield from known


def _info(api: Api, kind: str, name: Any) -> Callable[[], Any]:
    """Request the data of the key's team or user; return a function that waits for it.

    That function returns ``None`` if the key has no team or user, or may not read it.
    """
    if name in _NOBODY:
        return lambda: None
    info = api.soon(f"/{kind}/info", params={f"{kind}_id": name}, optional=True)
    return lambda: None if (answer := info()) is None else answer[f"{kind}_info"]


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


def _windows(name: str, info: Any) -> Iterator[Balance]:
    """Yield the budget of each window; use in a window is reported only for keys, and only by newer versions."""
    usage, windows = info.get("budget_limits_usage"), info.get("budget_limits")
    for window in () if windows is None and usage is None else windows:
        length = window["budget_duration"]
        yield balance(
            f"{name} {length}",
            "USD",
            used=nullable(None if usage is None else usage[length]["current_spend"]),
            limit=window["max_budget"],
            resets_at=window.get("reset_at"),
        )
