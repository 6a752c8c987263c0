"""New API and its relatives: convert quota to the unit of a site."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from balance_cli.provider import Api, Misconfigured, Unexpected, amount

USUAL: Final = Decimal(500_000)
UNREAD: Final = "a key without a limit spends the balance of its account: check that with the provider new-api-account"
_NOISE: Final = Decimal("1e-15")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The unit in which a site shows quota: ``per`` units of quota are one US dollar, which costs ``rate`` there.

    On the pages of the old dashboard it costs ``paged``: they do not know a site's own currency.
    """

    unit: str
    per: Decimal = Decimal(1)
    rate: Decimal = Decimal(1)
    paged: Decimal = Decimal(1)

    def amount(self, quota: object) -> Decimal:
        """Convert quota to the unit of the site."""
        return amount(amount(quota) * self.rate, per=self.per)

    def page(self, sent: object, *, per: int = 1) -> Decimal:
        """Convert an amount from a page of the old dashboard to the unit of the site.

        The server computes it from whole units of quota in binary floating point: if it is as close to a whole number
        of units as that allows, restore that number. Anything else has another scale, and stays as it was sent.
        """
        value = amount(sent, per=per)
        quota = value * self.per / self.paged
        whole = quota.to_integral_value()
        return self.amount(whole) if abs(quota - whole) <= abs(quota) * _NOISE else value * (self.rate / self.paged)


def soon_scale(api: Api) -> Callable[[], Scale]:
    """Request ``/api/status`` of a site, which needs no key; return a function that waits for the scale."""
    status = api.soon("/api/status", auth="", missing_ok=True)
    return lambda: _scale(api, status())


def _scale(api: Api, answer: Any) -> Scale:
    """Return the scale of a site from its status page, or the usual scale without that page.

    CNY and a site's own currency are its prices, at its own rate. Quota that a site shows as tokens is not converted.
    Callers have the envelope ``dict``, so that a response of ``null`` is not mistaken for a missing page.
    """
    if answer is None:
        return Scale(unit=api.unit or "USD", per=USUAL)
    site = answer["data"]
    shown = site.get("quota_display_type")
    if shown == "TOKENS" or not site.get("display_in_currency", True):
        return Scale(unit="tokens")
    per = _positive(site.get("quota_per_unit", USUAL))
    match shown:
        case None:
            return Scale(unit=api.unit or "USD", per=per)
        case "USD":
            return Scale(unit="USD", per=per)
        case "CNY":
            rate = _positive(site["usd_exchange_rate"])
            return Scale(unit="CNY", per=per, rate=rate, paged=rate)
        case "CUSTOM" if api.unit:
            return Scale(unit=api.unit, per=per, rate=_positive(site["custom_currency_exchange_rate"]))
        case "CUSTOM":
            raise Misconfigured("the site has its own currency", hint='set it in the profile, like unit = "EUR"')
    raise Unexpected("the site shows its quota in an unknown unit")


def _positive(value: object) -> Decimal:
    rate = amount(value, "the site's rate")
    if rate <= 0:
        raise Unexpected("the site's rate is not above zero")
    return rate
