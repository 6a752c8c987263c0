"""Hunter: the credits of a plan."""

from balance_cli.provider import UNSAID, Api, Balances, balance, plan, provider


@provider(
    name="Hunter",
    group="message",
    docs="https://hunter.io/api-documentation/v2#account",
    env=("HUNTER_API_KEY",),
    base="https://api.hunter.io",
    balances={"credits": "credits", "searches": "searches", "verifications": "verifications"},
    auth="X-API-KEY: {key}",
    codes={403: 429},
    top_up="https://hunter.io/pricing",
)
def hunter(api: Api) -> Balances:
    """The remaining credits of the month; older plans count searches. Verifications do not gate.

    The vendor uses 403 for too many requests.
    """
    account = api.get("/v2/account")["data"]
    yield plan(account["plan_name"])
    requests = account["requests"]
    headline = "credits" if "credits" in requests else "searches"
    for name in (headline, "verifications"):
        pool, gates = requests[name], name == headline
        remaining, used, limit = pool.get("remaining", UNSAID), pool["used"], pool["available"]
        resets_at = account.get("reset_date")
        yield balance(name, name, remaining=remaining, used=used, limit=limit, resets_at=resets_at, gates=gates)
