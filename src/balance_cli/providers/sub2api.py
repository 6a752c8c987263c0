"""sub2api: a quota, a subscription or a wallet, and the windows of a key."""

from balance_cli.provider import Api, Balances, Rejected, balance, plan, provider


@provider(
    name="sub2api",
    group="own",
    docs="https://github.com/Wei-Shaw/sub2api",
    env="SUB2API_API_KEY",
    base="",
    balances={
        "quota": "USD",
        "subscription": "USD",
        "wallet": "USD",
        "weekly": "USD",
        "monthly": "USD",
        "WINDOW": "USD",
    },
)
def sub2api(api: Api) -> Balances:
    """A key's quota, a subscription's limits or a wallet, and the key's windows.

    The fields are those of the server's public code. Without a limit a subscription's ``remaining`` is -1.
    """
    answer = api.get("/v1/usage")
    if not answer["isValid"]:
        raise Rejected("the key is not valid any more")
    status, expires = answer.get("status", "active"), answer.get("expires_at")
    blocked = None if status == "active" else f"the key is {status}"
    yield plan(answer.get("planName"))
    if quota := answer.get("quota"):
        left, used, limit = quota["remaining"], quota["used"], quota["limit"]
        yield balance(
            "quota", quota["unit"], remaining=left, used=used, limit=limit, expires_at=expires, blocked=blocked
        )
    for window in answer.get("rate_limits") or ():
        left, used, limit = window["remaining"], window["used"], window["limit"]
        resets = window.get("reset_at")
        yield balance(
            window["window"], "USD", remaining=left, used=used, limit=limit, resets_at=resets, blocked=blocked
        )
    if subscription := answer.get("subscription"):
        expires = subscription["expires_at"]
        limited = [n for n in ("daily", "weekly", "monthly") if subscription[f"{n}_limit_usd"] is not None]
        for name in limited:
            used, limit = subscription[f"{name}_usage_usd"], subscription[f"{name}_limit_usd"]
            yield balance(name, "USD", used=used, limit=limit, expires_at=expires)
        if not limited and answer["remaining"] == -1:
            used = subscription["monthly_usage_usd"]
            yield balance("subscription", "USD", used=used, unlimited=True, expires_at=expires)
    elif "balance" in answer:
        yield balance("wallet", answer["unit"], remaining=answer["balance"])
