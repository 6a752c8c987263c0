"""OpenAI: what an organization or a project spent, against its spend limit or the profile's budget."""

from balance_cli.provider import Api, Balances, amount, provider
from balance_cli.providers import _spend


@provider(
    name="OpenAI",
    group="model",
    docs="https://platform.openai.com/docs/api-reference/usage/costs",
    env="OPENAI_ADMIN_KEY",
    base="https://api.openai.com",
    balances={"month": "USD"},
    key="admin key",
    wrong_keys={"^sk-(?!admin-)": "a project's or a user's key"},
    options={"project_id": "one project instead of the whole organization", **_spend.OPTIONS},
    verify=_spend.verify,
)
def openai(api: Api) -> Balances:
    """Costs of the month in UTC; OpenAI has no endpoint for the prepaid balance, so say a budget.

    A spend limit is read where there is one; that its absence is a 404 is not confirmed. With a budget as well the
    smaller of both is the limit.
    """
    project = api.options.get("project_id")
    params = {"start_time": str(int(_spend.start(api).timestamp())), "bucket_width": "1d", "limit": "180"}
    costs = [
        result["amount"]
        for page in api.pages("/v1/organization/costs", params | ({"project_ids": project} if project else {}))
        for bucket in page["data"]
        for result in bucket["results"]
    ]
    limit = api.get(f"/v1/organization/{f'projects/{project}/' if project else ''}spend_limit", optional=True)
    same = limit is not None and limit["interval"] == _spend.name(api)
    most = amount(limit["threshold_amount"], per=100) if same else None
    yield _spend.spent(api, [(cost["value"], cost["currency"]) for cost in costs], limit=most)
