"""CapSolver: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider
from balance_cli.providers._captcha import AUTH, envelope, read_account


@provider(
    name="CapSolver",
    group="web",
    docs="https://docs.capsolver.com/guide/api-getbalance",
    env=("CAPSOLVER_API_KEY",),
    base="https://api.capsolver.com",
    balances={"balance": "USD", "PACKAGE": "calls"},
    auth=AUTH,
    envelope=envelope,
    top_up="https://dashboard.capsolver.com",
)
def capsolver(api: Api) -> Balances:
    """The prepaid balance of the account, and packages of calls."""
    account = read_account(api)
    yield balance("balance", "USD", remaining=account["balance"])
    for package in account.get("packages", ()):
        remaining, expires_at = package["numberOfCalls"], package.get("expireTime")
        yield balance(package["title"], "calls", remaining=remaining, expires_at=expires_at, gates=False)
