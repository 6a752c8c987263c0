"""sub2api: the quota of a key, or the subscription or wallet behind it."""

from typing import Any, Final

from balance_cli.provider import Api, Balances, Unexpected, balance, plan, provider

WALLET: Final = "钱包余额"
"""The plan name of an account that has only a wallet."""
UNLIMITED: Final = -1


@provider(
    name="sub2api",
    group="own",
    docs="https://github.com/Wei-Shaw/sub2api",
    env=("SUB2API_API_KEY",),
    base="",
    balances=dict.fromkeys(("quota", "subscription", "wallet", "LENGTH window", "daily", "weekly", "monthly"), "USD"),
)
def sub2api(api: Api) -> Balances:
    """The quota of the key, or else its subscription or wallet, and every window that limits its spending.

    The site clamps ``remaining`` of a window at zero, so compute it from ``limit`` and ``used``. It does not report
    when the windows of a subscription reset.
    """
    answer = api.get("/v1/usage")
    blocked = None if answer["isValid"] else "the key is not valid"
    if answer.get("mode") == "quota_limited":
        yield from _key(answer, blocked)
    elif "subscription" in answer:
        yield from _subscription(answer, blocked)
    elif "balance" in answer:
        yield balance("wallet", "USD", remaining=answer["remaining"], blocked=blocked)
    elif "mode" not in answer and "remaining" in answer:
        yield from _first(answer, blocked)
    else:
        raise Unexpected("the response has no quota, no wallet and no active subscription")


def _key(answer: Any, blocked: str | None) -> Balances:
    if answer["status"] != "active":
        blocked = f"the key is {answer['status']}"
    if "quota" in answer or "remaining" in answer:
        quota, expires = answer["quota"], answer.get("expires_at")
        amounts = {name: quota[name] for name in ("remaining", "used", "limit")}
        yield balance("quota", "USD", **amounts, expires_at=expires, blocked=blocked)
        blocked = None
    for window in answer.get("rate_limits", ()):
        name, resets = f"{window['window']} window", window.get("reset_at")
        yield balance(name, "USD", used=window["used"], limit=window["limit"], resets_at=resets, blocked=blocked)


def _first(answer: Any, blocked: str | None) -> Balances:
    """Yield the balance from the first servers (December 2025), where only the name of the plan says what it is."""
    name, remaining = answer["planName"], answer["remaining"]
    if name == WALLET:
        yield balance("wallet", "USD", remaining=remaining, blocked=blocked)
    else:
        yield plan(name)
        yield balance("subscription", "USD", remaining=remaining, unlimited=remaining == UNLIMITED, blocked=blocked)


def _subscription(answer: Any, blocked: str | None) -> Balances:
    """Yield a subscription and its limits.

    At some servers a limit of 0 allows nothing, and 0 remains; at the others it means no limit.
    """
    subscription, remaining = answer["subscription"], answer["remaining"]
    limits = {name: subscription[f"{name}_limit_usd"] for name in ("daily", "weekly", "monthly")}
    windows = {name: limit for name, limit in limits.items() if limit is not None and (limit != 0 or remaining == 0)}
    yield plan(answer.get("planName"))
    yield balance(
        "subscription",
        "USD",
        remaining=remaining,
        unlimited=remaining == UNLIMITED and not windows,
        expires_at=subscription.get("expires_at"),
        blocked=blocked,
    )
    for name, limit in windows.items():
        yield balance(name, "USD", used=subscription[f"{name}_usage_usd"], limit=limit)
