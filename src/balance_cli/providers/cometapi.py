"""CometAPI: the balance of an account, and the caps of its keys."""

from balance_cli.provider import Api, Balances, balance, provider

NO_CAP = (-1, 999_999_999)


@provider(
    name="CometAPI",
    group="gateway",
    docs="https://apidoc.cometapi.com/tools/balance-api",
    env=("COMETAPI_KEY",),
    base="https://query.cometapi.com",
    balances={"account": "USD", "key NAME": "USD"},
    auth="?key={key}",
    top_up="https://www.cometapi.com/console",
)
def cometapi(api: Api) -> Balances:
    """The balance of the account; the key is sent in the URL, so the vendor advises a separate key without quota.

    ``total_quota`` is what remains. For a key, -1 (999999999 in older responses) means no cap.
    """
    account = api.get("/user/quota")
    yield balance("account", "USD", remaining=account["total_quota"], used=account["total_used_quota"])
    for key in account.get("keys", ()):
        if key["remain_quota"] not in NO_CAP:
            remaining, used = key["remain_quota"], key["used_quota"]
            yield balance(f"key {key['name']}", "USD", remaining=remaining, used=used, gates=False)
