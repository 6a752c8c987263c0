"""OpenAI: the costs of an organization or project, against its spend limit or the budget of the profile."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from balance_cli.provider import Api, Balances, Unexpected, amount, provider, segment
from balance_cli.providers import _spend


@provider(
    name="OpenAI",
    group="model",
    docs="https://platform.openai.com/docs/api-reference/usage/costs",
    env=("OPENAI_ADMIN_KEY",),
    base="https://api.openai.com",
    balances={"month": "USD", "organization": "USD"},
    key="admin key",
    wrong_keys={"^sk-(?!admin-)": "a project's or a user's key"},
    unfit={"OPENAI_API_KEY": "reading costs needs an admin key"},
    options={"project_id": "a project, instead of the whole organization", **_spend.OPTIONS},
    verify=_spend.verify,
    top_up="https://platform.openai.com/settings/organization/billing/overview",
)
def openai(api: Api) -> Balances:
    """Costs of the month in UTC; OpenAI has no endpoint for the prepaid balance, so set a budget.

    Its spend limit is read too; that a missing one is a 404 is not confirmed. The smaller of spend limit and budget is
    the limit. Requests of a project also stop at the limit of its organization.
    """
    project = api.options.get("project_id")
    limit = _soon_limit(api, project)
    whole = None if project is None else _soon_limit(api, None)
    yield from _spend.against(api, partial(_costs, api, project), limit)
    if whole is not None and (shared := whole()) is not None:
        yield _spend.month(api, "organization", partial(_costs, api, None), shared)


def _costs(api: Api, project: str | None, start: datetime) -> Iterator[tuple[object, str]]:
    """Yield every cost of a project or the whole organization since a moment, with its currency."""
    params = {"start_time": str(int(start.timestamp())), "bucket_width": "1d", "limit": "180"}
    for page in api.pages("/v1/organization/costs", params | ({} if project is None else {"project_ids": project})):
        for bucket in page["data"]:
            for result in bucket["results"]:
                yield result["amount"]["value"], result["amount"]["currency"]


def _soon_limit(api: Api, project: str | None) -> Callable[[], Decimal | None]:
    """Request the spend limit of a project or the whole organization; return a function that waits for it."""
    of = "" if project is None else f"projects/{segment(project)}/"
    limit = api.soon(f"/v1/organization/{of}spend_limit", optional=True)
    return lambda: _limit(limit())


def _limit(limit: Any) -> Decimal | None:
    """Return a spend limit in USD per month, or ``None`` if there is none."""
    if limit is None:
        return None
    if limit["interval"] != "month" or limit["currency"].upper() != "USD":
        raise Unexpected("the spend limit is not in USD per month")
    return amount(limit["threshold_amount"], per=100)
