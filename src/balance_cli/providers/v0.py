"""v0: the credits of a plan."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="v0",
    group="plan",
    docs="https://v0.app/docs/api/v1/reference/user/get-billing",
    env=("V0_API_KEY",),
    base="https://api.v0.dev",
    balances={"credits": "credits", "on demand": "credits"},
    key_page="https://v0.app/chat/settings/keys",
    top_up="https://v0.app/chat/settings/billing",
)
def v0(api: Api) -> Balances:
    """The credits of a plan; those that were bought are spent after them. The vendor calls this version deprecated."""
    answer = api.get("/v1/user/billing")
    kind, found = answer["billingType"], answer["data"]
    if kind == "legacy":
        remaining, limit, resets = found["remaining"], found["limit"], found.get("reset")
        yield balance("credits", "credits", remaining=remaining, limit=limit, resets_at=resets)
        return
    yield plan(found.get("plan"))
    pool, cycle = found["balance"], found.get("billingCycle")
    resets = None if cycle is None else cycle.get("end")
    yield balance("credits", "credits", remaining=pool["remaining"], limit=pool["total"], resets_at=resets)
    if found.get("onDemand") is not None:
        yield balance("on demand", "credits", remaining=found["onDemand"]["balance"], gates=False)
