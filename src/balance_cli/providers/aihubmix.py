"""AiHubMix: the remaining quota of a key."""

from decimal import Decimal

from balance_cli.provider import Api, Balances, amount, balance, provider

UNCAPPED = Decimal("-0.000002")


@provider(
    name="AiHubMix",
    group="gateway",
    docs="https://docs.aihubmix.com",
    env=("AIHUBMIX_API_KEY",),
    base="https://aihubmix.com",
    balances={"key": "USD"},
    top_up="https://console.aihubmix.com/topup",
    unread="a key without a limit spends the balance of its account, which it cannot read: set a limit on the key",
)
def aihubmix(api: Api) -> Balances:
    """The remaining quota of the key; the balance of its account is not read.

    The response calls it ``total_usage``; minus one five-hundred-thousandth means a key without a limit, which spends
    the balance of the account.
    """
    remaining = amount(api.get("/dashboard/billing/remain")["total_usage"])
    yield balance("key", "USD", remaining=remaining, uncapped=remaining == UNCAPPED)
