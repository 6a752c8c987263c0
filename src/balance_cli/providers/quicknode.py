"""QuickNode: the credits of a billing period."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="QuickNode",
    group="tool",
    docs="https://www.quicknode.com/docs/console-api/usage/v0-usage-rpc",
    env=("QUICKNODE_API_KEY",),
    base="https://api.quicknode.com",
    balances={"credits": "credits"},
    key="console API key that may read usage",
    auth="x-api-key: {key}",
    top_up="https://dashboard.quicknode.com",
)
def quicknode(api: Api) -> Balances:
    """The remaining credits of the billing period; they mean nothing on flat-rate plans."""
    usage = api.get("/v0/usage/rpc")["data"]
    remaining, used, limit = usage["credits_remaining"], usage["credits_used"], usage["limit"]
    yield balance("credits", "credits", remaining=remaining, used=used, limit=limit, resets_at=usage.get("end_time"))
