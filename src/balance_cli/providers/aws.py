"""AWS: the budgets of an account, with what was spent of each."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from balance_cli.model import Balance
from balance_cli.provider import UNSAID, Api, Balances, balance, next_reset, parse_time, provider, rounded
from balance_cli.providers import _budgets
from balance_cli.providers._hmac import AWS_BUDGETS

HEADERS: Final = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "AWSBudgetServiceGateway.DescribeBudgets",
}


@provider(
    name="AWS Budgets",
    group="compute",
    docs="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_DescribeBudgets.html",
    env=("AWS_ACCESS_KEY_ID+AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID+AWS_SECRET_ACCESS_KEY+AWS_SESSION_TOKEN"),
    base="https://budgets.amazonaws.com",
    balances={"BUDGET": "its currency"},
    key="AccessKeyId:SecretAccessKey",
    auth="",
    sign=AWS_BUDGETS.sign,
    sells=("Bedrock",),
    wrong_keys={"^(ABSK|bedrock-api-key-)": "a key for models (Bedrock)"},
    options={"account_id": "the 12 digits of the account", **_budgets.OPTIONS},
    required=("account_id",),
    top_up="https://console.aws.amazon.com/costmanagement/home",
)
def aws(api: Api) -> Balances:
    """Budgets for costs, the one with the least remaining first; they are up to 12 hours old.

    The key needs budgets:ViewBudget, which costs nothing. AWS writes costs as binary floats with up to 47 characters;
    they are rounded to 20 decimals.
    """
    found = [budget for page in _pages(api) for budget in page.get("Budgets", ()) if budget["BudgetType"] == "COST"]
    yield from sorted((_read(api, budget) for budget in _budgets.choose(api, found, name="BudgetName")), key=_order)


def _pages(api: Api) -> Iterator[Any]:
    body: dict[str, Any] = {"AccountId": api.options["account_id"], "MaxResults": 100}
    while True:
        page = api.post("/", json=body, headers=HEADERS)
        yield page
        if page.get("NextToken") is None:
            return
        body = {**body, "NextToken": page["NextToken"]}


def _read(api: Api, budget: Mapping[str, Any]) -> Balance:
    """Return the balance of a budget; one that is planned has a limit for each period, under its first second."""
    spent, every = budget["CalculatedSpend"]["ActualSpend"], budget["TimeUnit"].lower()
    resets_at = budget["TimePeriod"]["End"] if every == "custom" else next_reset(every, api.now)
    limits = [budget["BudgetLimit"]] if "BudgetLimit" in budget else []
    for begin, planned in budget.get("PlannedBudgetLimits", {}).items():
        if (moment := parse_time(int(begin))) and next_reset(every, moment) == resets_at:
            limits.append(planned)
    limit = rounded(limits[-1]["Amount"]) if limits else UNSAID
    used = rounded(spent["Amount"])
    return balance(budget["BudgetName"], spent["Unit"], used=used, limit=limit, resets_at=resets_at)


def _order(budget: Balance) -> tuple[bool, Any]:
    return budget.remaining is None, budget.remaining or 0
