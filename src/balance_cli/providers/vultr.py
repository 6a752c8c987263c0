"""Vultr: the credit or debt of an account."""

from balance_cli.provider import Api, Balances, amount, balance, provider


@provider(
    name="Vultr",
    group="compute",
    docs="https://www.vultr.com/api/#tag/account/operation/get-account",
    env=("VULTR_API_KEY",),
    base="https://api.vultr.com",
    balances={"credit": "USD"},
    top_up="https://my.vultr.com/billing/",
)
def vultr(api: Api) -> Balances:
    """The account including pending charges, which is billed afterwards: debt is negative, and does not gate.

    The vendor's sign is reversed: there, debt is positive. A key may be limited to addresses.
    """
    account = api.get("/v2/account")["account"]
    pending = amount(account["pending_charges"])
    yield balance("credit", "USD", remaining=-amount(account["balance"]) - pending, used=pending, gates=False)
