"""xAI: a team's prepaid credits, and the limit of what it pays afterwards."""

from decimal import Decimal
from typing import Any

from balance_cli.provider import Api, Balances, Misconfigured, amount, balance, provider, segment


@provider(
    name="xAI",
    group="model",
    docs="https://docs.x.ai/developers/rest-api-reference/management/billing",
    env=("XAI_MANAGEMENT_API_KEY",),
    base="https://management-api.x.ai",
    balances={"prepaid": "USD", "postpaid limit": "USD"},
    key="management key",
    key_page="https://console.x.ai",
    options={"team_id": "the team; without it the key says which"},
)
def xai(api: Api) -> Balances:
    """A team's prepaid credits less this cycle's use; a management key with billing access is needed.

    The ledger counts the other way round (bought credit is negative) and in cents, and use is posted to it at the end
    of a cycle: the preview of the invoice knows it earlier. The sign of ``prepaidCreditsUsed`` is not confirmed: it
    is read as use whatever it is.
    """
    team = segment(api.options.get("team_id") or _team(api.get("/auth/management-keys/validation")))
    posted = api.get(f"/v1/billing/teams/{team}/prepaid/balance", optional=True)
    preview = api.get(f"/v1/billing/teams/{team}/postpaid/invoice/preview", optional=True)
    if preview is not None:
        yield from _live(preview, posted)
    elif posted is not None:
        yield balance("prepaid", "USD", remaining=-_usd(posted["total"]))


def _live(preview: Any, posted: Any) -> Balances:
    """Yield what remains now; a team without credits stops at its limit alone, and may have no ledger either."""
    invoice = preview["coreInvoice"]
    total = None if posted is None else posted.get("total")
    credit = -_usd(invoice.get("prepaidCredits", total))
    prepaid = credit != 0 or _usd(total) != 0
    if prepaid:
        yield balance("prepaid", "USD", remaining=credit - abs(_usd(invoice.get("prepaidCreditsUsed"))))
    limit, used = amount(preview.get("effectiveSpendingLimit", 0), per=100), _usd(invoice.get("totalWithCorr"))
    yield balance("postpaid limit", "USD", used=used, limit=limit, gates=not prepaid)


def _team(validation: Any) -> str:
    """Return the team of a key; an organization's key has none of its own."""
    team = validation.get("teamId", "")
    if team == "" and validation["scope"] == "SCOPE_TEAM":
        team = validation["scopeId"]
    if team == "":
        raise Misconfigured("this key is an organization's, which has several teams", hint="say team_id in the profile")
    return str(team)


def _usd(ledger: Any) -> Decimal:
    """Return the USD of a ledger's cents; proto3's JSON leaves out what is zero, and what is not set."""
    return amount(0 if ledger is None else ledger.get("val", 0), per=100)
