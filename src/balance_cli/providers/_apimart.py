"""The "v1/balance" family: the quota of a key, and the balance of its account."""

from typing import Any

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, balance


def key_and_account(api: Api) -> Balances:
    """Yield the balance of the key, and that of the account if the key may read it.

    A key without its own quota still spends the balance of the account. ``unlimited_quota`` is documented only for the
    key, and some sites omit it if it is false.
    """
    account = api.soon("/v1/user/balance", optional=True)
    yield _balance(api, "key", api.get("/v1/balance"))
    if (answer := account()) is not None:
        yield _balance(api, "account", answer)


def _balance(api: Api, name: str, answer: Any) -> Balance:
    return balance(
        name,
        api.unit,
        remaining=answer["remain_balance"],
        used=answer["used_balance"],
        unlimited=answer.get("unlimited_quota", False),
    )
