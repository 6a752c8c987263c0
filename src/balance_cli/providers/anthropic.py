"""Anthropic: what an organization spent, against the profile's budget."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers import _spend


@provider(
    name="Anthropic",
    group="model",
    docs="https://platform.claude.com/docs/en/api/admin-api/usage-cost/get-cost-report",
    env=("ANTHROPIC_ADMIN_KEY", "ANTHROPIC_ADMIN_API_KEY"),
    base="https://api.anthropic.com",
    balances={"month": "USD"},
    key="admin key",
    wrong_keys={"^sk-ant-(?!admin)": "an inference key"},
    auth="x-api-key: {key}",
    options=_spend.OPTIONS,
    verify=_spend.verify,
)
def anthropic(api: Api) -> Balances:
    """Costs of the month in UTC; Anthropic has no endpoint for the prepaid balance, so say a budget.

    Costs of the Priority Tier are not in the report.
    """
    params = {"starting_at": f"{_spend.start(api):%Y-%m-%dT%H:%M:%SZ}", "bucket_width": "1d", "limit": "31"}
    costs = [
        result
        for page in api.pages("/v1/organizations/cost_report", params, headers={"anthropic-version": "2023-06-01"})
        for bucket in page["data"]
        for result in bucket["results"]
    ]
    yield _spend.spent(api, [(cost["amount"], cost["currency"]) for cost in costs], per=100)
