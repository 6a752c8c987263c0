"""Grok Build: the window of a SuperGrok plan."""

from typing import Any, Final

from balance_cli.provider import Api, Balances, amount, balance, parse_time, provider
from balance_cli.providers._window import percent

_PERIODS: Final = {"USAGE_PERIOD_TYPE_WEEKLY": "weekly", "USAGE_PERIOD_TYPE_MONTHLY": "monthly"}


@provider(
    name="Grok Build",
    group="plan",
    docs="https://docs.x.ai/build/overview",
    env=("GROK_ACCESS_TOKEN",),
    base="https://cli-chat-proxy.grok.com",
    balances={"weekly": "percent", "monthly": "percent", "on demand": "USD"},
    key="access token of a Grok login",
    wrong_keys={"^xai-": "an API key, which the provider xai reads"},
    files={"${GROK_HOME:-~/.grok}/auth.json": "values(@)[0].key"},
    tool="grok",
    top_up="https://grok.com/supergrok",
    published=False,
)
def grok_build(api: Api) -> Balances:
    """The window of a SuperGrok plan, in percent; what is billed on demand is spent after it.

    The route is that of the vendor's own command-line tool. Its responses omit zeros (proto3 JSON), so a period without
    a percentage is unused.
    """
    headers = {"x-xai-token-auth": "xai-grok-cli"}
    config = api.get("/v1/billing", params={"format": "credits"}, headers=headers)["config"]
    period = config["currentPeriod"]
    begin, end = parse_time(period.get("start")), parse_time(period.get("end"))
    length = int((end - begin).total_seconds()) if begin and end else None
    yield percent(_PERIODS[period["type"]], config.get("creditUsagePercent", 0), resets_at=end, window=length)
    cap = _cents(config.get("onDemandCap"))
    if cap > 0:
        yield balance("on demand", "USD", used=_cents(config.get("onDemandUsed")), limit=cap, per=100, gates=False)


def _cents(money: Any) -> Any:
    """Return an amount of money in cents; zeros are omitted."""
    return amount(0 if money is None else money.get("val", 0))
