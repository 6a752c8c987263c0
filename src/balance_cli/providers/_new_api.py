"""New API and its relatives: units of quota, and what a site makes of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from balance_cli.provider import Api, Misconfigured, Unexpected, amount

USUAL: Final = Decimal(500_000)
UNREAD: Final = "a key without a limit spends its account's balance: check that, with the provider new-api-account"
_NOISE: Final = Decimal("1e-15")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The unit in which a site shows quota: ``per`` units of quota make one US dollar, which costs ``rate`` there.

    On the old dashboard's pages it costs ``paged``: these know nothing of a currency of the site's own.
    """

    unit: str
    per: Decimal = Decimal(1)
    rate: Decimal = Decimal(1)
    paged: Decimal = Decimal(1)

    def amount(self, quota: object) -> Decimal:
        """Return what this much quota comes to."""
        return amount(amount(quota) * self.rate, per=self.per)

    def page(self, sent: object, *, per: int = 1) -> Decimal:
        """Return what an amount of the old dashboard's pages comes to.

        The server makes a binary fraction of whole units of quota: what is as close to whole ones as such a fraction
        can be is these. Anything else is of another scale, and stays as it was sent.
        """
        said = amount(sent, per=per)
        quota = said * self.per / self.paged
        whole = quota.to_integral_value()
        return self.amount(whole) if abs(quota - whole) <= abs(quota) * _NOISE else said * (self.rate / self.paged)


def scale(api: Api) -> Scale:
    """Return a site's scale, which its ``/api/status`` says without a key; a site without that page has the usual one.

    CNY and a site's own currency are its prices, at its own rate. Quota that a site shows as tokens is taken as it is.
    Whoever asks has the envelope ``dict``, so that an answer of ``null`` is not taken for a page that is missing.
    """
    answer = api.get("/api/status", auth="", missing_ok=True)
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
            raise Misconfigured(
                "the site has a currency of its own", hint='say which in the profile, like unit = "EUR"'
            )
    raise Unexpected("the site shows its quota in a unit that is not known")


def _positive(value: object) -> Decimal:
    rate = amount(value, "the site's rate")
    if rate <= 0:
        raise Unexpected("the site's rate is not above zero")
    return rate
