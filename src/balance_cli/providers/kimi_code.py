"""Kimi Code: the windows of a coding subscription."""

from typing import Any, Final

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, amount, balance, first, nullable, provider

UNITS: Final = {"TIME_UNIT_SECOND": 1, "TIME_UNIT_MINUTE": 60, "TIME_UNIT_HOUR": 3_600, "TIME_UNIT_DAY": 86_400}


@provider(
    name="Kimi Code",
    group="model",
    docs="https://www.kimi.com/code/console",
    env=("KIMI_CODE_API_KEY", "KIMI_API_KEY"),
    base="https://api.kimi.com",
    balances={"weekly": "requests", "LENGTH": "requests"},
    key="Kimi Code key",
    key_page="https://www.kimi.com/code/console",
)
def kimi_code(api: Api) -> Balances:
    """Requests of the week and of shorter windows; keys of the open platform are moonshot's.

    The route is that of the vendor's own command line, whose names for a reset have changed several times.
    """
    usages = api.get("/coding/v1/usages")
    yield _window("weekly", usages["usage"])
    for limit in () if usages.get("limits") is None else usages["limits"]:
        yield _window(_length(limit["window"]), limit["detail"])


def _window(name: str, said: Any) -> Balance:
    return balance(
        name,
        "requests",
        remaining=said["remaining"],
        used=nullable(said.get("used")),
        limit=said["limit"],
        resets_at=first(said, "resetTime", "resetAt", "reset_at", "reset_time"),
    )


def _length(window: Any) -> str:
    """Return a window's length in the largest unit that measures it."""
    unit, count = UNITS[window["timeUnit"]], int(amount(window["duration"]))
    for name, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if count * unit % length == 0:
            return f"{count * unit // length} {name}"
    return f"{count * unit} seconds"
