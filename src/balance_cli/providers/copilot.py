"""GitHub Copilot: the monthly quota of a person."""

from typing import Any, Final

from balance_cli.model import Balance
from balance_cli.provider import UNSAID, Api, Balances, amount, balance, first, flag, plan, provider
from balance_cli.providers._window import month_until

_POOLS: Final = {
    "premium_interactions": ("premium", "interactions", True),
    "chat": ("chat", "messages", True),
    "completions": ("completions", "completions", False),
}
"""The name, the unit and whether it gates, of each field, the headline first."""


@provider(
    name="GitHub Copilot",
    group="plan",
    docs="https://docs.github.com/en/copilot/concepts/billing/copilot-requests",
    env=("COPILOT_GITHUB_TOKEN",),
    base="https://api.github.com",
    balances={"premium": "interactions", "chat": "messages", "completions": "completions", "overage": "interactions"},
    key="token of a GitHub login, as printed by `gh auth token`",
    wrong_keys={"^github_pat_": "a fine-grained token, which cannot read this"},
    codes={404: 403},
    files={
        "~/.config/github-copilot/apps.json": "values(@)[0].oauth_token",
        "~/.config/github-copilot/hosts.json": "values(@)[0].oauth_token",
        "~/.local/share/opencode/auth.json": '"github-copilot".access',
    },
    top_up="https://github.com/settings/copilot",
    unread="the organization's administrator sees what remains; copilot-billing reads what was billed",
    published=False,
)
def copilot(api: Api) -> Balances:
    """The monthly interactions of a person, or of a free plan the chat messages.

    The route is that of the vendor's editor extensions. Its field is called interactions; on most plans they are AI
    credits. A seat that an organization pays for by tokens has no quota of its own: only what was used is known.
    """
    user = api.get("/copilot_internal/user")
    yield plan(user["copilot_plan"])
    resets = first(user, "quota_reset_date_utc", "quota_reset_date", "limited_user_reset_date")
    billed = flag(user.get("token_based_billing", False), "token_based_billing")
    for field, (name, unit, gates) in _POOLS.items():
        pool = _find_pool(user, field)
        if pool is not None:
            yield _read_pool(pool, name, unit, resets, billed=billed, gates=gates)
            if flag(pool.get("overage_permitted", False), "overage_permitted"):
                yield balance("overage", unit, used=pool["overage_count"], gates=False)


def _find_pool(user: Any, field: str) -> Any:
    """Return the quota of this name; an older answer about a free plan has two objects of plain numbers instead."""
    if user.get("limited_user_quotas") is None:
        return user["quota_snapshots"].get(field)
    left = user["limited_user_quotas"].get(field)
    return None if left is None else {"entitlement": user["monthly_quotas"][field], "remaining": left}


def _read_pool(pool: Any, name: str, unit: str, resets: object, *, billed: bool, gates: bool) -> Balance:
    """Return a quota; one without an entitlement is not a quota but stands for the organization's bill."""
    unlimited = flag(pool.get("unlimited", False), "unlimited")
    if billed and (unlimited or amount(pool["entitlement"]) == 0):
        used = pool.get("credits_used", UNSAID)
        return balance(name, unit, used=used, resets_at=resets, uncapped=True, gates=gates)
    if unlimited:
        return balance(name, unit, unlimited=True, gates=gates)
    remaining, window = first(pool, "quota_remaining", "remaining"), month_until(resets)
    limit = pool["entitlement"]
    return balance(name, unit, remaining=remaining, limit=limit, resets_at=resets, window=window, gates=gates)
