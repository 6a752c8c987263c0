"""Z.ai: the windows of a coding plan."""

from balance_cli.provider import Api, Balances, provider
from balance_cli.providers._coding_plan import payload, windows


@provider(
    name="Z.ai",
    group="plan",
    docs="https://z.ai",
    env=("ZAI_API_KEY", "Z_AI_API_KEY"),
    base="https://api.z.ai",
    balances={"weekly": "percent", "LENGTH hours": "percent", "tools": "requests"},
    key="coding plan key",
    envelope=payload,
    top_up="https://z.ai/manage-apikey/billing",
    published=False,
)
def zai(api: Api) -> Balances:
    """The windows of a coding plan, in percent, and its tool calls.

    The route is that of the vendor's own tools; it has no public reference.
    """
    yield from windows(api)
