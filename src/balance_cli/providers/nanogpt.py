"""NanoGPT: prepaid balance, and the windows of a subscription."""

from balance_cli.provider import Api, Balances, balance, flag, nullable, provider

WINDOWS = {
    "daily": ("daily", "requests"),
    "monthly": ("monthly", "requests"),
    "weeklyInputTokens": ("weekly input tokens", "tokens"),
    "dailyInputTokens": ("daily input tokens", "tokens"),
    "dailyImages": ("daily images", "images"),
}


@provider(
    name="NanoGPT",
    group="gateway",
    docs="https://docs.nano-gpt.com",
    env=("NANOGPT_API_KEY", "NANO_GPT_API_KEY"),
    base="https://nano-gpt.com",
    balances={
        "balance": "USD",
        "daily": "requests",
        "monthly": "requests",
        "weekly input tokens": "tokens",
        "daily input tokens": "tokens",
        "daily images": "images",
    },
    auth="x-api-key: {key}",
    top_up="https://nano-gpt.com/balance",
)
def nanogpt(api: Api) -> Balances:
    """Prepaid balance, and the windows of a subscription if there is one."""
    usage = api.soon("/api/subscription/v1/usage", optional=True)
    yield balance("balance", "USD", remaining=api.post("/api/check-balance")["usd_balance"])
    subscription = usage()
    if subscription is None or not (flag(subscription["active"], "active") or subscription["state"] == "grace"):
        return
    for field, (name, unit) in WINDOWS.items():
        if (window := subscription.get(field)) is not None:
            yield balance(
                name,
                unit,
                remaining=window["remaining"],
                used=window["used"],
                limit=nullable(subscription["limits"].get(field)),
                resets_at=window["resetAt"],
                gates=False,
            )
