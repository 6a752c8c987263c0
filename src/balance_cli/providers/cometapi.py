"""CometAPI: an account, and the caps of its keys."""

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
)
def cometapi(api: Api) -> Balances:
    """The account's balance; the vendor advises a key without quota just for asking, as it travels in the address.

    ``total_quota`` is what is left. A key's -1, in older answers 999999999, stands for no cap.
    """
    account = api.get("/user/quota")
    yield balance("account", "USD", remaining=account["total_quota"], used=account["total_used_quota"])
    for key in account.get("keys", ()):
        if key["remain_quota"] not in NO_CAP:
            left, used = key["remain_quota"], key["used_quota"]
            yield balance(f"key {key['name']}", "USD", remaining=left, used=used, gates=False)
