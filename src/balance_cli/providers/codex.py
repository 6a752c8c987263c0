"""Codex: the windows of a ChatGPT plan."""

from collections.abc import Iterator
from typing import Any

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, Rejected, balance, first, flag, nullable, plan, provider
from balance_cli.providers._window import name_window, percent, reset_after


@provider(
    name="Codex",
    group="plan",
    docs="https://developers.openai.com/codex/pricing",
    env=("CODEX_ACCESS_TOKEN",),
    base="https://chatgpt.com",
    balances={
        **dict.fromkeys(("weekly", "LENGTH hours", "monthly", "NAME weekly", "NAME hours"), "percent"),
        "credits": "credits",
    },
    key="access token of a ChatGPT login",
    wrong_keys={"^sk-": "an API key, which has no plan"},
    options={"account_id": "the workspace, if not the one of the login"},
    files={
        "${CODEX_HOME:-~/.codex}/auth.json": "tokens.access_token",
        "~/.codex-*/auth.json": "tokens.access_token",
    },
    beside={"account_id": "account_id"},
    tool="codex",
    top_up="https://chatgpt.com/codex/settings/usage",
    published=False,
)
def codex(api: Api) -> Balances:
    """The windows of a ChatGPT plan, in percent; credits are spent after them.

    The route is that of the vendor's own command-line tool. A business plan may have no windows, but a monthly limit
    for each member.
    """
    account = api.options.get("account_id")
    answer = api.get("/backend-api/wham/usage", headers={} if account is None else {"ChatGPT-Account-Id": account})
    yield plan(answer["plan_type"])
    limits = answer.get("rate_limit")
    if limits is not None:
        yield from _gating(api, limits)
    yield from _member_limit(answer.get("spend_control"), gates=limits is None)
    if answer.get("additional_rate_limits") is not None:
        for other in answer["additional_rate_limits"]:
            yield from _windows(api, other.get("rate_limit"), f"{other['limit_name']} ", gates=False)
    yield from _windows(api, answer.get("code_review_rate_limit"), "code review ", gates=False)
    yield from _credits(answer.get("credits"))


def _gating(api: Api, limits: Any) -> Iterator[Balance]:
    """Yield the windows of all work; raise Rejected if it is not allowed although something remains in each."""
    windows = list(_windows(api, limits, gates=True))
    if not flag(limits["allowed"], "allowed") and all(window.remaining and window.remaining > 0 for window in windows):
        raise Rejected("the plan does not allow requests at present")
    yield from windows


def _windows(api: Api, limits: Any, prefix: str = "", *, gates: bool) -> Iterator[Balance]:
    """Yield the windows, the longest first; a lone weekly window is in the place of the short one."""
    slots = () if limits is None else (limits.get("primary_window"), limits.get("secondary_window"))
    for window in sorted(filter(_is_there, slots), key=lambda one: -one["limit_window_seconds"]):
        length = window["limit_window_seconds"]
        resets = first(window, "reset_at")
        resets = reset_after(api, window.get("reset_after_seconds")) if resets is None else resets
        name = f"{prefix}{name_window(int(length))}"
        yield percent(name, window["used_percent"], resets_at=resets, window=length, gates=gates)


def _is_there(window: Any) -> bool:
    return window is not None


def _member_limit(control: Any, *, gates: bool) -> Iterator[Balance]:
    """Yield the monthly limit of a member of a workspace."""
    limit = None if control is None else control.get("individual_limit")
    if limit is not None:
        remaining, resets = limit["remaining_percent"], limit.get("reset_at")
        yield balance("monthly", "percent", remaining=remaining, limit=100, resets_at=resets, gates=gates)


def _credits(pool: Any) -> Iterator[Balance]:
    if pool is not None and (flag(pool["has_credits"], "has_credits") or flag(pool["unlimited"], "unlimited")):
        left, unlimited = nullable(pool.get("balance")), pool["unlimited"]
        yield balance("credits", "credits", remaining=left, unlimited=unlimited, gates=False)
