"""Factory: the windows of a Droid plan."""

from typing import Final

from balance_cli.provider import Api, Balances, Unexpected, balance, first, flag, provider
from balance_cli.providers._window import HOUR, WEEK, percent, reset_after

_WINDOWS: Final = {"monthly": ("monthly", None), "weekly": ("weekly", WEEK), "fiveHour": ("5 hours", 5 * HOUR)}


@provider(
    name="Factory",
    group="plan",
    docs="https://docs.factory.ai",
    env=("FACTORY_API_KEY",),
    base="https://api.factory.ai",
    balances={
        **dict.fromkeys(("monthly", "weekly", "5 hours", "core monthly", "core weekly", "core 5 hours"), "percent"),
        "extra usage": "USD",
    },
    key_page="https://app.factory.ai/settings/api-keys",
    top_up="https://app.factory.ai/settings/billing",
    published=False,
)
def factory(api: Api) -> Balances:
    """The windows of a plan, in percent; extra usage is spent after them.

    The route is that of the vendor's own command-line tool. A window that has ended keeps its last percentage until
    the next request. Plans that are billed in another way are not supported.
    """
    answer = api.get("/api/billing/limits")
    if not flag(answer["usesTokenRateLimitsBilling"], "usesTokenRateLimitsBilling"):
        raise Unexpected("this plan has no windows", hint="the plan is of an older kind, which balance cannot read")
    for pool, prefix in (("standard", ""), ("core", "core ")):
        for field, (title, length) in _WINDOWS.items():
            window = answer["limits"][pool][field]
            if window is not None:
                end = first(window, "windowEnd")
                end = reset_after(api, window.get("secondsRemaining")) if end is None else end
                name, used = f"{prefix}{title}", window["usedPercent"]
                yield percent(name, used, resets_at=end, window=length, gates=not prefix)
    if answer.get("extraUsageBalanceCents") is not None:
        yield balance("extra usage", "USD", remaining=answer["extraUsageBalanceCents"], per=100, gates=False)
