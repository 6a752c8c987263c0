"""Huawei Cloud: the balances of an account in China."""

from collections.abc import Mapping
from typing import Any, Final

from balance_cli.provider import Api, Balances, Unexpected, amount, balance, provider
from balance_cli.providers._hmac import HUAWEI

NAMES: Final = {1: "balance", 2: "credit", 5: "bonus"}


@provider(
    name="Huawei Cloud",
    group="compute",
    docs="https://support.huaweicloud.com/api-oce/mac_00001.html",
    env=("HUAWEICLOUD_SDK_AK+HUAWEICLOUD_SDK_SK",),
    base="https://bss.myhuaweicloud.com",
    balances={"balance": "its currency", "credit": "its currency", "bonus": "its currency", "debt": "its currency"},
    key="AK:SK",
    auth="",
    sign=HUAWEI.sign,
    sells=("Pangu", "ModelArts"),
    top_up="https://account.huaweicloud.com/usercenter/",
)
def huawei_cloud(api: Api) -> Balances:
    """The balance of the account; an account on credit has only its credit line. Customers of resellers cannot read it.

    Debt, bonus and credit beside a balance do not gate.
    """
    answer = api.get("/v2/accounts/customer-accounts/balances")
    accounts = {account["account_type"]: account for account in answer["account_balances"]}
    for kind in filter(accounts.__contains__, NAMES):
        account = _require_whole_units(accounts[kind])
        gates = kind == 1 or (NAMES[kind] == "credit" and 1 not in accounts)
        yield balance(NAMES[kind], account["currency"], remaining=account["amount"], gates=gates)
    if amount(answer.get("debt_amount", 0)):
        debt = _require_whole_units(answer)
        yield balance("debt", debt["currency"], used=debt["debt_amount"], gates=False)


def _require_whole_units(account: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the account; older interfaces also count tenths and hundredths."""
    if account["measure_id"] != 1:
        raise Unexpected("the amounts are not in whole units")
    return account
