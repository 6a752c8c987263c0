"""Synthetic: the windows of a subscription."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Synthetic",
    group="gateway",
    docs="https://dev.synthetic.new/docs/synthetic/quotas",
    env=("SYNTHETIC_API_KEY",),
    base="https://api.synthetic.new",
    balances={"weekly": "USD", "requests": "requests", "five hours": "requests", "search": "requests"},
    top_up="https://synthetic.new/billing",
)
def synthetic(api: Api) -> Balances:
    """The weekly credits or the requests of a subscription, and its five-hour window; both refill gradually."""
    quotas = api.get("/v2/quotas")
    if (weekly := quotas.get("weeklyTokenLimit")) is not None:
        remaining, limit = _dollars(weekly["remainingCredits"]), _dollars(weekly["maxCredits"])
        yield balance("weekly", "USD", remaining=remaining, limit=limit)
    else:
        requests = quotas["subscription"]
        used, limit = requests["requests"], requests["limit"]
        yield balance("requests", "requests", used=used, limit=limit, resets_at=requests["renewsAt"])
    if (rolling := quotas.get("rollingFiveHourLimit")) is not None:
        yield balance("five hours", "requests", remaining=rolling["remaining"], limit=rolling["max"])
    if (search := quotas.get("search")) is not None and (hourly := search.get("hourly")) is not None:
        used, limit, resets = hourly["requests"], hourly["limit"], hourly["renewsAt"]
        yield balance("search", "requests", used=used, limit=limit, resets_at=resets, gates=False)


def _dollars(text: str) -> str:
    """Strip the dollar sign with which amounts are documented to begin."""
    return text.removeprefix("$")
