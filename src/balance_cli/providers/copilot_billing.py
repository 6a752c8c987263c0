"""GitHub Copilot: the AI credits that were used and billed this month."""

from collections.abc import Callable
from typing import Any

from balance_cli.provider import Api, Balances, amount, balance, next_reset, nullable, provider, segment
from balance_cli.providers._window import month_until

_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2026-03-10"}


@provider(
    name="GitHub Copilot billing",
    group="plan",
    docs="https://docs.github.com/en/rest/billing/usage",
    env=("COPILOT_BILLING_TOKEN",),
    base="https://api.github.com",
    balances={"month": "USD", "credits": "credits"},
    key="fine-grained token with Plan: read, or of an organization with Administration: read",
    key_page="https://github.com/settings/personal-access-tokens",
    codes={404: 403},
    options={
        "user": "the user (default: the one of the token)",
        "organization": "read the organization instead",
        "enterprise": "read the enterprise instead; needs a classic token",
    },
    verify=lambda table: (
        ["keep one of user, organization and enterprise"]
        if len({"user", "organization", "enterprise"} & table.keys()) > 1
        else []
    ),
    top_up="https://github.com/settings/billing",
)
def copilot_billing(api: Api) -> Balances:
    """What was billed this month, and the AI credits that were used; a budget makes it a limit.

    What the plan covers is not billed. The report of a person leaves out seats that an organization pays for.
    """
    owner = _find_owner(api)
    month = {"year": str(api.now.year), "month": str(api.now.month)}
    budget = _soon_budget(api, owner)
    items = api.get(f"{owner}/settings/billing/ai_credit/usage", params=month, headers=_HEADERS)["usageItems"]
    billed = used = amount(0)
    for item in items:
        billed += amount(item["netAmount"])
        used += amount(item["grossQuantity"])
    resets = next_reset("month", api.now)
    limit, window = nullable(budget()), month_until(resets)
    yield balance("month", "USD", used=billed, limit=limit, resets_at=resets, window=window)
    yield balance("credits", "credits", used=used, resets_at=resets, gates=False)


def _find_owner(api: Api) -> str:
    """Return the path of the person, organization or enterprise."""
    for option, path in (("organization", "organizations"), ("enterprise", "enterprises"), ("user", "users")):
        if option in api.options:
            return f"/{path}/{segment(api.options[option])}"
    return f"/users/{segment(api.get('/user', headers=_HEADERS)['login'])}"


def _soon_budget(api: Api, owner: str) -> Callable[[], Any]:
    """Return a function for the budget of an organization or enterprise, ``None`` if there is none to be read."""
    if owner.startswith("/users/"):
        return lambda: None
    pages = {"page": "1", "per_page": "100"}
    answer = api.soon(f"{owner}/settings/billing/budgets", params=pages, headers=_HEADERS, optional=True)
    scope = "organization" if owner.startswith("/organizations/") else "enterprise"

    def find() -> Any:
        found = answer()
        for budget in () if found is None else found["budgets"]:
            if budget["budget_product_sku"] == "ai_credits" and budget["budget_scope"] == scope:
                return budget["budget_amount"]
        return None

    return find
