"""Anthropic: the costs of an organization, against the budget of the profile."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

from balance_cli.provider import Api, Balances, Unexpected, amount, flag, provider
from balance_cli.providers import _spend

VERSION: Final = {"anthropic-version": "2023-06-01"}
PREVIEW: Final = "spend-limit-reads-2026-09-26"
WHOLE: Final = {"organization", "usage_tier"}
"""The scopes of limits that apply to the whole organization."""


@provider(
    name="Anthropic",
    group="model",
    docs="https://platform.claude.com/docs/en/api/admin-api/usage-cost/get-cost-report",
    env=("ANTHROPIC_ADMIN_KEY", "ANTHROPIC_ADMIN_API_KEY"),
    base="https://api.anthropic.com",
    balances={"month": "USD"},
    key="admin key",
    wrong_keys={"^sk-ant-(?!admin)": "an inference key"},
    unfit={"ANTHROPIC_API_KEY": "reading costs needs an admin key"},
    auth="x-api-key: {key}",
    options=_spend.OPTIONS,
    verify=_spend.verify,
    codes={400: 404},  # an organization of a type that has no spend limits
    top_up="https://platform.claude.com/settings/billing",
)
def anthropic(api: Api) -> Balances:
    """Costs of the month in UTC; Anthropic has no endpoint for the prepaid balance, so set a budget.

    The report does not include costs of the Priority Tier. Spend limits of the organization are in an early preview:
    the smallest of them and the budget is the limit.
    """
    path, headers = "/v1/organizations/spend_limits", {**VERSION, "anthropic-beta": PREVIEW}
    limits = api.soon(path, params={"limit": "1000"}, headers=headers, optional=True)
    yield from _spend.against(api, partial(_costs, api), lambda: _limit(limits()), per=100)


def _costs(api: Api, start: datetime) -> Iterator[tuple[object, str]]:
    """Yield every cost of the organization since a moment, in cents, with its currency."""
    params = {"starting_at": f"{start:%Y-%m-%dT%H:%M:%SZ}", "bucket_width": "1d", "limit": "31"}
    for page in api.pages("/v1/organizations/cost_report", params, headers=VERSION):
        for bucket in page["data"]:
            for result in bucket["results"]:
                yield result["amount"], result["currency"]


def _limit(answer: Any) -> Decimal | None:
    """Return the lowest monthly limit of the organization in USD, or ``None``.

    The response also has limits of single workspaces, and limits that are disabled.
    """
    if answer is None:
        return None
    if answer["next_page"] is not None:
        raise Unexpected("there are more than 1000 spend limits")
    limits = [
        limit for limit in answer["data"] if limit["scope"]["type"] in WHOLE and flag(limit["is_enabled"], "is_enabled")
    ]
    if any(limit["period"] != "monthly" or limit["currency"].upper() != "USD" for limit in limits):
        raise Unexpected("the spend limit is not in USD per month")
    return min((amount(limit["amount"], per=100) for limit in limits if limit["amount"] is not None), default=None)
