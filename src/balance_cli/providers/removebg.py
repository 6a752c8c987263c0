"""remove.bg: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="remove.bg",
    group="media",
    docs="https://www.remove.bg/api#account",
    env=("REMOVE_BG_API_KEY", "REMOVEBG_API_KEY"),
    base="https://api.remove.bg",
    balances={"credits": "credits", "free calls": "calls"},
    auth="X-Api-Key: {key}",
    top_up="https://www.remove.bg/pricing",
)
def removebg(api: Api) -> Balances:
    """Credits of the subscription and of packs; free calls give previews only."""
    account = api.get("/v1.0/account")["data"]["attributes"]
    yield balance("credits", "credits", remaining=account["credits"]["total"])
    yield balance("free calls", "calls", remaining=account["api"]["free_calls"], gates=False)
