"""Deepgram: the balances of projects, in money and in hours."""

from decimal import Decimal

from balance_cli.provider import Api, Balances, Misconfigured, amount, balance, first, provider, segment
from balance_cli.text import join_names

UNITS = {"usd": ("", "USD"), "hour": (" hours", "hours")}


@provider(
    name="Deepgram",
    group="media",
    docs="https://developers.deepgram.com/reference/manage/billing/list",
    env=("DEEPGRAM_API_KEY",),
    base="https://api.deepgram.com",
    balances={"PROJECT": "USD", "PROJECT hours": "hours"},
    key="API key with billing:read",
    auth="Authorization: Token {key}",
    options={"project_id": "a project, instead of all"},
    top_up="https://console.deepgram.com",
)
def deepgram(api: Api) -> Balances:
    """The balance of each project, in money or hours; the key needs the scope billing:read."""
    projects = api.get("/v1/projects")["projects"]
    wanted = [one for one in projects if one["project_id"] == api.options.get("project_id", one["project_id"])]
    if not wanted:
        raise Misconfigured(
            f"the key's projects are {join_names(one['project_id'] for one in projects)}",
            hint="set project_id to one of them",
        )
    answers = [api.soon(f"/v1/projects/{segment(project['project_id'])}/balances") for project in wanted]
    for project, answer in zip(wanted, answers, strict=True):
        sums: dict[str, Decimal] = {}
        for part in answer()["balances"]:
            unit = part["units"].lower()
            sums[unit] = sums.get(unit, amount(0)) + amount(part["amount"])
        for unit, total in sums.items():
            suffix, name = UNITS[unit]
            yield balance(f"{first(project, 'name', 'project_id')}{suffix}", name, remaining=total)
