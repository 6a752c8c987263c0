"""Atlas Cloud: what an account has available."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Atlas Cloud",
    group="gateway",
    docs="https://atlascloud.ai/docs/en/public-api/balance",
    env="ATLASCLOUD_API_KEY",
    base="https://api.atlascloud.ai",
    balances={"available": "USD", "cash": "USD", "bonus": "USD"},
    wrong_keys={"^ak_": "the public id of a key"},
)
def atlascloud(api: Api) -> Balances:
    """What is available, and its parts; the key's owner must be allowed to read the account's balance."""
    account = api.get("/public/v1/balance")
    for name in ("available", "cash", "bonus"):
        money = account[name]
        yield balance(name, money["currency"].upper(), remaining=money["value"], gates=name == "available")
