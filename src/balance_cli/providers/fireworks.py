"""Fireworks AI: the costs of an account, against the budget of the profile."""

from datetime import timedelta

from balance_cli.provider import Api, Balances, Misconfigured, amount, provider, segment
from balance_cli.providers import _spend
from balance_cli.text import join_names


@provider(
    name="Fireworks AI",
    group="model",
    docs="https://docs.fireworks.ai/accounts/exporting-usage-and-costs",
    env=("FIREWORKS_API_KEY",),
    base="https://api.fireworks.ai",
    balances={"month": "USD"},
    options={"account_id": "the account, if the key has several", **_spend.OPTIONS},
    verify=_spend.verify,
    top_up="https://app.fireworks.ai/account/billing",
)
def fireworks(api: Api) -> Balances:
    """Costs of the month in UTC; Fireworks has no endpoint for the prepaid balance, so set a budget.

    A wrong account looks like one without costs, so read the accounts of the key first. Costs are daily, without the
    day on which the period ends, so the period ends tomorrow. The response for a period without costs may be empty.
    """
    accounts = [account["name"].removeprefix("accounts/") for account in api.get("/v1/accounts")["accounts"]]
    wanted = [name for name in accounts if name == api.options.get("account_id", name)]
    if len(wanted) != 1:
        raise Misconfigured(f"the key's accounts are {join_names(accounts)}", hint="choose one with account_id")
    days = {"startTime": _spend.start(api), "endTime": api.now + timedelta(days=1)}
    period = {name: f"{day:%Y-%m-%d}T00:00:00Z" for name, day in days.items()}
    summary = api.get(f"/v1/accounts/{segment(wanted[0])}/billing/summary", params=period)
    items = [] if summary == {} else summary["lineItems"]
    costs = [item["totalCost"] for item in items]
    spent = [(amount(cost["units"]) + amount(cost["nanos"], per=10**9), cost["currencyCode"]) for cost in costs]
    yield _spend.spent(api, spent)
