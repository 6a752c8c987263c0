"""Linode (Akamai): the credit or debt of an account."""

from balance_cli.provider import Api, Balances, amount, balance, provider


@provider(
    name="Linode",
    group="compute",
    docs="https://techdocs.akamai.com/linode-api/reference/get-account",
    env=("LINODE_TOKEN", "LINODE_CLI_TOKEN"),
    base="https://api.linode.com",
    balances={"credit": "USD", "promotion": "USD"},
    key="token with account:read_only",
    sells=("Akamai",),
    top_up="https://cloud.linode.com/account/billing",
)
def linode(api: Api) -> Balances:
    """The account including what is not invoiced yet, which is billed afterwards: debt is negative, and does not gate.

    The vendor's sign is reversed: there, debt is positive. Promotions pay for part of it.
    """
    account = api.get("/v4/account")
    used = amount(account["balance_uninvoiced"])
    yield balance("credit", "USD", remaining=-amount(account["balance"]) - used, used=used, gates=False)
    for promotion in account["active_promotions"]:
        remaining, expires_at = promotion["credit_remaining"], promotion["expire_dt"]
        yield balance("promotion", "USD", remaining=remaining, expires_at=expires_at, gates=False)
