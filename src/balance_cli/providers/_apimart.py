"""The "v1/balance" family: the quota of a key, and the balance of its account."""

from balance_cli.provider import Api, Balances, balance


def key_and_account(api: Api) -> Balances:
    """Yield the balance of the key, and that of the account if the key may read it.

    A key without its own quota still spends the balance of the account. ``unlimited_quota`` is documented only for the
    key, and some sites omit it if it is false.
    """
    for name, path, optional in (("key", "/v1/balance", False), ("account", "/v1/user/balance", True)):
        answer = api.get(path, optional=optional)
        if answer is not None:
            yield balance(
                name,
                api.unit,
                remaining=answer["remain_balance"],
                used=answer["used_balance"],
                unlimited=answer.get("unlimited_quota", False),
            )
