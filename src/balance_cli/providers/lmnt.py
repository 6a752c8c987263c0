"""LMNT: the characters of the billing period."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="LMNT",
    group="media",
    docs="https://docs.lmnt.com",
    env=("LMNT_API_KEY",),
    base="https://api.lmnt.com",
    balances={"characters": "characters"},
    auth="X-API-Key: {key}",
    top_up="https://app.lmnt.com",
)
def lmnt(api: Api) -> Balances:
    """The remaining characters of the billing period.

    In spite of its name, usage is what remains.
    """
    account = api.get("/v1/account")
    allowed, usage = account["plan"], account["usage"]
    yield plan(allowed["type"])
    yield balance("characters", "characters", remaining=usage["characters"], limit=allowed["character_limit"])
