"""Atlas Cloud: the available balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Atlas Cloud",
    group="gateway",
    docs="https://atlascloud.ai/docs/en/public-api/balance",
    env=("ATLASCLOUD_API_KEY",),
    base="https://api.atlascloud.ai",
    balances={"available": "USD", "cash": "USD", "bonus": "USD"},
    wrong_keys={"^ak_": "the public id of a key"},
    top_up="https://www.atlascloud.ai/console/billing",
)
def atlascloud(api: Api) -> Balances:
    """The available balance and its parts; the owner of the key must be allowed to read it."""
    account = api.get("/public/v1/balance")
    parts = {name: account[name] for name in ("cash", "bonus") if account.get(name) is not None}
    for name, money in {"available": account["available"], **parts}.items():
        yield balance(name, money["currency"].upper(), remaining=money["value"], gates=name == "available")
