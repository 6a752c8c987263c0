"""New API and its relatives: units of quota, and what a site makes of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from balance_cli.provider import Api, Misconfigured, Unexpected, amount

USUAL: Final = Decimal(500_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The unit in which a site shows its quota, and how much quota makes one of it."""

    unit: str
    per: Decimal


def scale(api: Api) -> Scale:
    """Return a site's scale, which its `/api/status` says without a key; a site without that page has the usual one.

    CNY and a site's own currency are its prices, at its own rate. Quota that a site shows as tokens is taken as it is.
    """
    answer = api.get("/api/status", auth="", missing_ok=True)
    status: dict[str, Any] = answer["data"] if answer else {}
    per, shown = _positive(status.get("quota_per_unit", USUAL)), status.get("quota_display_type")
    if shown == "TOKENS" or status.get("display_in_currency") is False:
        return Scale(unit="tokens", per=Decimal(1))
    if shown == "CNY":
        return Scale(unit="CNY", per=per / _positive(status["usd_exchange_rate"]))
    if shown == "CUSTOM":
        if not api.unit:
            raise Misconfigured("the site has a currency of its own", hint="say unit in the profile")
        return Scale(unit=api.unit, per=per / _positive(status["custom_currency_exchange_rate"]))
    return Scale(unit="USD" if shown == "USD" else api.unit or "USD", per=per)


def _positive(value: object) -> Decimal:
    rate = amount(value, "the site's rate")
    if rate <= 0:
        raise Unexpected("the site's rate is not above zero")
    return rate
