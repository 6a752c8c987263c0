"""xAI: the prepaid credits of a team, and its postpaid limit."""

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
    unfit={"XAI_API_KEY": "reading credits needs a management key"},
    key_page="https://console.x.ai",
    options={"team_id": "the team (default: the team of the key)"},
    top_up="https://console.x.ai/team/default/billing",
)
def xai(api: Api) -> Balances:
    """The prepaid credits of a team minus the use of this cycle; needs a management key with billing access.

    The ledger is in cents, with reversed signs (bought credit is negative). Use is posted to it at the end of a cycle;
    the invoice preview has it earlier. The sign of ``prepaidCreditsUsed`` is not confirmed, so ignore it.
    """
    team = segment(api.options.get("team_id") or _team(api.get("/auth/management-keys/validation")))
    invoice = api.soon(f"/v1/billing/teams/{team}/postpaid/invoice/preview", optional=True)
    posted = api.get(f"/v1/billing/teams/{team}/prepaid/balance", optional=True)
    preview = invoice()
    if preview is not None:
        yield from _live(preview, posted)
    elif posted is not None:
        yield balance("prepaid", "USD", remaining=-_usd(posted["total"]))


def _live(preview: Any, posted: Any) -> Balances:
    """Yield what remains now; a team without credits is stopped only by its limit, and may have no ledger."""
    invoice = preview["coreInvoice"]
    total = None if posted is None else posted.get("total")
    credit = -_usd(invoice.get("prepaidCredits", total))
    prepaid = credit != 0 or _usd(total) != 0
    if prepaid:
        yield balance("prepaid", "USD", remaining=credit - abs(_usd(invoice.get("prepaidCreditsUsed"))))
    limit, used = amount(preview.get("effectiveSpendingLimit", 0), per=100), _usd(invoice.get("totalWithCorr"))
    yield balance("postpaid limit", "USD", used=used, limit=limit, gates=not prepaid)


def _team(validation: Any) -> str:
    """Return the team of a key; the key of an organization has none."""
    team = validation.get("teamId", "")
    if team == "" and validation["scope"] == "SCOPE_TEAM":
        team = validation["scopeId"]
    if team == "":
        raise Misconfigured("this key belongs to an organization with several teams", hint="set team_id in the profile")
    return str(team)


def _usd(ledger: Any) -> Decimal:
    """Convert cents of the ledger to USD; proto3 JSON omits zeros and unset values."""
    return amount(0 if ledger is None else ledger.get("val", 0), per=100)
