"""The "v1/balance" family: what a key may still spend, and what its account has."""

from balance_cli.provider import Api, Balances, balance


def key_and_account(api: Api) -> Balances:
    """Yield the key's balance, and the account's where the key may read it.

    A key without a quota of its own still spends the account's balance. ``unlimited_quota`` is documented for the key
    alone, and left out by some sites where it is false.
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
