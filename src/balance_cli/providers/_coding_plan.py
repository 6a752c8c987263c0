"""Z.ai and Zhipu: the windows of a coding plan in percent, and its allowance of tool calls."""

from collections.abc import Mapping
from typing import Any, Final

from balance_cli.provider import Api, Balances, amount, balance, coded, first, plan

HOURS: Final = {1: 24, 3: 1, 6: 7 * 24}
WEEK: Final = 7 * 24
payload = coded(200)


def windows(api: Api, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Balances:
    """Yield the weekly window first, or else the shortest; then the others, and the tools.

    ``percentage`` is the share that was used. ``unit`` and ``number`` identify a window, because towards the end of a
    week the longer one may reset first.
    """
    answer = api.get("/api/monitor/usage/quota/limit", params=params, headers=headers)
    yield plan(first(answer, "planName", "plan", "plan_type", "packageName", "level"))
    limits = answer["limits"]
    for hours, limit in sorted(
        ((_hours(limit), limit) for limit in limits if limit["type"] != "TIME_LIMIT"),
        key=lambda window: (window[0] != WEEK, window[0]),
    ):
        name = "weekly" if hours == WEEK else f"{hours} hours"
        resets, length = limit.get("nextResetTime"), hours * 3600
        yield balance(name, "percent", used=limit["percentage"], limit=100, resets_at=resets, window=length)
    for limit in limits:
        if limit["type"] == "TIME_LIMIT":
            used, cap, resets = limit["currentValue"], limit["usage"], limit.get("nextResetTime")
            yield balance("tools", "requests", used=used, limit=cap, resets_at=resets, gates=False)


def _hours(limit: Any) -> int:
    """Return the length of a window in hours; the number of a week is one or seven."""
    number = 1 if limit["unit"] == 6 else int(amount(limit["number"]))  # noqa: PLR2004 - the vendor's code of a week
    return HOURS[limit["unit"]] * number
